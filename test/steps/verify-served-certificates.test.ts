import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { verifyServedCertificates } from '../../src/steps/verify-served-certificates.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(verifyServedCertificates, {}, onControlPlane());
const file = '/etc/kubernetes/pki/apiserver.crt';
const [old, fresh] = [Date.UTC(2026, 11, 2), Date.UTC(2027, 10, 22)];
const found = {
  certificates: [{ file, subject: 'CN=kube-apiserver', notAfter: fresh, authority: false }],
  withoutKey: [],
};
const leaders = [{ name: 'kube-scheduler', well: true }];
const shows = (notAfter?: number, of = file) => ({
  found,
  leaders,
  served: [{ name: 'kube-apiserver', file: of, ...(notAfter === undefined ? {} : { notAfter }) }],
});

describe('verify-served-certificates', () => {
  it.each([
    ['that on the disk', shows(fresh), satisfied],
    ['one of a place of its own', shows(old, '/etc/pki/api.pem'), satisfied],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it.each([
    [
      'the old one',
      shows(old),
      `kube-apiserver to show the certificate of ${file} (2027-11-22; it shows one until 2026-12-02)`,
    ],
    ['none', shows(), 'kube-apiserver to show a certificate'],
    [
      'that on the disk, beside a scheduler that is still to come',
      { ...shows(fresh), leaders: [{ name: 'kube-scheduler', well: false }] },
      'kube-scheduler to be well',
    ],
    ['no API server', { found, leaders, served: [] }, 'the API server of paris-cp1 to run'],
  ])('%s', (_what, seen, waitingFor) => expect(step.check(seen)).toMatchObject({ kind: 'pending', waitingFor }));
});
