import type { Command } from '../model/command.ts';
import { read, write } from './build.ts';
import { kubectlArgv, type ApiPlace } from './kubectl.ts';

/** What an operator asked kubectl for. */
export interface KubectlRequest {
  /** Begins with the verb. */
  readonly args: readonly string[];
  readonly effect: 'read' | 'write';
  /** What it reads from standard input, for `-f -`. It may hold secrets. */
  readonly stdin?: string;
}

/** `kubectl delete` and `wait` take as long as what they wait for; no single request of theirs is limited. */
const limitMs = 10 * 60_000;

/**
 * kubectl as the operator typed it, against the API server of the node that runs it. It keeps nothing on the node
 * (kubectl writes what it discovers into $HOME/.kube/cache otherwise).
 */
export const operatorsKubectl = (place: ApiPlace, { args, effect, stdin }: KubectlRequest): Command => {
  const argv = kubectlArgv(place).filter((arg) => !arg.startsWith('--request-timeout'));
  return (effect === 'read' ? read : write)([...argv, ...args], {
    timeoutMs: limitMs,
    env: { KUBECACHEDIR: '/dev/null' },
    ...(stdin === undefined ? {} : { stdin, secret: true }),
  });
};
