import { read } from '../commands/build.ts';
import { kubectlArgv } from '../commands/kubectl.ts';
import { quote } from '../commands/quote.ts';
import { defineFact, type FactPlace, type Output, type Parsed } from './fact.ts';

/** Whether the API server of another control plane answers when it is asked from this one. */
export interface OtherApiServer {
  /** How many others are known. */
  readonly known: number;
  /** The first of them that is ready: `https://172.31.0.12:6443`. */
  readonly address?: string;
}

const askOne = (place: FactPlace, address: string): string => {
  const asked = kubectlArgv({ ...place, apiServer: address }, 'get', '--raw', '/readyz');
  const brief = asked.map((word) => (word.startsWith('--request-timeout=') ? '--request-timeout=5s' : word));
  return `[ "$(${quote(brief)} 2>/dev/null)" != ok ] || { echo ${quote([address])}; exit; }`;
};

const script = (place: FactPlace): string => {
  const others = place.others ?? [];
  return [`echo ${others.length}`, ...others.map((address) => askOne(place, address)), ':'].join('\n');
};

const parse = ({ stdout }: Output): Parsed<OtherApiServer> => {
  const [, known, address] = /^(\d+)\n(?:(https:\/\/\S+)\n)?$/.exec(stdout) ?? [];
  if (known === undefined) return { unreadable: stdout };
  return { value: { known: Number(known), ...(address === undefined ? {} : { address }) } };
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
