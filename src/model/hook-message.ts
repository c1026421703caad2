import type { Role } from './cluster.ts';

/** How what lies between a before and its after went. */
export type HookedOutcome = 'done' | 'failed' | 'stopped';

/** What a hook is told on its standard input, as one JSON document. */
export interface HookMessage {
  readonly format: 1;
  readonly hook: string;
  readonly when: 'before' | 'after';
  readonly of: 'node' | 'cluster';
  readonly run: string;
  readonly cluster: string;
  /** Of a hook about a node. */
  readonly node?: string;
  readonly role?: Role;
  readonly playbook: string;
  /** Kubernetes' version before, of the node's kubelet or of the cluster; missing where it could not be told. */
  readonly from?: string;
  /** The version that it is taken to; missing where a playbook goes to none. */
  readonly to?: string;
  /** Of an after. */
  readonly outcome?: HookedOutcome;
}
