import { describe, expect, it } from 'vitest';
import { write } from '../../../src/commands/build.ts';
import type { Cluster } from '../../../src/model/cluster.ts';
import { ConnectError } from '../../../src/ports/transport.ts';
import { ownCluster, versionsText, type OwnedCluster } from '../../../src/run/lock/own-cluster.ts';
import { lookAtLock } from '../../../src/run/lock/look-at-lock.ts';
import type { LockWorld } from '../lock-world.ts';
import { makeCluster, makeNode, stage, type Script, type Stage } from '../scripted.ts';

const holder = 'ana@bastion:42:0a1b2c3d4e5f-7';
const cluster = makeCluster('cp1', 'cp2', 'w1', 'w2');
const past = '2026-11-21T00:00:00.000000Z';
const lease = (epoch: number, by = '', annotations = {}) => ({
  rv: 5,
  holder: by,
  epoch,
  renewTime: past,
  annotations,
});

interface Around {
  readonly setUp?: (world: LockWorld, here: Stage) => void;
  readonly connect?: Script['connect'];
  readonly outage?: boolean;
  readonly of?: Cluster;
}

/** Looks, and takes the cluster from what was seen. */
const take = async ({ setUp, connect, outage, of = cluster }: Around = {}) => {
  const here = stage(of, connect === undefined ? {} : { connect }, undefined, outage);
  setUp?.(here.lock, here);
  const sight = await lookAtLock(here.session);
  const owned = await ownCluster({
    session: here.session,
    emit: here.emit,
    run: 'r1',
    holder,
    annotations: { 'nodeops.dev/run': 'r1' },
    claim: { kind: 'claim', sight },
    show: 'nodeops lock show --cluster paris',
  });
  return { ...here, owned };
};
type Taken = Awaited<ReturnType<typeof take>>;
const ownedBy = ({ owned }: Taken): OwnedCluster => {
  if (owned.kind !== 'owned') throw new Error(owned.why);
  return owned;
};
const epochs = ({ lock }: Taken): readonly string[] =>
  [...lock.nodes].map(([node, { epoch, run }]) => `${node} ${epoch} ${run}`).toSorted();
const everywhere = (epoch: number, run = 'r1'): readonly string[] =>
  ['cp1', 'cp2', 'w1', 'w2'].map((node) => `${node} ${epoch} ${run}`);
const owner = (epoch: number) => ({ epoch, run: 'r-eve', holder: 'eve@laptop:1:ffffffffffff-1', beat: 1 });
const nodeOf = ({ session }: Taken, name: string) => {
  const node = session.cluster.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(name);
  return node;
};
const send = (here: Taken, node = 'w1') =>
  ownedBy(here).session.transport.run(nodeOf(here, node), write(['do', 'work']));
const sent = ({ log }: Taken): readonly string[] => log.filter((line) => /^(sent|refused)/.test(line));

describe('taking a cluster whose etcd has hosts of its own', () => {
  const of = { ...cluster, etcdHosts: [makeNode('e1', 'etcd'), makeNode('e2', 'etcd')] };

  it('is taking its hosts as well: nothing is written to one that is not owned', async () => {
    const here = await take({ of });
    expect(epochs(here)).toEqual([...everywhere(1), 'e1 1 r1', 'e2 1 r1'].toSorted());
    await ownedBy(here).release('done');
  });

  it('leaves out one that is away: the others may carry etcd', async () => {
    const here = await take({
      of,
      connect: (node) => {
        if (node === 'e2') throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
      },
    });
    expect(here.events.at(-1)).toMatchObject({ type: 'lock-acquired', leftOut: ['e2'] });
    await ownedBy(here).release('done');
  });

  it('is refused where another run was quicker on one of them', async () => {
    const here = await take({ of, setUp: (lock) => (lock.before = () => void lock.nodes.set('e1', owner(9))) });
    expect(here.owned.kind).toBe('refused');
  });
});

