import { describe, expect, it } from 'vitest';
import { nodeMembership } from '../../src/gates/node-membership.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, nodeObject, onWorker } from '../steps/values.ts';

const step = bound(nodeMembership, {}, onWorker());
const ca = { sha256: 'AB:CD:EF:00:11:22:33:44:55:66:77' };
const host = { hostname: 'paris-w1', machineId: 'machine-paris-w1', clusterCa: ca.sha256 };
const seen = (change: object) => ({ host: { ...host, ...change }, nodes: [nodeObject('paris-w1')], ca });

describe('node-membership', () => {
  it.each([
    ['it is', seen({}), satisfied],
    ['its host name may be another', seen({ hostname: 'vm-17' }), satisfied],
    ['no CA on the host to compare', seen({ clusterCa: undefined }), satisfied],
    ['not in the cluster: another gate says so', { ...seen({}), nodes: [] }, satisfied],
    [
      'another cluster',
      seen({ clusterCa: 'FF:EE:DD:00:11:22:33:44:55' }),
      blocked(
        "the host behind paris-w1 belongs to another cluster: its CA is FF:EE:DD:00:11:22:33:44…, this cluster's AB:CD:EF:00:11:22:33:44…",
        'check the address of paris-w1 in the inventory',
      ),
    ],
    [
      'a clone of it',
      seen({ machineId: 'clone' }),
      blocked(
        'paris-w1 has machine-id clone, but the Node object says machine-paris-w1',
        'check the address of paris-w1; after a machine was cloned or replaced, its Node object is stale',
      ),
    ],
  ])('%s', (_what, facts, verdict) => expect(step.check(facts)).toEqual(verdict));
});
