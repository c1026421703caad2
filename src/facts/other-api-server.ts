import { read } from '../commands/build.ts';
import { kubectlArgv } from '../commands/kubectl.ts';
import { quote } from '../commands/quote.ts';
import { parseVersion, type Version } from '../model/version.ts';
import { defineFact, type FactPlace, type Output, type Parsed } from './fact.ts';

export interface ReadyApiServer {
  /** `https://172.31.0.12:6443` */
  readonly address: string;
  /** Missing where it was ready, and then did not say. */
  readonly version?: Version;
}

/** Which API servers of other control planes answer when they are asked from this one. */
export interface OtherApiServer {
  /** How many others are known. */
  readonly known: number;
  /** Those of them that are ready. */
  readonly ready: readonly ReadyApiServer[];
}

const askOne = (place: FactPlace, address: string): string => {
  const get = (path: string): string => {
    const asked = kubectlArgv({ ...place, apiServer: address }, 'get', '--raw', path);
    return `${quote(asked.map((word) => (word.startsWith('--request-timeout=') ? '--request-timeout=5s' : word)))} 2>/dev/null`;
  };
  return `[ "$(${get('/readyz')})" != ok ] || { echo ${quote([address])}; ${get('/version')}; echo; }`;
};

const script = (place: FactPlace): string => {
  const others = place.others ?? [];
  return [`echo ${others.length}`, ...others.map((address) => askOne(place, address)), ':'].join('\n');
};

const readReady = (said: string): ReadyApiServer => {
  const version = parseVersion(/"gitVersion": *"([^"]+)"/.exec(said)?.[1] ?? '');
  return { address: said.split('\n')[0] ?? said, ...(version === undefined ? {} : { version }) };
};

const parse = ({ stdout }: Output): Parsed<OtherApiServer> => {
  const [known = '', ...ready] = stdout.split(/\n(?=https:\/\/)/);
  if (!/^\d+\n?$/.test(known)) return { unreadable: stdout };
  return { value: { known: Number(known), ready: ready.map(readReady) } };
};

/**
 * Asked from the node itself: a network may let it reach the load balancer only. Source: "Kubernetes API health
 * endpoints" (kubernetes.io); recorded on the lab, three control planes, 1.35.4.
 */
export const otherApiServer = defineFact<OtherApiServer>({
  id: 'other-api-server',
  subject: 'node',
  command: (place) => read(['sh', '-c', script(place)], { timeoutMs: 40_000 }),
  parse,
});
