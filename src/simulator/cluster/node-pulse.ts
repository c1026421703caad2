import type { Timer } from '../kernel.ts';
import type { Host } from '../world/host.ts';
import type { ObjectStore } from '../world/object-store.ts';
import type { Taint } from './objects.ts';

/** What is known of one host's kubelet. */
export interface Pulse {
  readonly host: Host;
  /** The first renewal of the present series, or undefined while there is none. */
  renewedFrom: number | undefined;
  /** The last renewal of the series before. */
  last: number;
  readonly micros: number;
  watch: Timer | undefined;
  status: Timer | undefined;
  /** The boot whose pods have been counted as running. */
  boot: string;
  /** They began anew with this boot, and have not been looked at since. */
  restarted: boolean;
  /** Its pods were called unready with it, and have not been looked at since. */
  podsAway: boolean;
  /** It began, and has not told the API who it is: only then it makes a Node object. */
  isNew: boolean;
}

export interface HealthNeeds {
  readonly store: ObjectStore;
  /** Pods of a node became unready, ready or lost: controllers look again. */
  readonly changed: () => void;
  readonly losePods: (node: string) => void;
  /** A kubelet makes the Node object of its host. */
  readonly register: (host: Host, version: string) => void;
  /** Whether there is what gives pods a network. */
  readonly hasNetwork: () => boolean;
}

/** Of a node that nobody has heard of. */
export const unreachable: readonly Taint[] = [
  { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
];
