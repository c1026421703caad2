import { describe, expect, it } from 'vitest';
import { certificates } from '../../src/gates/certificates.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onControlPlane, onWorker } from '../steps/values.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-21T00:00:00Z');
const controlPlane = bound(certificates, {}, onControlPlane());
const worker = bound(certificates, {}, onWorker());
const one = (file: string, days: number, authority = false) => ({
  clock: { epochMs: now },
  found: { certificates: [{ file, subject: '', notAfter: now + days * day, authority }], withoutKey: [] },
});
const kubelet = '/var/lib/kubelet/pki/kubelet-client-current.pem';

describe('certificates', () => {
  it.each([
    ['all good', controlPlane, one('/etc/kubernetes/pki/apiserver.crt', 300), satisfied],
    ['one that the upgrade renews anyway', controlPlane, one('/etc/kubernetes/pki/apiserver.crt', 1), satisfied],
    [
      'expired',
      controlPlane,
      one('/etc/kubernetes/pki/apiserver.crt', -1),
      judged(
        [
          {
            because: 'paris-cp1: /etc/kubernetes/pki/apiserver.crt expired on 2026-11-20',
            fix: 'nodeops certs renew; where no API server answers any more: kubeadm certs renew all on paris-cp1, then restart its static pods',
          },
        ],
        [],
      ),
    ],
    [
      'an authority, half a year before',
      worker,
      one('/etc/kubernetes/pki/ca.crt', 179, true),
      judged(
        [],
        [
          {
            because: 'paris-w1: /etc/kubernetes/pki/ca.crt expires on 2027-05-19',
            fix: 'kubernetes.io, "Manual Rotation of CA Certificates": every certificate of the cluster hangs on it',
          },
        ],
      ),
    ],
    [
      'a kubelet that did not rotate',
      worker,
      one(kubelet, 6),
      judged(
        [],
        [
          {
            because: `paris-w1: ${kubelet} expires on 2026-11-27`,
            fix: 'let the kubelet ask for a new one: kubernetes.io, "Certificate rotation"; see journalctl -u kubelet on paris-w1',
          },
        ],
      ),
    ],
    [
      'an authority whose key is elsewhere',
      controlPlane,
      { clock: { epochMs: now }, found: { certificates: [], withoutKey: ['ca'] } },
      judged(
        [],
        [
          {
            because: 'paris-cp1: no key of ca is here: kubeadm cannot renew what that authority signed',
            fix: 'see when the certificates end (kubeadm certs check-expiration), and have them signed anew where the key is',
          },
        ],
      ),
    ],
    [
      'a worker never has that key',
      worker,
      { clock: { epochMs: now }, found: { certificates: [], withoutKey: ['ca'] } },
      satisfied,
    ],
  ])('%s', (_what, gate, facts, verdict) => expect(gate.check(facts)).toEqual(verdict));
});
