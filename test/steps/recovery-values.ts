import type { RecoveryHost } from '../../src/facts/recovery-host.ts';

/** A host that nothing was done to yet. */
export const bareHostSeen = (change: Partial<RecoveryHost> = {}): RecoveryHost => ({
  marks: {},
  joins: [],
  remains: [],
  address: '172.31.0.11',
  plugins: { directory: '/opt/cni/bin', there: true },
  runtime: true,
  ...change,
});
