import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Tool } from '../../shell/tool.ts';
import { installedVersion } from '../../cluster/kubelet.ts';
import { minorOf } from '../../cluster/component-versions.ts';
import { KubectlError } from './connection.ts';
import { parseFlags, type FlagSpecs, type Parsed } from './flags.ts';
import { kubectlDelete } from './kubectl-delete.ts';
import { kubectlDiff } from './kubectl-diff.ts';
import { kubectlCordon, kubectlDrain, kubectlUncordon } from './kubectl-drain.ts';
import { kubectlGet } from './kubectl-get.ts';
import { kubectlLabel } from './kubectl-label.ts';
import { kubectlSet } from './kubectl-set.ts';
import { TextCall } from './text-call.ts';
import { kubectlApply, kubectlCreate, kubectlPatch } from './kubectl-write.ts';

/** Options of every command. Source: kubectl options. */
const everywhere: FlagSpecs = {
  kubeconfig: { value: 'needed' },
  server: { short: 's', value: 'needed' },
  'request-timeout': { value: 'needed' },
  namespace: { short: 'n', value: 'needed' },
};

const dryRun = { value: 'optional' } as const;
const file = { short: 'f', value: 'needed' } as const;
const selector = { short: 'l', value: 'needed' } as const;
const output = { short: 'o', value: 'needed' } as const;

interface Command {
  readonly flags: FlagSpecs;
  readonly run: (call: TextCall, parsed: Parsed) => Task<number>;
}

/** Source: `kubectl version --client`, recorded 1.35.4 and 1.36.3. */
const kustomize: Readonly<Record<string, string>> = {
  '1.33': 'v5.6.0',
  '1.34': 'v5.7.1',
  '1.35': 'v5.7.1',
  '1.36': 'v5.8.1',
};

const version = function* (call: TextCall, parsed: Parsed): Task<number> {
  if (!parsed.flags.has('client')) throw new SimulatorGap('kubectl version without --client');
  const installed = installedVersion(call.host, 'kubectl') ?? '';
  yield call.host.kernel.now + 20;
  call.out(`Client Version: v${installed}\nKustomize Version: ${kustomize[minorOf(installed)] ?? 'v5.8.1'}\n`);
  return 0;
};

const commands: Readonly<Record<string, Command>> = {
  get: {
    flags: {
      output,
      template: { value: 'needed' },
      'all-namespaces': { short: 'A' },
      'field-selector': { value: 'needed' },
      selector,
      raw: { value: 'needed' },
      'ignore-not-found': {},
    },
    run: kubectlGet,
  },
  version: { flags: { client: {} }, run: version },
  patch: { flags: { type: { value: 'needed' }, patch: { short: 'p', value: 'needed' }, output }, run: kubectlPatch },
  create: { flags: { filename: file }, run: kubectlCreate },
  apply: {
    flags: { filename: file, 'server-side': {}, 'field-manager': { value: 'needed' }, 'force-conflicts': {} },
    run: kubectlApply,
  },
  diff: {
    flags: { filename: file, 'server-side': {}, 'field-manager': { value: 'needed' }, 'force-conflicts': {} },
    run: kubectlDiff,
  },
  delete: { flags: { 'ignore-not-found': {} }, run: kubectlDelete },
  label: { flags: { overwrite: {} }, run: kubectlLabel },
  set: { flags: {}, run: kubectlSet },
  drain: {
    flags: {
      'ignore-daemonsets': {},
      'delete-emptydir-data': {},
      force: {},
      'disable-eviction': {},
      'grace-period': { value: 'needed' },
      timeout: { value: 'needed' },
      'dry-run': dryRun,
    },
    run: kubectlDrain,
  },
  cordon: { flags: {}, run: kubectlCordon },
  uncordon: { flags: {}, run: kubectlUncordon },
};

const commandAt = (argv: readonly string[]): number => {
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) return at;
    const name = word.replace(/^-+/, '');
    if (!word.includes('=') && (name in everywhere || name === 'n' || name === 's')) at += 1;
  }
  return -1;
};

/** kubectl with the version of the package that is installed. */
export const kubectl: Tool = function* (outside): Task<number> {
  const call = new TextCall(outside);
  const at = commandAt(call.argv);
  const name = call.argv[at] ?? '';
  const command = commands[name];
  if (command === undefined) throw new SimulatorGap(`kubectl ${name}`);
  const words = [...call.argv.slice(1, at), ...call.argv.slice(at + 1)];
  const parsed = parseFlags(`kubectl ${name}`, words, { ...everywhere, ...command.flags });
  try {
    return yield* command.run(call, parsed);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    call.err(`${error.message}\n`);
    return error.code;
  }
};
