import { z } from 'zod';
import { read } from '../commands/build.ts';
import { get } from '../commands/kubectl.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { list, listOf, maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

/** A pod that is not as it should be. */
export interface StuckPod {
  readonly namespace: string;
  readonly name: string;
  readonly node?: string;
  /** `Terminating`, `Pending`, or what a container waits for: `CrashLoopBackOff`, `ImagePullBackOff`. */
  readonly state: string;
  /** For how long, in ms: since its grace was over, since it was made; of a container that crashes the pod's whole age. */
  readonly forMs: number;
}

/** Beyond this it does not pass by itself: an image was pulled, a grace of 30 s is over, a back-off is at its longest. */
const patienceMs = 5 * 60_000;

/** What a container waits for that needs somebody; `ContainerCreating` and `PodInitializing` are on their way. */
export const needsSomebody = /BackOff$|^Err|Error$|^InvalidImageName$/;

const waiting = (statuses: string): string =>
  list(statuses, text('.state.waiting.reason'), 'and .state .state.waiting .state.waiting.reason');

const row = `[${[
  text('.metadata.namespace'),
  text('.metadata.name'),
  maybeText('.spec.nodeName'),
  maybeText('.status.phase'),
  maybeText('.metadata.creationTimestamp'),
  maybeText('.metadata.deletionTimestamp'),
  waiting('.status.initContainerStatuses'),
  waiting('.status.containerStatuses'),
].join(',')}]`;

const word = z.string().nullable();
const podRow = z.tuple([z.string(), z.string(), word, word, word, word, listOf(z.string()), listOf(z.string())]);
type Row = z.infer<typeof podRow>;

const stateOf = ([, , , phase, , deletion, init, main]: Row): string | undefined => {
  if (deletion !== null) return 'Terminating';
  const reason = [...init, ...main].find((each) => needsSomebody.test(each));
  return reason ?? (phase === 'Pending' ? 'Pending' : undefined);
};

const stuckPod = (columns: Row, now: number): StuckPod | undefined => {
  const [namespace, name, node, , created, deletion] = columns;
  const state = stateOf(columns);
  const forMs = now - Date.parse(deletion ?? created ?? '');
  return state === undefined || !(forMs > patienceMs)
    ? undefined
    : { namespace, name, ...(node === null ? {} : { node }), state, forMs };
};

const parse = (output: Output): Parsed<readonly StuckPod[]> => {
  const clock = /(?:^|\n)(\d{13})\n?$/.exec(output.stdout);
  if (clock === null) return { unreadable: output.stdout };
  const rows = readRows(podRow)({ ...output, stdout: output.stdout.slice(0, clock.index) });
  if (!('value' in rows)) return rows;
  return { value: rows.value.flatMap((columns) => stuckPod(columns, Number(clock[1])) ?? []) };
};

/**
 * Pods that have been Pending, Terminating or crashing for more than five minutes, by the clock of the control plane that
 * is asked. A deletion timestamp is when the grace is over, not when it was asked for. Source: kubernetes.io, Pod
 * Lifecycle; k8s.io/api, core/v1, ContainerStateWaiting; recorded on the lab, 1.35.4.
 */
export const stuckPods = defineFact<readonly StuckPod[]>({
  id: 'stuck-pods',
  subject: 'cluster',
  command: (place) =>
    read(['sh', '-c', '"$@" && date +%s%3N', 'sh', ...get(place, 'pods', '--all-namespaces', rowsOf(row)).argv]),
  parse: throughApi(parse),
});
