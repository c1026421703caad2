import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { renewCertificates } from '../../src/steps/renew-certificates.ts';
import { bound, onControlPlane } from './values.ts';

const now = Date.UTC(2026, 10, 22);
const at = (wish: object = {}) => bound(renewCertificates, { maintenance: 'm1', ...wish }, onControlPlane());
const certificate = (file: string, days: number, authority = false) => ({
  file,
  subject: 'CN=x',
  notAfter: now + days * 86_400_000,
  authority,
});
const users = [{ name: 'etcd', pid: 807, startedAt: now - 60_000, newestAt: now - 90_000 }];
const seen = (days: number, change: object = {}) => ({
  found: {
    certificates: [
      certificate('/etc/kubernetes/pki/ca.crt', 3, true),
      certificate('/var/lib/kubelet/pki/kubelet-client-current.pem', 3),
      certificate('/etc/kubernetes/pki/apiserver.crt', days),
    ],
    withoutKey: [],
  },
  clock: { epochMs: now },
  users,
  renewed: false,
  ...change,
});

describe('renew-certificates', () => {
  it.each([
    ['far from its end', at(), seen(200), satisfied],
    ['near its end', at(), seen(89), needed('pki/apiserver.crt, which ends on 2027-02-19')],
    ['ended', at(), seen(-1), needed('pki/apiserver.crt, which ends on 2026-11-21')],
    ['nearer than was asked for', at({ withinDays: 30 }), seen(89), satisfied],
    ['whatever is left', at({ all: true }), seen(364), needed('pki/apiserver.crt, which ends on 2027-11-21')],
    ['renewed in this maintenance, to a short life', at({ all: true }), seen(2, { renewed: true }), satisfied],
  ])('%s', (_what, step, situation, verdict) => expect(step.check(situation)).toEqual(verdict));

  it('is foreseen to leave programs that began before', () => {
    expect(at().after(seen(1))).toMatchObject({ renewed: true, users: [{ startedAt: now - 60_000, newestAt: now }] });
  });

  it('keeps what was there before anything is renewed, and remembers the renewal after it', () => {
    const [line = ''] = at().typed(seen(1));
    const [before = '', after = ''] = line.split('kubeadm certs renew all');
    expect(before).toContain(
      'tar -cf /var/lib/nodeops-certificates/m1.tar.new etc/kubernetes/pki etc/kubernetes/*.conf',
    );
    expect(before).toContain('umask 077');
    expect(after).toContain('/var/lib/nodeops-marks/m1.certificates');
  });
});
