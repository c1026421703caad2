import type { Step } from '../steps/step.ts';
import { aptLock } from './apt-lock.ts';
import { diskSpace } from './disk-space.ts';
import { inventoryMatches } from './inventory-matches.ts';
import { nodeIdentity } from './node-identity.ts';
import { nodeMembership } from './node-membership.ts';
import { nodesReady } from './nodes-ready.ts';
import { repositoryKey } from './repository-key.ts';
import { supportedHost } from './supported-host.ts';
import { versionWay } from './version-way.ts';

/** Every gate: what must hold before the first write. */
export const allGates: readonly Step[] = [
  aptLock,
  diskSpace,
  inventoryMatches,
  nodeIdentity,
  nodeMembership,
  nodesReady,
  repositoryKey,
  supportedHost,
  versionWay,
];