describe('taking a cluster', () => {
  it('writes the lease, then every node, before anything else', async () => {
    const here = await take();
    expect(here.lock.log[0]).toBe('cp1 create lease');
    expect(here.lock.log.slice(1).toSorted()).toEqual(
      ['cp1', 'cp2', 'w1', 'w2'].map((node) => `${node} raise 1 r1 ${holder}`),
    );
    expect(here.lock.lease).toMatchObject({
      holder: `${holder}/r1`,
      epoch: 1,
      annotations: { 'nodeops.dev/run': 'r1' },
    });
    expect(epochs(here)).toEqual(everywhere(1));
    expect(here.events.at(-1)).toMatchObject({ type: 'lock-acquired', epoch: 1, holder, leftOut: [], inLease: true });
    await ownedBy(here).release('done');
  });

  it('is journalled like every write, before it is sent', async () => {
    const here = await take();
    const begun = here.events.flatMap((event) => (event.type === 'command-started' ? [event] : []));
    expect(begun.map(({ address, node, effect }) => `${address} ${node} ${effect}`)).toEqual([
      'lease cp1 write',
      'lease cp1 write',
      'lease cp2 write',
      'lease w1 write',
      'lease w2 write',
    ]);
    expect(new Set(begun.map(({ id }) => id)).size).toBe(5);
    expect(here.events[0]?.type).toBe('command-started');
    await ownedBy(here).release('done');
  });

  it.each<[string, (world: LockWorld) => void, number]>([
    ['a released lease', (world) => (world.lease = lease(7)), 8],
    ['nodes above a restored lease', (world) => ((world.lease = lease(3)), world.nodes.set('w2', owner(9))), 10],
    ['nodes without any lease', (world) => world.nodes.set('cp2', owner(4)), 5],
  ])('goes above %s', async (_what, setUp, epoch) => {
    const here = await take({ setUp });
    expect(epochs(here)).toEqual(everywhere(epoch));
    expect(here.lock.lease?.epoch).toBe(epoch);
    await ownedBy(here).release('done');
  });

  it('keeps annotations that are not ours, and drops those of the run before', async () => {
    const old = { 'example.org/team': 'a', 'nodeops.dev/outcome': 'failed' };
    const here = await take({ setUp: (world) => (world.lease = lease(7, '', old)) });
    expect(here.lock.lease?.annotations).toEqual({ 'example.org/team': 'a', 'nodeops.dev/run': 'r1' });
    await ownedBy(here).release('done');
  });

  it.each<[string, (world: LockWorld) => void]>([
    ['no lease', () => undefined],
    ['a released one', (world) => (world.lease = lease(7))],
  ])('of two at once one takes it: the other, having seen %s, touches no node', async (_what, setUp) => {
    const here = await take({
      setUp: (world) => {
        setUp(world);
        world.before = (line) => {
          if (!line.includes('lease')) return;
          world.lease = { ...lease(8, 'eve@laptop:1:f-1/r-eve'), rv: 77 };
        };
      },
    });
    expect(here.owned).toEqual({ kind: 'refused', why: 'somebody else was quicker: the lease has changed' });
    expect([here.lock.lease?.holder, here.lock.nodes.size]).toEqual(['eve@laptop:1:f-1/r-eve', 0]);
    expect(here.events.some(({ type }) => type === 'lock-acquired')).toBe(false);
  });

  it('a control plane that somebody raised meanwhile blocks the cluster, and the lease is let go of', async () => {
    const here = await take({
      setUp: (world) =>
        (world.before = (line) => {
          if (line.startsWith('cp2 raise')) world.nodes.set('cp2', owner(1));
        }),
    });
    expect(here.owned).toEqual({
      kind: 'refused',
      why: 'cp2: eve@laptop:1:ffffffffffff-1 (run r-eve) has it, epoch 1',
    });
    expect(here.lock.lease).toMatchObject({ holder: '', annotations: { 'nodeops.dev/outcome': 'refused' } });
  });

  it.each([
    ['busy', 'cp2: a command of the former owner still holds the lock'],
    ['away', 'cp2: unknown (cp2 is away)'],
  ])('a control plane that is %s blocks the cluster, and is named', async (what, why) => {
    let looked = false;
    const here = await take({
      setUp: (world) => {
        if (what === 'busy') world.busy.add('cp2');
        world.before = () => (looked = true);
      },
      connect: (node) => {
        if (what === 'away' && looked && node === 'cp2')
          throw new ConnectError('unreachable', 'cp2 is away', 'switch it on');
      },
    });
    expect(here.owned).toEqual({ kind: 'refused', why });
    expect(here.lock.lease?.holder).toBe('');
  });

  it('an answer that was lost is looked after, not taken for a failure', async () => {
    const here = stage(cluster, {});
    let lost = 0;
    const answer = here.lock.answer.bind(here.lock);
    here.lock.answer = (node, command) => {
      const reply = answer(node, command);
      return reply !== undefined && (lost += 1) <= 3 ? { exit: { kind: 'unknown', why: 'connection lost' } } : reply;
    };
    const sight = await lookAtLock(here.session);
    const wishes = { emit: here.emit, run: 'r1', holder, annotations: {}, show: '' };
    const owned = await ownCluster({ ...wishes, session: here.session, claim: { kind: 'claim', sight } });
    expect(owned.kind).toBe('owned');
    expect(here.lock.log.filter((line) => line.includes('lease'))).toEqual(['cp1 create lease']);
  });
});

