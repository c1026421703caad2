import { z } from 'zod';
import { hostClock } from '../facts/host-clock.ts';
import { packageRepository } from '../facts/package-repository.ts';
import { repositoryKey as keyFact } from '../facts/repository-key.ts';
import { dayOf } from '../model/calendar-day.ts';
import { withoutPasswords } from '../model/redact.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** apt refuses a repository whose key has expired: better known now than between two packages. */
export const repositoryKey = defineStep({
  id: 'repository-key',
  subject: 'node',
  title: () => 'the key of the package repository',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ keys: keyFact, repository: packageRepository, clock: hostClock }),
  optional: ['keys'],

  check: ({ keys, repository, clock }, _wish, on) => {
    const used = new Set(
      repository.entries.flatMap(({ enabled, signedBy }) => (enabled && signedBy !== undefined ? [signedBy] : [])),
    );
    for (const { file, keys: found } of keys ?? []) {
      const valid = found.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > clock.epochMs);
      if (!used.has(file) || valid.length > 0) continue;
      const when = found.map(({ expiresAt }) => dayOf(expiresAt ?? 0)).join(', ');
      const [uri] = repository.entries.filter(({ signedBy }) => signedBy === file).map((entry) => entry.uri);
      return blocked(
        found.length === 0 ? `${on.node}: ${file} holds no key` : `${on.node}: the key in ${file} expired on ${when}`,
        `curl -fsSL ${withoutPasswords(uri ?? '').replace(/\/?$/, '/')}Release.key | gpg --dearmor --yes -o ${file}`,
      );
    }
    return satisfied;
  },

  foreseen: true,
  waivable: true,
  explain: {
    why: 'The public repository is signed with a key that expires; it lapsed once, in 2024.',
    source: 'kubernetes/release#3818; apt-secure(8)',
    type: ['gpg --show-keys /etc/apt/keyrings/kubernetes-apt-keyring.gpg'],
  },
});
