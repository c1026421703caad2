import { read } from '../commands/build.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { whyNotNow } from './through-api.ts';

export interface CommandCheck {
  readonly passed: boolean;
  /** Standard output, then standard error. */
  readonly output: string;
}

const parse = ({ stdout, stderr, code }: Output): Parsed<CommandCheck> => {
  const output = `${stdout}${stderr}`;
  if (code === 0) return { value: { passed: true, output } };
  const why = whyNotNow(stderr);
  if (why !== undefined) return { unavailable: why };
  // A check that could not even start says nothing about the cluster.
  if (code === 126 || code === 127) return { unreadable: output };
  return { value: { passed: false, output } };
};

/** A check that the operator wrote: rc 0 means that there is nothing to do. It is trusted to be read-only. */
export const commandCheck = (name: string, argv: readonly string[]): Fact<CommandCheck> =>
  defineFact({
    id: 'command-check',
    parameters: [name],
    subject: 'cluster',
    command: read(argv, { env: { KUBECONFIG: '/etc/kubernetes/admin.conf' } }),
    parse,
  });
