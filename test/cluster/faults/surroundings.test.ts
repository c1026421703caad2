import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { network } from '../../../docker/addresses.ts';
import type { Ended, Running } from '../run-nodeops.ts';
import { event, found, prepareGround, type Ground } from './ground.ts';
import { fillDirectory, holdAptLock, refuse, type Heal } from './strike.ts';

const prefix = 'ft-around';

interface Trouble {
  readonly fault: string;
  readonly point: string;
  /** Left out: it is there before the first run. */
  readonly at?: RegExp;
  readonly strike: (ground: Ground) => Promise<Heal>;
  /** Healed while the run goes on, after so long; otherwise once the run has given up. */
  readonly healsAfterMs?: number;
  /** What the run must say about it. */
  readonly says?: RegExp;
}

const troubles: readonly Trouble[] = [
  {
    fault: 'registry stopped',
    point: 'cp1: before kubeadm upgrade apply',
    at: event('command-started', `${prefix}-cp1/install-packages`),
    strike: async ({ cluster }) => refuse(cluster, `${prefix}-cp1`, network.registry),
    says: /pull|registry|image/i,
  },
  {
    fault: 'package repository stopped',
    point: 'w1: halfway through the upgrade',
    at: event('step-started', 'verify-rollouts'),
    strike: async ({ cluster }) => refuse(cluster, `${prefix}-w1`, network.packages),
    says: /repository|Failed to fetch|connect/i,
  },
  {
    fault: "apt's lock held for 20 s",
    point: 'w1: kubelet package',
    at: event('step-started', `${prefix}-w1/drain-node`),
    strike: async ({ cluster }) => holdAptLock(cluster, `${prefix}-w1`),
    healsAfterMs: 20_000,
  },
  {
    fault: 'package cache full',
    point: 'w2: kubelet package',
    at: event('step-started', `${prefix}-w2/drain-node`),
    strike: async ({ cluster }) => fillDirectory(cluster, `${prefix}-w2`, '/var/cache/apt/archives'),
    says: /space/i,
  },
  {
    fault: 'no space for the records of commands',
    point: 'w2: anew',
    at: event('step-started', `${prefix}-w2/install-packages-2`),
    strike: async ({ cluster }) => fillDirectory(cluster, `${prefix}-w2`, '/var/lib/nodeops'),
    says: /space/i,
  },
];

/** One trouble a round: it strikes at its point, is healed in time or after the run gave up, and the next run goes on. */
const through = async (ground: Ground, trouble: Trouble, running: Running): Promise<Ended | undefined> => {
  const begun = Date.now();
  if (trouble.at !== undefined) await running.printed(trouble.at);
  const heal = await trouble.strike(ground);
  const told = (ended: Ended | undefined): void =>
    void ground.rows.push({
      fault: trouble.fault,
      point: trouble.point,
      found: ended === undefined ? 'waited for it' : found(ended),
      seconds: Math.round((Date.now() - begun) / 1000),
    });
  if (trouble.healsAfterMs !== undefined) {
    await delay(trouble.healsAfterMs);
    await heal();
    told(undefined);
    return undefined;
  }
  const ended = await running.ended;
  await heal();
  told(ended);
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
      expect(ended?.stdout.slice(-6000)).toMatch(says ?? /never/);
    },
  );

  it('comes to its end once everything is back', async () => {
    expect(last.code, last.stdout.slice(-3000)).toBe(0);
    expect(await ground.unconverged()).toEqual([]);
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks, withoutWeb } = await ground.judged();
    expect(breaks).toEqual([]);
    expect(withoutWeb).toEqual([]);
  });
});
