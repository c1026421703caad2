import { lookAtNewHost } from '../commands/new-host.ts';
import { defineFact, type Parsed } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';
import { takeInHost, type BareHost, type HostBeingRead } from './recovery-host.ts';

/**
 * How far a host has come on its way to be a node; `runtime`: containerd is being installed, and is not configured yet;
 * `forgotten`: what it joined with is good for nobody any more.
 */
export const hostMarks = ['host', 'kernel', 'runtime', 'initialised', 'joined', 'forgotten'] as const;
export type HostMark = (typeof hostMarks)[number];

/** What decides whether a host can become a node. */
export interface NewHost extends BareHost {
  /** By name of the cluster. */
  readonly marks: Readonly<Record<string, readonly HostMark[]>>;
  readonly addresses: readonly string[];
  /** TCP ports on which something listens. */
  readonly ports: readonly number[];
  /** Networks that the host has a route to, its own among them: `10.0.0.0/24`. */
  readonly routes: readonly string[];
  readonly cpus: number;
  readonly memoryKiB: number;
  /** Swap that is in use, and what /etc/fstab turns on at the next start. */
  readonly swap: readonly string[];
  readonly fstabSwap: readonly string[];
  readonly modules: readonly string[];
  /** Packets of others are passed on (net.ipv4.ip_forward). */
  readonly forwards: boolean;
  /** Who manages control groups for containerd; missing where there is none. */
  readonly driver?: 'systemd' | 'cgroupfs';
  /** containerd is there without the part that a kubelet asks. */
  readonly criOff: boolean;
}

type Mutable = HostBeingRead & { -readonly [K in keyof Omit<NewHost, keyof HostBeingRead>]: NewHost[K] };

const isMark = (word: string): word is HostMark => hostMarks.some((mark) => mark === word);
const isWhole = (text: string): boolean => /^\d+$/.test(text);

const listWords = {
  has: 'addresses',
  route: 'routes',
  swap: 'swap',
  'fstab-swap': 'fstabSwap',
  module: 'modules',
} as const;
const isListWord = (word: string): word is keyof typeof listWords => Object.hasOwn(listWords, word);

const takeInMark = (seen: Mutable, cluster: string, mark: string): boolean => {
  if (!isMark(mark)) return false;
  seen.marks = { ...seen.marks, [cluster]: [...(seen.marks[cluster] ?? []), mark] };
  return true;
};

const takeInNumber = (seen: Mutable, word: string, value: string): boolean => {
  if (!isWhole(value)) return false;
  if (word === 'listens') seen.ports = [...seen.ports, Number(value)];
  else if (word === 'cpus') seen.cpus = Number(value);
  else if (word === 'memory') seen.memoryKiB = Number(value);
  else if (word === 'forward') seen.forwards = value !== '0';
  else return false;
  return true;
};

/** Takes one line in; false for a line that is none of ours. */
const takeIn = (seen: Mutable, line: string): boolean => {
  const [word = '', value = '', mark = ''] = line.split(' ');
  if (word === 'mark') return takeInMark(seen, value, mark);
  if (isListWord(word)) {
    seen[listWords[word]] = [...seen[listWords[word]], value];
    return true;
  }
  if (word === 'cri-off') {
    seen.criOff = true;
    return true;
  }
  if (word === 'driver' && (value === 'systemd' || value === 'cgroupfs')) {
    seen.driver = value;
    return true;
  }
  return takeInNumber(seen, word, value) || takeInHost(seen, line);
};

const nothing = (): Mutable => ({
  marks: {},
  joins: [],
  remains: [],
  runtime: false,
  addresses: [],
  ports: [],
  routes: [],
  cpus: 0,
  memoryKiB: 0,
  swap: [],
  fstabSwap: [],
  modules: [],
  forwards: false,
  criOff: false,
});

/** Source: our own script (commands/new-host.ts); recorded on the lab, Debian 12. */
export const newHost = defineFact<NewHost>({
  id: 'new-host',
  subject: 'node',
  command: lookAtNewHost,
  parse: (output): Parsed<NewHost> => {
    const seen = nothing();
    const strange = linesBeforeEnd(output)?.find((line) => !takeIn(seen, line));
    const { plugins } = seen;
    if (strange !== undefined) return { unreadable: strange };
    return plugins === undefined
      ? { unreadable: output.stdout.trim() || output.stderr }
      : { value: { ...seen, plugins } };
  },
});

const marksNeed: Partial<Record<HostMark, string>> = {
  initialised: '/etc/kubernetes/admin.conf',
  joined: '/etc/kubernetes/kubelet.conf',
};

/** Whether a host has come that far for a cluster: what a `kubeadm reset` by hand has taken away since was never done. */
export const isMarked = ({ marks, remains }: NewHost, cluster: string, mark: HostMark): boolean => {
  const needs = marksNeed[mark];
  return marks[cluster]?.includes(mark) === true && (needs === undefined || remains.includes(needs));
};

/** The same host once it has. */
export const markedAs = (seen: NewHost, cluster: string, mark: HostMark): NewHost => {
  const needs = marksNeed[mark];
  return {
    ...seen,
    marks: { ...seen.marks, [cluster]: [...new Set([...(seen.marks[cluster] ?? []), mark])] },
    remains: needs === undefined ? seen.remains : [...new Set([...seen.remains, needs])],
  };
};

/** The same host once it is that no more. */
export const unmarkedAs = (seen: NewHost, cluster: string, mark: HostMark): NewHost => ({
  ...seen,
  marks: Object.fromEntries(
    Object.entries(seen.marks).map(([name, marks]) => [
      name,
      name === cluster ? marks.filter((each) => each !== mark) : marks,
    ]),
  ),
});

/** Whether it carries nothing of a cluster, or only what was made for this one. */
export const isFreeFor = (seen: NewHost, cluster: string): boolean =>
  seen.remains.length === 0 || isMarked(seen, cluster, 'host');
