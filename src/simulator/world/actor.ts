/** Who did something to the model: what the oracle asks first. */
export type Actor =
  /** A program of ours: what it sent, and what that started (units, kubeadm, drains), `run` as far as its line tells. */
  | { readonly kind: 'nodeops'; readonly program: number; readonly run?: string }
  /** Another person at the cluster, by hand. */
  | { readonly kind: 'person'; readonly name: string }
  /** An injected fault. */
  | { readonly kind: 'fault'; readonly fault: string }
  /** Kubelets, controllers, the scheduler: what follows by itself. */
  | { readonly kind: 'cluster' };

export const byCluster: Actor = { kind: 'cluster' };