describe('without an API server', () => {
  const away: Around = { setUp: (world) => (world.api = false) };

  it('the first control plane settles who comes first: it is raised alone', async () => {
    const here = await take(away);
    expect(here.lock.log[0]).toBe(`cp1 raise 1 r1 ${holder}`);
    expect(epochs(here)).toEqual(everywhere(1));
    expect(here.events.at(-1)).toMatchObject({ type: 'lock-acquired', inLease: false });
    await ownedBy(here).release('failed');
  });

  it('whoever comes second there touches nothing else', async () => {
    const here = await take({
      setUp: (world) => {
        world.api = false;
        world.before = (line) => {
          if (line.startsWith('cp1 raise')) world.nodes.set('cp1', owner(1));
        };
      },
    });
    expect(here.owned).toMatchObject({ kind: 'refused' });
    expect(here.lock.log).toEqual([`cp1 raise 1 r1 ${holder}`]);
  });

  it('the lease is written as soon as one answers', async () => {
    const here = await take(away);
    await here.clock.sleep(20_000);
    expect(here.lock.lease).toBeUndefined();
    here.lock.api = true;
    await here.clock.sleep(20_000);
    expect(here.lock.lease).toMatchObject({ holder: `${holder}/r1`, epoch: 1 });
    await ownedBy(here).release('done');
    expect(here.lock.lease?.holder).toBe('');
  });

  it('is released with a note: nobody can be told', async () => {
    const here = await take(away);
    await ownedBy(here).release('failed');
    expect(here.events.at(-1)).toMatchObject({ type: 'lock-released', trouble: 'it was never written' });
  });
});

/** `w2` goes away once something is written. */
const around = () => {
  const state = { away: false };
  return {
    state,
    around: {
      setUp: (world: LockWorld) => (world.before = () => (state.away = true)),
      connect: (node: string) => {
        if (state.away && node === 'w2') throw new ConnectError('unreachable', 'w2 is away', 'switch it on');
      },
    },
  };
};

describe('a worker that could not be reached', () => {
  it('is left out, and nothing is written to it', async () => {
    const { around: given } = around();
    const here = await take(given);
    expect(here.events.at(-1)).toMatchObject({ type: 'lock-acquired', leftOut: ['w2'] });
    const result = await send(here, 'w2');
    expect(result.exit).toMatchObject({ kind: 'unknown', why: expect.stringContaining('w2') });
    expect((await send(here, 'w1')).exit).toEqual({ kind: 'code', code: 0 });
    expect(sent(here)).toEqual(['sent w1: do work']);
    await ownedBy(here).release('done');
  });

  it('until it is back and was raised itself', async () => {
    const { around: given, state } = around();
    const here = await take(given);
    here.lock.before = () => undefined;
    state.away = false;
    expect((await send(here, 'w2')).exit).toEqual({ kind: 'code', code: 0 });
    expect(here.lock.log.at(-1)).toBe(`w2 raise 1 r1 ${holder}`);
    expect(sent(here)).toEqual(['sent w2: do work']);
    await ownedBy(here).release('done');
  });
});

