import { UsageError } from '../model/errors.ts';
import type { KubectlRequest } from '../commands/operators-kubectl.ts';

/** Verbs that only look, with the words that have to follow; none: whatever follows. Source: kubectl --help, 1.36. */
const looking: Readonly<Record<string, readonly string[]>> = {
  get: [],
  describe: [],
  logs: [],
  top: [],
  version: [],
  'api-resources': [],
  'api-versions': [],
  explain: [],
  diff: [],
  events: [],
  'cluster-info': [],
  auth: ['can-i', 'whoami'],
  rollout: ['status', 'history'],
};

/** They need a terminal, or a connection that stays. */
const attended: ReadonlySet<string> = new Set(['edit', 'attach', 'port-forward', 'proxy']);

/** Flags that lead to another cluster, or write files on the control plane. */
const elsewhere =
  /^(--(server|kubeconfig|context|cluster|user|token|client-certificate|client-key|cache-dir|profile|profile-output|output-directory|kuberc)(=|$)|-s)/;

const followed = /^(-w|--watch|--watch-only|--watch=true|--follow|--follow=true)$/;

const readsFile = /^(-f|--filename|-k|--kustomize|--patch-file|--from-file|--from-env-file|--env-file)(=.*)?$/;

/** `get, describe, …, auth can-i`. */
const lookingWords = Object.entries(looking)
  .flatMap(([verb, words]) => (words.length === 0 ? [verb] : words.map((word) => `${verb} ${word}`)))
  .join(', ');

const onlyLooks = ([verb = '', next = '']: readonly string[]): boolean => {
  const words = Object.hasOwn(looking, verb) ? looking[verb] : undefined;
  return words !== undefined && (words.length === 0 || words.includes(next));
};

/** What a flag that names a file is given: `-f x`, `-fx`, `-f=x`, `--filename=x`. */
const filesOf = (args: readonly string[]): readonly (readonly [string, string])[] =>
  args.flatMap((arg, index) => {
    const [, short = '', value = ''] = /^(-[fk])(?!=)(.+)$/.exec(arg) ?? [];
    if (short !== '') return [[short, value] as const];
    const [flag = '', ...given] = arg.split('=');
    if (!readsFile.test(flag)) return [];
    return [[flag, arg.includes('=') ? given.join('=') : (args[index + 1] ?? '')] as const];
  });

const checkFiles = (files: readonly (readonly [string, string])[]): void => {
  const local = files.find(([, file]) => file !== '-' && !/^https?:\/\//.test(file));
  if (local !== undefined)
    throw new UsageError(
      `${local.join(' ')}: kubectl runs on a control plane, where this machine's files are not\n    give the file on standard input: nodeops kubectl … -- apply -f - < FILE`,
    );
};

const checkFlags = (verb: string, args: readonly string[]): void => {
  const leading = args.find((arg) => elsewhere.test(arg));
  if (leading !== undefined)
    throw new UsageError(
      `${leading}: nodeops itself says which API server kubectl asks, and as whom\n    choose clusters with --cluster NAME, before the --`,
    );
  const endless = args.find((arg) => followed.test(arg) || (verb === 'logs' && arg === '-f'));
  if (endless !== undefined)
    throw new UsageError(
      `${verb} ${endless} does not end: what it says is shown once it has\n    use kubectl itself: nodeops kubeconfig CLUSTER --merge`,
    );
};

/** What is typed is in the journal, and in the list of processes of the control plane. */
const checkSecrets = ([verb = '', kind = '']: readonly string[], args: readonly string[]): void => {
  if (!/^secrets?([./]|$)/.test(kind)) return;
  const telling = args.find((arg) => /^(--from-literal|--docker-password|--patch|-p)/.test(arg));
  if (telling !== undefined)
    throw new UsageError(
      `kubectl ${verb} ${kind} ${telling.replace(/=.*/, '')}: a secret does not belong on a command line, which is journalled\n    give it on standard input: nodeops kubectl … --write -- apply -f - < FILE`,
    );
};

/**
 * Reads what is behind the `--` of `nodeops kubectl`. Whatever is not known to only look is a write.
 * @throws UsageError for a write without `--write`, and for what cannot work from here.
 */
export const readKubectlArguments = (
  given: readonly string[],
  { write }: { readonly write: boolean },
): Pick<KubectlRequest, 'args' | 'effect'> & { readonly readsStdin: boolean } => {
  const [verb = ''] = given;
  if (verb === '' || verb.startsWith('-'))
    throw new UsageError(
      `${verb === '' ? 'kubectl needs a verb' : `${verb}: the verb comes first`}: nodeops kubectl -- get pods -n kube-system`,
    );
  if (attended.has(verb))
    throw new UsageError(
      `kubectl ${verb} needs a terminal, or a connection that stays\n    use kubectl itself: nodeops kubeconfig CLUSTER --merge`,
    );
  // What follows a -- of kubectl's own is a command inside of a pod.
  const end = given.indexOf('--');
  const args = end === -1 ? given : given.slice(0, end);
  checkFlags(verb, args);
  checkSecrets(given, args);
  const files = verb === 'logs' ? [] : filesOf(args);
  checkFiles(files);
  const looks = onlyLooks(given);
  if (!looks && !write)
    throw new UsageError(
      `kubectl ${verb} may change the cluster: say --write before the -- to do it\n    without it: ${lookingWords}`,
    );
  return { args: given, effect: looks ? 'read' : 'write', readsStdin: files.some(([, file]) => file === '-') };
};
