import { dayOf } from '../model/calendar-day.ts';
import type { ServiceUnit } from '../facts/service-units.ts';
import type { NodeSight } from './node-sight.ts';
import { quoted } from './rule.ts';

/** How one thing of a node is, for a person. */
export interface StateLine {
  readonly what: string;
  readonly lines: readonly string[];
}

const line = (what: string, ...lines: readonly (string | undefined)[]): StateLine => ({
  what,
  lines: lines.filter((each) => each !== undefined),
});

const unitText = (unit: ServiceUnit | undefined): string =>
  unit === undefined
    ? 'not there'
    : `${unit.active} (${unit.sub})${unit.since === undefined ? '' : ` since ${unit.since}`}`;

const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const conditions = ({ conditions: found }: NodeSight): StateLine =>
  line(
    'conditions',
    ...(found?.conditions ?? [])
      .filter(({ type, status }) => (type === 'Ready' ? true : status !== 'False'))
      .map(
        ({ type, status, reason, message, since }) =>
          `${type} ${status}${since === undefined ? '' : ` since ${timeOf(since)}`}: ${reason}: ${message}`,
      ),
    found?.unschedulable === true
      ? `cordoned${found.cordonedBy === undefined ? '' : ` by ${found.cordonedBy}`}`
      : undefined,
  );

const gib = (bytes: number): string => (bytes / 1024 ** 3).toFixed(1);

const disk = ({ disk: found }: NodeSight): StateLine => {
  const mounts = new Map(Object.values(found?.paths ?? {}).map((each) => [each.mount, each]));
  return line(
    'disk',
    ...[...mounts.values()].map(
      ({ mount, availableBytes, sizeBytes }) => `${mount}: ${gib(availableBytes)} of ${gib(sizeBytes)} GiB free`,
    ),
  );
};

const packages = ({ packages: found }: NodeSight): StateLine =>
  line(
    'packages',
    ...['kubeadm', 'kubelet', 'kubectl'].flatMap((name) => {
      const each = found?.installed[name];
      return each === undefined
        ? []
        : [`${name} ${each.version} (${each.status}${each.held ? ', held' : ', not held'})`];
    }),
  );

const certificates = ({ certificates: found }: NodeSight): StateLine => {
  const first = found?.certificates.toSorted((one, other) => one.notAfter - other.notAfter)[0];
  return line(
    'certificates',
    first === undefined ? undefined : `the first to end: ${first.file}, on ${dayOf(first.notAfter)}`,
  );
};

const locks = ({ aptLock }: NodeSight): StateLine =>
  line('locks of apt', ...(aptLock?.holders ?? []).map(({ pid, command, file }) => `${file}: ${pid} (${command})`));

const inFlight = ({ commands }: NodeSight): StateLine =>
  line(
    'in flight',
    ...(commands ?? [])
      .filter(({ running }) => running)
      .map(({ run, unit, line: typed }) => `${run}/${unit}: ${typed ?? ''}`),
  );

const shownEvents = 5;

const events = ({ events: all }: NodeSight): StateLine =>
  line(
    'events',
    ...(all ?? [])
      .filter(({ type, kind }) => type !== 'Normal' || kind === 'Node')
      .slice(-shownEvents)
      .map(
        ({ last, reason, kind, name, note, count }) =>
          `${timeOf(last)} ${reason} ${kind.toLowerCase()}/${name}${count > 1 ? ` (${count} times)` : ''}: ${note.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
      ),
  );

const staticPods = ({ role, staticPods: all }: NodeSight): StateLine =>
  line(
    'static pods',
    ...(role === 'control-plane' ? (all ?? []) : [])
      .filter(({ manifest, running }) => manifest || running)
      .flatMap(({ name, running, complaints }) => [
        `${name}: ${running ? 'runs' : 'does not run'}`,
        ...(running ? [] : complaints.slice(-2).map((each) => `  ${quoted(each)}`)),
      ]),
  );

const shownLines = 4;

/** What was seen of a node in short, whatever the rules made of it; what could not be seen is not among it. */
export const nodeState = (sight: NodeSight): readonly StateLine[] =>
  [
    conditions(sight),
    line('kubelet', sight.units === undefined ? undefined : unitText(sight.units.kubelet)),
    line('containerd', sight.units === undefined ? undefined : unitText(sight.units.containerd)),
    staticPods(sight),
    packages(sight),
    locks(sight),
    inFlight(sight),
    disk(sight),
    certificates(sight),
    events(sight),
    line('kubelet log', ...(sight.kubeletLog ?? []).slice(-shownLines).map(quoted)),
    line(
      'containerd log',
      ...(sight.units?.containerd?.active === 'active' ? [] : (sight.containerdLog ?? []).slice(-2).map(quoted)),
    ),
  ].filter(({ lines }) => lines.length > 0);
