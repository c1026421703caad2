import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { network } from '../../../docker/addresses.ts';
import type { Ended, Running } from '../run-nodeops.ts';
import { event, prepareGround, type Ground } from './ground.ts';
import { stopOf } from './story.ts';
import { fillDirectory, holdAptLock, refuse, type Heal } from './strike.ts';

const prefix = 'ft-around';

interface Trouble {
  readonly fault: string;
  readonly point: string;
  readonly step: string;
  readonly at: RegExp;
  readonly strike: (ground: Ground) => Promise<Heal>;
  /** Healed while the run goes on, so long after this was printed; otherwise once the run has given up. */
  readonly heals?: { readonly at: RegExp; readonly afterMs: number };
  /** What the run must say about it. */
  readonly says?: RegExp;
}

const troubles: readonly Trouble[] = [
  {
    fault: 'registry stopped',
    point: 'cp1: before kubeadm upgrade apply',
    step: `${prefix}-cp1/apply-upgrade`,
    at: event('command-started', `${prefix}-cp1/install-packages`),
    strike: ({ cluster }) => refuse(cluster, `${prefix}-cp1`, network.registry),
    says: /pull|registry|image/i,
  },
  {
    fault: 'package repository stopped halfway',
    point: 'w1: before its packages',
    step: `${prefix}-w1/switch-package-repository`,
    at: event('step-started', 'verify-rollouts'),
    strike: ({ cluster }) => refuse(cluster, `${prefix}-w1`, network.packages),
    says: /repository|Failed to fetch|connect/i,
  },
  {
    fault: "apt's lock held for 20 s of an install",
    point: 'w1: kubelet package',
    step: `${prefix}-w1/install-packages-2`,
    at: event('step-started', `${prefix}-w1/drain-node`),
    strike: ({ cluster }) => holdAptLock(cluster, `${prefix}-w1`),
    heals: { at: event('command-started', `${prefix}-w1/install-packages-2`), afterMs: 20_000 },
  },
  {
    fault: '/var/cache/apt/archives full',
    point: 'w2: kubelet package',
    step: `${prefix}-w2/install-packages-2`,
    at: event('step-started', `${prefix}-w2/drain-node`),
    strike: ({ cluster }) => fillDirectory(cluster, `${prefix}-w2`, '/var/cache/apt/archives'),
    says: /space/i,
  },
  {
    fault: '/var/lib/dpkg full',
    point: 'w2: kubelet package',
    step: `${prefix}-w2/install-packages-2`,
    at: event('step-started', `${prefix}-w2/switch-package-repository`),
    strike: ({ cluster }) => fillDirectory(cluster, `${prefix}-w2`, '/var/lib/dpkg'),
    says: /space/i,
  },
  {
    fault: '/var/lib/nodeops full',
    point: 'w2: kubelet package',
    step: `${prefix}-w2/install-packages-2`,
    at: event('step-started', `${prefix}-w2/switch-package-repository`),
    strike: ({ cluster }) => fillDirectory(cluster, `${prefix}-w2`, '/var/lib/nodeops'),
    says: /space/i,
  },
];

/** It strikes at its point, is healed in time or after the run gave up; how the run ended that gave up. */
const through = async (ground: Ground, trouble: Trouble, running: Running): Promise<Ended | undefined> => {
  await running.printed(trouble.at);
  const strike = ground.note(trouble.fault, trouble.point, trouble.step);
  const heal = await trouble.strike(ground);
  if (trouble.heals !== undefined) {
    await running.printed(trouble.heals.at);
    await delay(trouble.heals.afterMs);
    await heal();
    strike.found = 'the same run, which waited';
    return undefined;
  }
  const ended = await running.ended;
  strike.found = `${stopOf(ended)} → went on after the repair`;
  await heal();
  return ended;
};

describe('the world around fails: registry, repository, locks, disks', () => {
  let ground: Ground;
  const ends = new Map<string, Ended>();
  let last: Ended;

  beforeAll(async () => {
    ground = await prepareGround(prefix);
    let running = ground.begin();
    for (const trouble of troubles) {
      const ended = await through(ground, trouble, running);
      if (ended === undefined) continue;
      ends.set(trouble.fault, ended);
      running = ground.resume();
    }
    last = await running.ended;
  }, 2_400_000);
  afterAll(async () => ground.dispose());

  it.each(troubles.filter(({ says }) => says !== undefined))(
    '$fault: the run stops and names it',
    ({ fault, says }) => {
      const ended = ends.get(fault);
      expect([1, 3]).toContain(ended?.code);
      expect(ended === undefined ? '' : stopOf(ended)).toMatch(says ?? /never/);
    },
  );

  it('comes to its end once everything is back', async () => {
    expect(last.code, `${last.stdout.slice(-3000)}\n${last.stderr}`).toBe(0);
    expect(await ground.unconverged()).toEqual([]);
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks, withoutWeb } = await ground.judged();
    expect(breaks).toEqual([]);
    expect(withoutWeb).toEqual([]);
  });
});