describe('keeping a cluster', () => {
  it('shows a sign of life every 20 s, on a control plane and in the lease, journalled', async () => {
    const here = await take();
    const before = here.lock.log.length;
    for (let turn = 0; turn < 3; turn++) await here.clock.sleep(20_000);
    expect(here.lock.log.slice(before)).toEqual(
      [1, 2, 3].flatMap(() => [
        'cp1 beat 1',
        'cp1 patch lease test holderIdentity, test leaseTransitions, replace renewTime',
      ]),
    );
    expect(here.lock.lease?.renewTime).toBe(`${new Date(here.clock.now()).toISOString().slice(0, -1)}000Z`);
    expect(here.lock.nodes.get('cp1')?.beat).toBe(here.clock.now());
    const renewals = here.events.filter((event) => event.type === 'command-started' && event.address === 'lease');
    expect(renewals.length).toBe(5 + 3);
    await ownedBy(here).release('done');
  });

  it('stops when it is released, and says how it went', async () => {
    const here = await take();
    await ownedBy(here).release('failed');
    const { length } = here.lock.log;
    await here.clock.sleep(100_000);
    expect(here.lock.log.length).toBe(length);
    expect(here.lock.lease).toMatchObject({
      holder: '',
      epoch: 1,
      annotations: {
        'nodeops.dev/run': 'r1',
        'nodeops.dev/outcome': 'failed',
        'nodeops.dev/ended': '2026-11-21T09:59:30.000Z',
      },
    });
    expect(here.events.at(-1)).toEqual(expect.objectContaining({ type: 'lock-released', epoch: 1 }));
    expect(here.events.at(-1)).not.toHaveProperty('trouble');
  });

  it('goes on without the API: the next control plane is tried, and a sign on a node is enough', async () => {
    const here = await take();
    here.lock.api = false;
    for (let turn = 0; turn < 6; turn++) await here.clock.sleep(20_000);
    expect(here.lock.log.filter((line) => line === 'cp2 beat 1').length).toBe(6);
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 0 });
    here.lock.api = true;
    await ownedBy(here).release('done');
    expect(here.lock.lease?.holder).toBe('');
  });

  it('writes a lease anew that was deleted, or restored from long ago', async () => {
    const here = await take();
    for (const was of [undefined, lease(0, 'old@old:1:0-0/r0')]) {
      here.lock.lease = was;
      await here.clock.sleep(20_000);
      expect(here.lock.lease).toMatchObject({ holder: `${holder}/r1`, epoch: 1 });
    }
    await ownedBy(here).release('done');
  });

  it('in an outage a lease that came back with a backup takes nothing away, and is released as ours', async () => {
    const here = await take({ outage: true });
    here.lock.lease = lease(7, 'old@old:1:0-0/r0');
    await here.clock.sleep(20_000);
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 0 });
    here.lock.lease = lease(7, 'old@old:1:0-0/r0');
    await ownedBy(here).release('done');
    expect(here.lock.lease).toMatchObject({ holder: '', epoch: 1 });
    expect(here.events.at(-1)).not.toHaveProperty('trouble');
  });

  it('in an outage another owner is noticed on the nodes', async () => {
    const here = await take({ outage: true });
    here.lock.takeOver(2);
    await here.clock.sleep(20_000);
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 76 });
    expect(here.events.filter(({ type }) => type === 'lock-lost').length).toBe(1);
    await ownedBy(here).release('failed');
  });

  it('a release whose answer was lost is looked after', async () => {
    const here = await take();
    const answer = here.lock.answer.bind(here.lock);
    here.lock.answer = (node, command) => {
      const reply = answer(node, command);
      return reply === undefined ? undefined : { exit: { kind: 'unknown', why: 'connection lost' } };
    };
    await ownedBy(here).release('done');
    expect(here.lock.log.filter((line) => line.includes('replace holderIdentity')).length).toBe(1);
    expect(here.events.at(-1)).not.toHaveProperty('trouble');
  });
});

