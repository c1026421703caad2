import { describe, expect, it } from 'vitest';
import { renewableCertificates } from '../../src/gates/renewable-certificates.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onControlPlane } from '../steps/values.ts';

const gate = bound(renewableCertificates, {}, onControlPlane());
const without = (...withoutKey: readonly string[]) => ({ found: { certificates: [], withoutKey } });
const fix =
  'have these certificates signed anew where the key is: kubeadm certs generate-csr; then restart the static pods';

describe('renewable-certificates', () => {
  it.each([
    ['every key is here', without(), satisfied],
    [
      'authorities that are kept elsewhere',
      without('ca', 'etcd/ca'),
      judged(
        ['ca', 'etcd/ca'].map((name) => ({
          because: `paris-cp1: no key of ${name} is here: kubeadm cannot renew what that authority signed`,
          fix,
        })),
        [],
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(gate.check(seen)).toEqual(verdict));
});
