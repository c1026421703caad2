import type { Actor } from './actor.ts';

/**
 * What happens in the model, for the oracle and the trace. Said after the model has changed, in the same instant.
 * Versions are without `v`.
 */
export type WorldEvent =
  | {
      readonly type: 'package-changed';
      readonly host: string;
      readonly name: string;
      readonly from?: string;
      readonly to?: string;
      readonly actor: Actor;
    }
  | {
      readonly type: 'hold-changed';
      readonly host: string;
      readonly name: string;
      readonly held: boolean;
      readonly actor: Actor;
    }
  /** Only for files that matter to Kubernetes: /etc/kubernetes, /var/lib/kubelet, /etc/apt, /var/lib/nodeops. */
  | { readonly type: 'file-changed'; readonly host: string; readonly path: string; readonly actor: Actor }
  | {
      readonly type: 'kubelet-started' | 'kubelet-stopped';
      readonly host: string;
      readonly version: string;
      readonly actor: Actor;
    }
  | {
      readonly type: 'component-stopped' | 'component-ready';
      readonly host: string;
      readonly component: string;
      readonly version: string;
      readonly actor: Actor;
    }
  | {
      readonly type: 'kubeadm-started' | 'kubeadm-ended';
      readonly host: string;
      readonly command: string;
      readonly version: string;
      readonly code?: number;
      readonly actor: Actor;
    }
  | { readonly type: 'cordoned' | 'uncordoned'; readonly node: string; readonly actor: Actor }
  | {
      readonly type: 'pod-gone';
      readonly namespace: string;
      readonly pod: string;
      readonly node: string;
      /** `forgotten`: its kubelet was started, and the API that it found knew of no pod. */
      readonly how: 'evicted' | 'deleted' | 'lost' | 'forgotten';
      readonly forced: boolean;
      readonly budgetBroken?: string;
      readonly emptyDirLost: boolean;
      readonly actor: Actor;
    }
  | {
      readonly type: 'object-changed';
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      readonly actor: Actor;
    }
  /** `from` was asked to hand over, or is gone and the others elected another; `to` is missing where nobody can lead. */
  | {
      readonly type: 'leader-moved';
      readonly from: string;
      readonly to?: string;
      readonly how: 'handed-over' | 'elected';
      readonly actor: Actor;
    }
  /** Members on other data than before have a quorum: what the API shows from now on. */
  | { readonly type: 'etcd-turned'; readonly revision: number; readonly empty: boolean; readonly actor: Actor }
  /** Of etcd's list; `host`: whose it is. */
  | { readonly type: 'member-removed'; readonly host: string; readonly actor: Actor }
  | { readonly type: 'snapshot-saved'; readonly host: string; readonly path: string; readonly actor: Actor }
  | {
      readonly type: 'unit-started' | 'unit-ended';
      readonly host: string;
      readonly unit: string;
      readonly code?: number;
      readonly actor: Actor;
    }
  | { readonly type: 'host-down' | 'host-up'; readonly host: string; readonly actor: Actor };