describe('losing a cluster', () => {
  it('is noticed by a renewal: nothing more is sent, nothing renewed, nothing released', async () => {
    const here = await take();
    here.lock.takeOver(2);
    await here.clock.sleep(20_000);
    expect(here.events.at(-1)).toMatchObject({
      type: 'lock-lost',
      epoch: 1,
      why: 'eve@laptop:1:ffffffffffff-1 (run r-eve) owns the cluster since 2026-11-21 09:40:00Z: epoch 2, this run had 1',
    });
    const { length } = here.lock.log;
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 76 });
    await here.clock.sleep(100_000);
    await ownedBy(here).release('failed');
    expect([sent(here), here.lock.log.length]).toEqual([[], length]);
    expect(here.lock.lease?.holder).toBe('eve@laptop:1:ffffffffffff-1/r-eve');
  });

  it('is noticed in the lease before any node was raised', async () => {
    const here = await take();
    here.lock.lease = { ...lease(2, 'eve@laptop:1:f-1/r-eve'), rv: 50 };
    await here.clock.sleep(20_000);
    expect(ownedBy(here).session.ownership?.lost()).toContain('eve@laptop:1:f-1 (run r-eve) owns the cluster');
    await ownedBy(here).release('failed');
  });

  it('is noticed by the node that refuses, which did nothing', async () => {
    const here = await take();
    here.lock.takeOver(2);
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 76 });
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 76 });
    expect(sent(here)).toEqual(['refused w1: do work']);
    expect(ownedBy(here).session.transport.counters().writes).toBe(0);
    await ownedBy(here).release('failed');
    expect(here.events.filter(({ type }) => type === 'lock-lost').length).toBe(1);
  });

  it('is noticed where the answer to a sign of life was lost: how things stand is looked at before the next one', async () => {
    const here = await take();
    const answer = here.lock.answer.bind(here.lock);
    here.lock.answer = (node, command) => {
      const reply = answer(node, command);
      return reply === undefined ? undefined : { exit: { kind: 'unknown', why: 'connection lost' } };
    };
    here.lock.takeOver(2);
    await here.clock.sleep(20_000);
    expect(here.lock.log.filter((line) => line.includes(' beat '))).toEqual(['cp1 beat 1']);
    expect(ownedBy(here).session.ownership?.lost()).toContain(
      'eve@laptop:1:ffffffffffff-1 (run r-eve) owns the cluster',
    );
    await ownedBy(here).release('failed');
  });

  it('a node that does not say what became of a sign of life gets no second one before it does', async () => {
    const here = await take({ of: makeCluster('cp1', 'w1'), outage: true });
    let silent = true;
    const [answer, fact] = [here.lock.answer.bind(here.lock), here.lock.fact.bind(here.lock)];
    here.lock.answer = (node, command) =>
      silent && answer(node, command) !== undefined
        ? { exit: { kind: 'unknown', why: 'connection lost' } }
        : answer(node, command);
    here.lock.fact = (node, key) => (silent && key === 'node-epoch' ? { stdout: 'half a li' } : fact(node, key));
    const beats = () => here.lock.log.filter((line) => line.includes(' beat ')).length;
    for (let turn = 0; turn < 3; turn += 1) await here.clock.sleep(20_000);
    expect(beats()).toBe(1);
    silent = false;
    await here.clock.sleep(20_000);
    expect(beats()).toBe(2);
    await ownedBy(here).release('done');
  });

  it('a sign of life whose answer was lost is not sent again before the node has answered', async () => {
    let away = false;
    const here = await take({
      connect: (node) => {
        if (away && node === 'cp1') throw new ConnectError('unreachable', 'cp1 is away', 'switch it on');
      },
    });
    const answer = here.lock.answer.bind(here.lock);
    here.lock.answer = (node, command) => {
      const reply = answer(node, command);
      if (reply === undefined || node !== 'cp1') return reply;
      away = true;
      return { exit: { kind: 'unknown', why: 'connection lost' } };
    };
    const announced = (): number =>
      here.events.filter(
        (event) => event.type === 'command-started' && event.address === 'lease' && event.node === 'cp1',
      ).length;
    await here.clock.sleep(20_000);
    const before = announced();
    for (let turn = 0; turn < 4; turn++) await here.clock.sleep(20_000);
    expect(announced()).toBe(before);
    expect(here.lock.log.filter((line) => line === 'cp2 beat 1').length).toBeGreaterThan(2);
    away = false;
    here.lock.answer = (node, command) => {
      const reply = answer(node, command);
      return reply === undefined || node === 'cp1' ? reply : { exit: { kind: 'unknown', why: 'connection lost' } };
    };
    await here.clock.sleep(20_000);
    expect(announced()).toBe(before + 1);
    await ownedBy(here).release('done');
  });

  it('says who broke the lock', async () => {
    const here = await take();
    here.lock.lease = { ...lease(2, '', { 'nodeops.dev/broken-by': 'eve@laptop' }), rv: 50 };
    await here.clock.sleep(20_000);
    expect(ownedBy(here).session.ownership?.lost()).toBe("eve@laptop broke this run's lock");
    await ownedBy(here).release('failed');
  });
});

