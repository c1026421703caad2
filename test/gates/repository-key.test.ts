import { describe, expect, it } from 'vitest';
import { repositoryKey } from '../../src/gates/repository-key.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker, repositoryOf, source } from '../steps/values.ts';

const step = bound(repositoryKey, {}, onWorker());
const file = '/etc/apt/keyrings/kubernetes-apt-keyring.gpg';
const now = Date.UTC(2026, 10, 21);
const key = (expiresAt?: number) => ({ keyId: 'A1', userId: 'isv', ...(expiresAt === undefined ? {} : { expiresAt }) });
const seen = (keys: unknown, repository: unknown = repositoryOf('1.35')) => ({
  keys,
  repository,
  clock: { epochMs: now },
});
const fetchIt = `curl -fsSL https://pkgs.k8s.io/core:/stable:/v1.35/deb/Release.key | gpg --dearmor --yes -o ${file}`;

describe('repository-key', () => {
  it.each([
    ['valid', seen([{ file, keys: [key(now + 1)] }]), satisfied],
    ['never expires', seen([{ file, keys: [key()] }]), satisfied],
    ['one of two is valid', seen([{ file, keys: [key(now - 1), key(now + 1)] }]), satisfied],
    ['without gpg nothing is known', seen(undefined), satisfied],
    ['an expired key that nothing uses', seen([{ file: '/etc/apt/keyrings/old.gpg', keys: [key(0)] }]), satisfied],
    [
      'the source that uses it is disabled',
      seen([{ file, keys: [key(0)] }], { files: {}, entries: [source('1.35', { enabled: false })] }),
      satisfied,
    ],
    [
      'expired',
      seen([{ file, keys: [key(Date.UTC(2026, 10, 20))] }]),
      blocked(`paris-w1: the key in ${file} expired on 2026-11-20`, fetchIt),
    ],
    ['empty', seen([{ file, keys: [] }]), blocked(`paris-w1: ${file} holds no key`, fetchIt)],
    [
      'a mirror without a slash at its end',
      seen([{ file, keys: [] }], { files: {}, entries: [source('1.35', { uri: 'https://m/deb' })] }),
      blocked(
        `paris-w1: ${file} holds no key`,
        `curl -fsSL https://m/deb/Release.key | gpg --dearmor --yes -o ${file}`,
      ),
    ],
    [
      'a mirror behind a password',
      seen([{ file, keys: [] }], { files: {}, entries: [source('1.35', { uri: 'https://ops:Zx7@m/deb/' })] }),
      blocked(
        `paris-w1: ${file} holds no key`,
        `curl -fsSL https://ops:…@m/deb/Release.key | gpg --dearmor --yes -o ${file}`,
      ),
    ],
  ])('%s', (_what, facts, verdict) => expect(step.check(facts)).toEqual(verdict));
});
