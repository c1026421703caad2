import { z } from 'zod';
import { upgradePackages, type PatchChoice } from '../commands/os-updates.ts';
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

const choiceOf = ({ securityOnly = false, exclude = '' }: Wish): PatchChoice => ({
  kept: [...new Set([...kubernetesPackages, ...exclude.split(',').filter((name) => name !== '')])],
  securityOnly,
});

const listed = 12;

const text = ({ name, from, to }: OsUpdate): string =>
  from === undefined ? `${name} ${to} (new)` : `${name} ${from} → ${to}`;

/** Brings the host's packages up to date, but for those of Kubernetes: these are for an upgrade of the cluster. */
export const upgradeOsPackages = defineStep({
  id: 'upgrade-os-packages',
  subject: 'node',
  title: () => 'upgrade the packages of the operating system',
  with: wishSchema,
  detect: (wish, _on: NodeSubject) => ({ offered: osUpdates(choiceOf(wish)) }),

  check: ({ offered: { updates, unfinished } }) => {
    const more = updates.length - listed;
    const changes = [
      ...updates.slice(0, listed).map(text),
      ...(more > 0 ? [`and ${more} more`] : []),
      ...(unfinished > 0 ? [`finish ${unfinished} that dpkg was interrupted in`] : []),
    ];
    return changes.length === 0 ? satisfied : needed(...changes);
  },
  apply: (_seen, wish, on) => [{ do: 'exec', on: on.node, command: upgradePackages(choiceOf(wish), wish.lockSeconds) }],
  expect: () => ({ offered: { updates: [], unfinished: 0 } }),

  // The lists move on: what they offer by then is what is installed.
  unheld: true,
  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'On a drained node nothing that runs is hit by what the packages restart, containerd above all.',
    source: 'apt-get(8), "upgrade", --with-new-pkgs; apt_preferences(5), "Prevention of installation"',
    type: ['apt-mark hold kubeadm kubelet kubectl', 'apt-get upgrade --with-new-pkgs'],
  },
});
