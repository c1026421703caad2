import { z } from 'zod';
import { upgradePackages } from '../commands/os-updates.ts';
import { osUpdates, type OsUpdate } from '../facts/os-updates.ts';
import { kubernetesPackages } from '../facts/packages.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const wishSchema = z.strictObject({
  lockSeconds: z.number(),
  /** Only what comes from an archive of security updates. */
  securityOnly: z.boolean().optional(),
  /** Names, with commas between them. */
  exclude: z.string().optional(),
});

type Wish = z.output<typeof wishSchema>;

/** `Debian-Security:12/stable-security`, `Ubuntu:24.04/noble-security`: the archive's name says it with both. */
const isSecurity = ({ origins }: OsUpdate): boolean => /security/i.test(origins);

const wanted = (updates: readonly OsUpdate[], { securityOnly, exclude = '' }: Wish): readonly OsUpdate[] => {
  const excluded = new Set<string>([...kubernetesPackages, ...exclude.split(',')]);
  return updates.filter((update) => !excluded.has(update.name) && (securityOnly !== true || isSecurity(update)));
};

const listed = 12;

const text = ({ name, from, to }: OsUpdate): string =>
  from === undefined ? `${name} ${to} (new)` : `${name} ${from} → ${to}`;

/** Brings the host's packages up to date, but for those of Kubernetes: these are for an upgrade of the cluster. */
export const upgradeOsPackages = defineStep({
  id: 'upgrade-os-packages',
  subject: 'node',
  title: () => 'upgrade the packages of the operating system',
  with: wishSchema,
  detect: (_wish, _on: NodeSubject) => ({ updates: osUpdates }),

  check: ({ updates }, wish) => {
    const due = wanted(updates, wish);
    if (due.length === 0) return satisfied;
    const more = due.length - listed;
    return needed(...due.slice(0, listed).map(text), ...(more > 0 ? [`and ${more} more`] : []));
  },
  apply: ({ updates }, wish, on) => {
    const due = wanted(updates, wish);
    const kept = updates.filter((update) => !due.includes(update)).map(({ name }) => name);
    const named = (wish.exclude ?? '').split(',').filter((name) => name !== '');
    const command = upgradePackages([...new Set([...kubernetesPackages, ...named, ...kept])], wish.lockSeconds);
    return [{ do: 'exec', on: on.node, command }];
  },
  expect: ({ updates }, wish) => {
    const due = wanted(updates, wish);
    return { updates: updates.filter((update) => !due.includes(update)) };
  },

  // The lists move on: what they offer by then is what is installed.
  unheld: true,
  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'On a drained node nothing that runs is hit by what the packages restart, containerd above all.',
    source: 'apt-get(8), "upgrade", --with-new-pkgs; apt_preferences(5), "Prevention of installation"',
    type: ['apt-mark hold kubeadm kubelet kubectl', 'apt-get upgrade --with-new-pkgs'],
  },
});
