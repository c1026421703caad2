import { simulateUpgrade, type PatchChoice } from '../commands/os-updates.ts';
import { defineFact, type Fact } from './fact.ts';
import { kubernetesPackages } from './packages.ts';

/** One package that `apt-get upgrade` would bring. */
export interface OsUpdate {
  readonly name: string;
  /** What is installed; missing where it is new: a kernel, for example. */
  readonly from?: string;
  readonly to: string;
  /** Where it comes from: `Debian-Security:12/stable-security`, several behind each other. */
  readonly origins: string;
}

export interface OsUpdates {
  readonly updates: readonly OsUpdate[];
  /** How many packages dpkg was interrupted in: unpacked and not configured, or half installed. */
  readonly unfinished: number;
}

/** `Inst libc6 [2.36-9] (2.36-10 Debian:12.1/stable, Debian-Security:12/stable-security [amd64])` */
const line = /^Inst (\S+)(?: \[([^\]]+)\])? \((\S+)(?: ([^[)]*?))?(?: \[[^\]]*\])?\)/;

/** They are always kept: what a person reads names the others. */
const ofKubernetes: ReadonlySet<string> = new Set(kubernetesPackages);

/** What was unpacked and not configured has no line of its own that begins with `Inst` (apt 2.6.2). */
const unfinishedLine = /^(\d+) not fully installed or removed\.$/m;

/**
 * What the node's lists offer beyond what is installed, left out what is held or kept, what needs that, and what would
 * have to remove others. Source: apt-get(8), `--simulate`; recorded on the lab, Debian 12, apt 2.6.1.
 */
export const osUpdates = (choice: PatchChoice): Fact<OsUpdates> =>
  defineFact<OsUpdates>({
    id: 'os-updates',
    parameters: [
      ...choice.kept.filter((name) => !ofKubernetes.has(name)),
      ...(choice.securityOnly ? ['security only'] : []),
    ],
    subject: 'node',
    command: simulateUpgrade(choice),
    parse: ({ stdout, stderr, code }) => {
      if (code !== 0) return { unreadable: stderr.trim() || stdout };
      const updates: OsUpdate[] = [];
      for (const each of stdout.split('\n')) {
        if (!each.startsWith('Inst ')) continue;
        const [, name, from, to, origins = ''] = line.exec(each) ?? [];
        if (name === undefined || to === undefined) return { unreadable: each };
        updates.push({ name, ...(from === undefined ? {} : { from }), to, origins });
      }
      return { value: { updates, unfinished: Number(unfinishedLine.exec(stdout)?.[1] ?? 0) } };
    },
  });
