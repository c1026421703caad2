import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../../src/ports/transport.ts';
import { watchLock, type WatchWishes } from '../../../src/run/lock/watch-lock.ts';
import type { LockWorld } from '../lock-world.ts';
import { makeCluster, stage, type Stage } from '../scripted.ts';

const holder = 'eve@laptop:7:eeeeeeeeeeee-7';
const past = '2026-11-21T00:00:00.000000Z';

/** A cluster that a run of eve's owns, last heard of a long time ago. */
const owned = (setUp: (world: LockWorld, here: Stage) => void = () => undefined, away: { node?: string } = {}) => {
  const here = stage(makeCluster('cp1', 'cp2', 'w1'), {
    connect: (node) => {
      if (node === away.node) throw new ConnectError('unreachable', `${node} is away`, 'switch it on');
    },
  });
  const { lock } = here;
  lock.lease = { rv: 5, holder: `${holder}/r-eve`, epoch: 7, renewTime: past, annotations: {} };
  for (const node of ['cp1', 'cp2', 'w1']) lock.nodes.set(node, { epoch: 7, run: 'r-eve', holder, beat: 1000 });
  setUp(lock, here);
  return here;
};

const watch = async (here: Stage, part: Partial<WatchWishes> = {}) => {
  const told: string[] = [];
  const before = here.clock.now();
  const watched = await watchLock(here.session, {
    processes: { isGone: () => false },
    waitMs: 0,
    tell: (text) => told.push(text),
    ...part,
  });
  expect(here.transport.writes).toBe(0);
  return { watched, told, seconds: (here.clock.now() - before) / 1000 };
};

/** Something happens in the world once time has come so far. */
const later = (here: Stage, seconds: number, act: () => void): void => {
  const due = here.clock.now() + seconds * 1000;
  const sleep = here.clock.sleep.bind(here.clock);
  let done = false;
  here.clock.sleep = async (ms, signal) => {
    await sleep(ms, signal);
    if (done || here.clock.now() < due) return;
    done = true;
    act();
  };
};
const everyFew = (here: Stage, seconds: number, act: () => void): void => {
  const sleep = here.clock.sleep.bind(here.clock);
  let due = here.clock.now() + seconds * 1000;
  here.clock.sleep = async (ms, signal) => {
    await sleep(ms, signal);
    if (here.clock.now() < due) return;
    due += seconds * 1000;
    act();
  };
};
const beat = ({ lock, clock }: Stage): void => {
  for (const owner of lock.nodes.values()) owner.beat = clock.now();
};
const renew = ({ lock, clock }: Stage): void => {
  if (lock.lease !== undefined)
    lock.lease = {
      ...lock.lease,
      rv: lock.lease.rv + 1,
      renewTime: `${new Date(clock.now()).toISOString().slice(0, -1)}000Z`,
    };
};

describe('a cluster that may be taken', () => {
  it.each<[string, (world: LockWorld) => void]>([
    ['was never owned', (world) => ((world.lease = undefined), world.nodes.clear())],
    ['was released', (world) => (world.lease = { rv: 6, holder: '', epoch: 7, renewTime: past, annotations: {} })],
  ])('at once: it %s', async (_what, setUp) => {
    const { watched, told, seconds } = await watch(owned(setUp));
    expect([watched.kind, told, seconds]).toEqual(['claim', [], 0]);
    expect(watched).not.toHaveProperty('from');
  });

  it.each([
    ['', true],
    [', no API server answering', false],
  ])('at once: its owner was a process of this machine that has ended%s', async (_what, api) => {
    const here = owned((world) => (world.api = api));
    const { watched, seconds } = await watch(here, { processes: { isGone: ({ pid }) => pid === 7 } });
    expect([watched.kind, seconds]).toEqual(['claim', 0]);
    expect(watched).toMatchObject({ from: { holder, run: 'r-eve', epoch: 7 } });
  });

  it.each([
    ['', true],
    [', no API server answering', false],
  ])('after a whole minute of silence on our own clock%s', async (_what, api) => {
    const { watched, told, seconds } = await watch(owned((world) => (world.api = api)));
    expect([watched.kind, seconds]).toEqual(['claim', 60]);
    expect(told).toEqual([
      `paris is owned by ${holder} (run r-eve), which looks gone: watching for 60 s that it stays silent`,
    ]);
  });

  it('after a restore of etcd: the nodes’ owner is watched, not the lease’s', async () => {
    const here = owned(
      (world) => (world.lease = { rv: 2, holder: 'old@old:1:0-0/r-old', epoch: 3, renewTime: past, annotations: {} }),
    );
    const { watched, seconds } = await watch(here);
    expect([watched.kind, seconds]).toEqual(['claim', 60]);
    expect(watched).toMatchObject({ from: { holder, epoch: 7 } });
  });

  it('a claim of before stays good while nothing moves, and no longer', async () => {
    const here = owned();
    const { watched } = await watch(here);
    if (watched.kind !== 'claim') throw new Error('no claim');
    const before = watched;
    expect((await watch(here, { before })).seconds).toBe(0);
    beat(here);
    expect((await watch(here, { before })).watched.kind).toBe('held');
  });
});

