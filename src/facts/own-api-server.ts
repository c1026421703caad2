import { z } from 'zod';
import { read } from '../commands/build.ts';
import { kubectlArgv } from '../commands/kubectl.ts';
import { quote } from '../commands/quote.ts';
import type { Version } from '../model/version.ts';
import { defineFact, type FactPlace, type Output, type Parsed } from './fact.ts';
import { readJson, versionText } from './read-text.ts';

export interface OwnApiServer {
  /** Its own /readyz says ok. */
  readonly ready: boolean;
  /** Missing while it does not answer. */
  readonly version?: Version;
  /** What it says about itself, or why it does not. */
  readonly detail: string;
}

const script = (place: FactPlace): string =>
  place.apiServer === ''
    ? 'exit 3'
    : `
${quote(kubectlArgv(place, 'get', '--raw', '/version'))} 2>/dev/null
echo
echo =readyz
exec ${quote(kubectlArgv(place, 'get', '--raw', '/readyz'))}`;

const about = z.object({ gitVersion: versionText });

/** What kubectl says of this node rather than of the API server: waiting would not help. */
const brokenHere = /kubectl: not found|no such file or directory|error loading config file/i;

const parse = ({ stdout, stderr, code }: Output): Parsed<OwnApiServer> => {
  if (code === 3) return { absent: true };
  if (code !== 0 && brokenHere.test(stderr)) return { unreadable: stderr.trim() };
  const [version = '', readyz = ''] = stdout.split('\n=readyz\n');
  const found = about.safeParse(readJson(version));
  const ready = code === 0 && readyz.trim() === 'ok';
  const detail = (ready ? readyz : `${stderr}\n${readyz}`).trim();
  return { value: { ready, ...(found.success ? { version: found.data.gitVersion } : {}), detail } };
};

/**
 * An API server that is starting or stopped is an answer here: not ready. Absent on workers. Source: "Kubernetes API
 * health endpoints" (kubernetes.io); recorded on the lab, 1.35.4.
 */
export const ownApiServer = defineFact<OwnApiServer>({
  id: 'own-api-server',
  subject: 'node',
  command: (place) => read(['sh', '-c', script(place)], { timeoutMs: 40_000 }),
  parse,
});
