import { z } from 'zod';
import { downloadPackages } from '../commands/stage.ts';
import { archives, type Archives } from '../facts/archives.ts';
import { offeredPackages, type OfferedPackages } from '../facts/offered-packages.ts';
import { packages as packageStates, type Packages } from '../facts/packages.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { minorOf, type Version } from '../model/version.ts';
import { defineStep } from './step.ts';
import { exactVersion, missing } from './wanted-packages.ts';

interface Sight {
  readonly state: Packages;
  /** Missing where no source offers packages of Kubernetes: whoever switches the source says what is wrong with it. */
  readonly offered?: OfferedPackages | undefined;
  readonly there: Archives;
}

const all = ['kubeadm', 'kubelet', 'kubectl'];

/** What will be installed and is not there yet. What a dpkg that was killed left is repaired before anything else. */
const lacking = ({ state, offered, there }: Sight, version: Version) =>
  state.audit !== '' || offered === undefined
    ? []
    : missing(state, all, version).flatMap((name) => {
        const exact = exactVersion(offered, name, version);
        return exact === undefined || there[name]?.[exact] !== undefined ? [] : [{ name, version: exact }];
      });

/** Before anything is touched: a repository that fails then fails on a whole cluster, not on one that is half-way. */
export const stagePackages = defineStep({
  id: 'stage-packages',
  subject: 'node',
  title: ({ version }) => `packages of ${version} downloaded`,
  with: z.strictObject({ version: z.string(), lockSeconds: z.number() }),
  detect: ({ version }, _on: NodeSubject) => ({
    state: packageStates,
    offered: offeredPackages(minorOf(version)),
    there: archives,
  }),
  optional: ['offered'],

  check: (seen, { version }) => {
    const names = lacking(seen, version).map(({ name }) => name);
    return names.length === 0 ? satisfied : needed(`download ${names.join(', ')}`);
  },
  apply: (seen, { version, lockSeconds }, on) => [
    {
      do: 'exec',
      on: on.node,
      command: downloadPackages(lacking(seen, version), { minor: minorOf(version), lockSeconds }),
    },
  ],
  expect: (seen, { version }) => ({
    there: {
      ...seen.there,
      ...Object.fromEntries(
        lacking(seen, version).map(({ name, version: exact }) => [
          name,
          { ...seen.there[name], [exact]: `${name}_${exact}_amd64.deb` },
        ]),
      ),
    },
  }),

  preparing: true,
  // What apt has of it already comes and goes with `apt-get clean`.
  unheld: true,
  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'What a repository or a network has against it shows before the first node is touched.',
    source: 'apt-get(8), --download-only; tried on the lab with held packages',
    type: ["apt-get install --download-only --allow-change-held-packages kubeadm='1.36.3-*' kubelet='1.36.3-*'"],
  },
});