describe('a cluster that is not', () => {
  it.each<[string, (here: Stage) => void]>([
    ['the lease was renewed', renew],
    ['a heartbeat came, though the API is away', (here) => ((here.lock.api = false), beat(here))],
    ['a heartbeat came, though the lease is old', beat],
  ])('is refused at once: %s a moment ago', async (_what, act) => {
    const here = owned();
    act(here);
    const { watched, seconds } = await watch(here);
    expect([watched.kind, seconds]).toEqual(['held', 0]);
    expect(watched).toMatchObject({ why: 'it was renewed a moment ago', owner: { holder, run: 'r-eve' } });
  });

  it.each<[string, (here: Stage) => void]>([
    [
      'a renewal',
      (here) =>
        (here.lock.lease = {
          ...here.lock.lease,
          rv: 99,
          holder: `${holder}/r-eve`,
          epoch: 7,
          renewTime: past,
          annotations: {},
        }),
    ],
    [
      'a heartbeat, by a clock that is far behind',
      (here) => here.lock.nodes.set('cp2', { epoch: 7, run: 'r-eve', holder, beat: 2000 }),
    ],
  ])('is refused as soon as it shows a sign of life: %s', async (_what, act) => {
    const here = owned();
    later(here, 40, () => act(here));
    const { watched, seconds } = await watch(here);
    expect(watched).toMatchObject({ kind: 'held', why: 'it showed a sign of life while it was watched' });
    expect(seconds).toBe(40);
  });

  it('a lease that lapsed only while the API was away: the minute begins when it is back', async () => {
    const here = owned((world) => (world.api = false));
    later(here, 30, () => (here.lock.api = true));
    const { watched, seconds } = await watch(here);
    expect([watched.kind, seconds]).toEqual(['claim', 90]);
  });

  it('gaps do not keep it watching for ever', async () => {
    const here = owned();
    everyFew(here, 20, () => (here.lock.api = !here.lock.api));
    const { watched, seconds } = await watch(here);
    expect(watched).toMatchObject({ kind: 'held', why: 'it could not be watched without gaps' });
    expect(seconds).toBeLessThan(620);
  });

  it('a control plane that cannot be seen is a gap', async () => {
    const { watched } = await watch(owned(() => undefined, { node: 'cp2' }));
    expect(watched).toMatchObject({ kind: 'held', why: 'it could not be watched without gaps' });
  });

  it('a file that is not ours is told of', async () => {
    const here = owned((world) => world.nodes.set('cp2', { epoch: 7, run: 'with space', holder, beat: 1 }));
    expect((await watch(here)).watched).toMatchObject({
      kind: 'spoilt',
      why: expect.stringContaining('/var/lib/nodeops/epoch on cp2 cannot be understood: 7 with space'),
    });
  });
});

describe('an owner that is waited for', () => {
  it('until it lets go', async () => {
    const here = owned();
    renew(here);
    everyFew(here, 20, () => renew(here));
    later(here, 90, () => (here.lock.lease = { rv: 99, holder: '', epoch: 7, renewTime: past, annotations: {} }));
    const { watched, told, seconds } = await watch(here, { waitMs: 300_000 });
    expect([watched.kind, seconds]).toEqual(['claim', 90]);
    expect(told).toEqual([`paris is owned by ${holder} (run r-eve): waiting until it is released`]);
  });

  it('for as long as was asked', async () => {
    const here = owned();
    renew(here);
    everyFew(here, 20, () => renew(here));
    const { watched, seconds } = await watch(here, { waitMs: 120_000 });
    expect(watched).toMatchObject({ kind: 'held', why: 'it was waited for as long as was asked' });
    expect(seconds).toBe(125);
  });

  it('and is taken over when it falls silent meanwhile', async () => {
    const here = owned();
    renew(here);
    later(here, 20, () => renew(here));
    const { watched, seconds } = await watch(here, { waitMs: 300_000 });
    expect([watched.kind, seconds]).toEqual(['claim', 80]);
  });
});
