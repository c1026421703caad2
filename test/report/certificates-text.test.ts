import { expect, it } from 'vitest';
import { certificatesText } from '../../src/report/certificates-text.ts';

const now = Date.UTC(2026, 10, 22, 12);
const row = (node: string, file: string, days: number, change: object = {}) => ({
  node,
  file,
  subject: 'CN=x',
  notAfter: now + days * 86_400_000,
  authority: false,
  endsSoon: false,
  ...change,
});

it('a certificate a line, what ends soon marked, what could not be read below', () => {
  const text = certificatesText(
    {
      cluster: 'paris',
      now,
      certificates: [
        row('paris-cp1', '/etc/kubernetes/pki/apiserver.crt', -0.5, { endsSoon: true }),
        row('paris-cp1', '/etc/kubernetes/admin.conf', 0.5, { endsSoon: true }),
        row('paris-w1', '/var/lib/kubelet/pki/kubelet-client-current.pem', 1.5),
        row('paris-cp1', '/etc/kubernetes/pki/ca.crt', 3649, { authority: true }),
      ],
      unread: [{ node: 'paris-w2', why: 'kubeadm never ran there' }],
    },
    (tone, words) => (tone === 'bad' ? `!${words}` : words),
  );
  expect(text).toBe(`paris
  node       certificate                                      ends        left
  paris-cp1  pki/apiserver.crt                                2026-11-22  !ended
  paris-cp1  admin.conf                                       2026-11-23  !less than a day
  paris-w1   /var/lib/kubelet/pki/kubelet-client-current.pem  2026-11-24  1 day
  paris-cp1  pki/ca.crt (authority)                           2036-11-18  3649 days
  paris-w2: kubeadm never ran there
`);
});
