import { describe, expect, it } from 'vitest';
import { nodeIdentity } from '../../src/gates/node-identity.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const step = bound(nodeIdentity, {}, onWorker());
const host = {
  hostname: 'paris-w1',
  machineId: 'machine-paris-w1',
  kubeletCertificate: { commonName: 'system:node:paris-w1', notAfter: 0, serial: '1' },
};
const seen = (change: object) => ({ host: { ...host, ...change } });

describe('node-identity', () => {
  it.each([
    ['it is', seen({}), satisfied],
    ['its host name may be another', seen({ hostname: 'vm-17' }), satisfied],
    [
      'swapped with its neighbour',
      seen({ kubeletCertificate: { ...host.kubeletCertificate, commonName: 'system:node:paris-w2' } }),
      blocked(
        "the host behind paris-w1 is paris-w2: its kubelet's certificate says so",
        'check the addresses in the inventory: two of them may be swapped',
      ),
    ],
    [
      'no node at all',
      seen({ kubeletCertificate: undefined }),
      blocked(
        'the host behind paris-w1 has no kubelet certificate: it is no node of a cluster',
        'check the address of paris-w1 in the inventory',
      ),
    ],
  ])('%s', (_what, facts, verdict) => expect(step.check(facts)).toEqual(verdict));
});
