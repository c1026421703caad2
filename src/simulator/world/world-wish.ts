import type { Workload } from '../cluster/first-objects.ts';
import type { Kernel } from '../kernel.ts';
import type { Random } from '../random.ts';
import type { BareHost } from './create-host.ts';
import type { Archive, Offers } from './world.ts';

/** What a simulated cluster is to be like. */
export interface WorldWish {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly cluster: string;
  readonly controlPlanes: number;
  readonly workers: number;
  /** Kubernetes version of everything, without `v`. */
  readonly version: string;
  readonly offers: Offers;
  /** Of the operating system; where none is given, apt knows of none. */
  readonly archives?: readonly Archive[];
  readonly workloads?: readonly Workload[];
  /** Days since kubeadm signed its certificates; a week where it is missing. */
  readonly certificatesAge?: number;
  /** The key of its authority is on its control planes; otherwise it is kept elsewhere. */
  readonly hasAuthority?: boolean;
  /** Control planes were joined by this kubeadm, and never upgraded: etcd's manifests name each other. */
  readonly joined?: boolean;
  /** Machines beside it that are to be workers, or control planes: their packages are there, and nothing of a cluster. */
  readonly bareWorkers?: number;
  readonly bareControlPlanes?: number;
  /** There is no cluster: hosts that are to become one, each as it is found. */
  readonly bare?: (host: string) => BareHost;
  /** In kube-system: the DaemonSet without which no pod has a network; missing: the hosts bring theirs. */
  readonly networkFrom?: string;
}