describe('a process that was stopped, and wakes', () => {
  it.each<[string, (world: LockWorld) => void]>([
    ['lease and nodes', (world) => world.takeOver(2)],
    ['one control plane', (world) => world.nodes.set('cp2', owner(2))],
    ['the lease', (world) => (world.lease = { ...lease(2, 'eve@laptop:1:f-1/r-eve'), rv: 50 })],
    ['the node itself', (world) => world.nodes.set('w1', owner(2))],
  ])('sends nothing where it was taken over meanwhile: %s', async (_what, act) => {
    const here = await take();
    here.clock.time += 61_000;
    act(here.lock);
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 76 });
    expect(sent(here)).toEqual([]);
    await ownedBy(here).release('failed');
    expect(here.events.at(-1)?.type).toBe('lock-lost');
  });

  it('goes on where nobody did, also while the API is away', async () => {
    const here = await take();
    here.lock.api = false;
    here.clock.time += 61_000;
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 0 });
    expect(sent(here)).toEqual(['sent w1: do work']);
    here.lock.api = true;
    await ownedBy(here).release('done');
  });

  it('sends nothing while nobody can say, and is not lost for that', async () => {
    const state = { away: false };
    const here = await take({
      connect: (node) => {
        if (state.away && node.startsWith('cp')) throw new ConnectError('unreachable', `${node} is away`, '');
      },
    });
    here.clock.time += 61_000;
    state.away = true;
    expect((await send(here)).exit).toEqual({
      kind: 'unknown',
      why: 'no control plane confirms that this run still owns the cluster',
    });
    state.away = false;
    expect((await send(here)).exit).toEqual({ kind: 'code', code: 0 });
    expect(sent(here)).toEqual(['sent w1: do work']);
    await ownedBy(here).release('done');
  });

  it('a clock that was set back is a reason to look as well', async () => {
    const here = await take();
    here.clock.time -= 3_600_000;
    here.lock.takeOver(2);
    await send(here);
    expect(sent(here)).toEqual([]);
    await ownedBy(here).release('failed');
  });
});

describe('what the lease says of versions', () => {
  it.each([
    [[], ''],
    [['1.36.3'], '1.36.3 (1 node)'],
    [['1.36.3', '1.35.4', '1.36.3'], '1.35.4 (1 node), 1.36.3 (2 nodes)'],
  ])('%j', (versions, text) => expect(versionsText(versions)).toBe(text));
});
