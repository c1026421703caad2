/** What was asked for that leaves Kubernetes itself as it is. */
export interface Maintenance {
  /** Under the drains of an upgrade of Kubernetes: one for both, and one restart at most. */
  readonly upgrades?: true;
  readonly operation: 'os-patch' | 'reboot' | 'drain' | 'cordon' | 'uncordon';
  /** The nodes that take part. */
  readonly nodes: ReadonlySet<string>;
  readonly reboot: 'required' | 'always' | 'never';
  readonly securityOnly: boolean;
  readonly excluded: ReadonlySet<string>;
}
