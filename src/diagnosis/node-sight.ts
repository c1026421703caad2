import type { AptLock } from '../facts/apt-lock.ts';
import type { Certificates } from '../facts/certificates.ts';
import type { ClusterEvent } from '../facts/cluster-events.ts';
import type { DiskSpace } from '../facts/disk-space.ts';
import type { EtcdAlarm } from '../facts/etcd-alarms.ts';
import type { FreeInodes } from '../facts/free-inodes.ts';
import type { NodeConditions } from '../facts/node-conditions.ts';
import type { OwnApiServer } from '../facts/own-api-server.ts';
import type { Packages } from '../facts/packages.ts';
import type { PodHealth } from '../facts/pod-health.ts';
import type { RecordedCommand } from '../facts/recorded-commands.ts';
import type { RefusedFlag } from '../facts/refused-flag.ts';
import type { ServiceUnits } from '../facts/service-units.ts';
import type { StaticPodSign } from '../facts/static-pod-logs.ts';
import type { LoggedLine } from '../facts/unit-log.ts';
import type { Role } from '../model/cluster.ts';

/** A host's clock, held against another one. */
export interface ClockSight {
  readonly epochMs: number;
  /** By how much it is surely ahead; negative where it is behind, 0 within what asking took. */
  readonly aheadMs: number;
  /** Of whose: `the control planes`, or, where they did not answer, `this machine`. */
  readonly of: string;
}

/** What was seen of one node once. What is missing could not be seen, or is not there. */
export interface NodeSight {
  readonly node: string;
  readonly role: Role;
  /** Milliseconds since the epoch, of the machine that looks. */
  readonly now: number;
  /** Why it cannot be reached; nothing that only it can tell is known then. */
  readonly unreachable?: string;
  readonly units?: ServiceUnits;
  readonly kubeletLog?: readonly LoggedLine[];
  readonly containerdLog?: readonly LoggedLine[];
  readonly refusedFlag?: RefusedFlag;
  readonly staticPods?: readonly StaticPodSign[];
  /** Where its API server keeps its objects: `https://127.0.0.1:2379`. */
  readonly etcdServers?: string;
  readonly packages?: Packages;
  readonly aptLock?: AptLock;
  readonly disk?: DiskSpace;
  readonly inodes?: readonly FreeInodes[];
  readonly clock?: ClockSight;
  readonly certificates?: Certificates;
  /** What this program began there. */
  readonly commands?: readonly RecordedCommand[];
  readonly apiServer?: OwnApiServer;
  /** Of etcd as a whole: none where it answers and is well. */
  readonly etcdAlarms?: readonly EtcdAlarm[];
  /** What the cluster says of it. */
  readonly conditions?: NodeConditions;
  /** Since when its kubelet has not renewed its lease, in milliseconds. */
  readonly silentMs?: number;
  /** Pods that are bound to it. */
  readonly pods?: readonly PodHealth[];
  /** What containers that crash printed last before they ended, by their place. */
  readonly lastWords?: ReadonlyMap<string, readonly string[]>;
  /** Of the node and of its pods, the oldest first. */
  readonly events?: readonly ClusterEvent[];
}
