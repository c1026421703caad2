import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../src/ports/transport.ts';
import { LockWorld } from '../run/lock-world.ts';
import type { Script } from '../run/scripted.ts';
import { recordedOutput, told, type Surroundings } from './fake-parts.ts';

const eve = 'eve@laptop:7:eeeeeeeeeeee-7';
const upgrade = ['run', 'mine.yaml', '--inventory', 'prod.yaml', '--cluster', 'paris', '--yes'];
const past = '2026-11-21T00:00:00.000000Z';

/** Units that changed on disk until they were restarted. */
const nodes = (part: Script = {}): Script => {
  const restarted = new Set<string>();
  return {
    ...part,
    facts: (node, key) => {
      const given = part.facts?.(node, key);
      if (given !== undefined) return given;
      if (key === 'kubelet-unit')
        return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
      if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
      return key === 'kubelet-log' || key === 'recorded-commands' ? { stdout: '' } : undefined;
    },
    commands: async (node, line, options) => {
      const reply = await part.commands?.(node, line, options);
      if (line.includes('restart kubelet') && reply === undefined) restarted.add(node);
      return reply;
    },
  };
};

/** A cluster that a run of eve's owns; `silentMs` since it was last heard of. */
const owned =
  (silentMs: number, setUp: (world: LockWorld) => void = () => undefined) =>
  (now: () => number): LockWorld => {
    const world = new LockWorld(now);
    const renewTime = `${new Date(now() - silentMs).toISOString().slice(0, -1)}000Z`;
    world.lease = {
      rv: 5,
      holder: `${eve}/r-eve`,
      epoch: 7,
      renewTime,
      annotations: { 'nodeops.dev/playbook': 'upgrade' },
    };
    for (const node of ['cp1', 'w1'])
      world.nodes.set(node, { epoch: 7, run: 'r-eve', holder: eve, beat: now() - silentMs });
    setUp(world);
    worlds.push(world);
    return world;
  };
/** Nothing is to do anywhere. */
const idle: Script['facts'] = (_node, key) =>
  key === 'kubelet-unit' ? recordedOutput('kubelet-unit', 'control-plane') : undefined;
const failing: Script['commands'] = (_node, line) =>
  line === 'true' ? undefined : { exit: { kind: 'code', code: 1 }, stderr: 'Job failed\n' };
const worlds: LockWorld[] = [];
const world = (): LockWorld => {
  const last = worlds.at(-1);
  if (last === undefined) throw new Error('no world was made');
  return last;
};
const play = (argv: readonly string[], around: Surroundings = {}) => told(argv, { script: nodes(), ...around });

describe('a run', () => {
  it('owns the cluster before it writes anything else, and lets go in the end', async () => {
    const lock = owned(0, (made) => ((made.lease = undefined), made.nodes.clear()));
    const { code, sent, events } = await play(upgrade, { lock });
    expect([code, sent.length]).toEqual([0, 4]);
    expect(world().log.slice(0, 3)).toEqual([
      'cp1 create lease',
      'cp1 raise 1 r1 ana@bastion:42:0a1b2c3d4e5f-7',
      'w1 raise 1 r1 ana@bastion:42:0a1b2c3d4e5f-7',
    ]);
    expect(world().lease).toMatchObject({
      holder: '',
      epoch: 1,
      annotations: {
        'nodeops.dev/run': 'r1',
        'nodeops.dev/playbook': 'restarting',
        'nodeops.dev/parameters': '{}',
        'nodeops.dev/operator': 'ana',
        'nodeops.dev/host': 'bastion',
        'nodeops.dev/version': '1.2.3',
        'nodeops.dev/outcome': 'done',
      },
    });
    const types = events.map(({ type }) => type);
    expect(types[0]).toBe('run-started');
    expect(types.indexOf('lock-acquired')).toBeLessThan(types.indexOf('step-started'));
    expect(types.slice(-2)).toEqual(['lock-released', 'run-finished']);
  });

  it('sends no write without its epoch', async () => {
    const { unfenced, sent } = await play(upgrade);
    expect([unfenced, sent.length]).toEqual([[], 4]);
  });

  it.each<[string, Script]>([
    [
      'has nothing to do',
      { facts: (_node, key) => (key === 'kubelet-unit' ? recordedOutput('kubelet-unit', 'control-plane') : undefined) },
    ],
    ['is blocked by a gate', { facts: (_node, key) => (key === 'kubelet-unit' ? { stdout: 'what?' } : undefined) }],
  ])('that %s touches no lock', async (_what, part) => {
    const lock = owned(0, (made) => ((made.lease = undefined), made.nodes.clear()));
    await play(upgrade, { lock, script: nodes(part) });
    expect([world().log, world().nodes.size]).toEqual([[], 0]);
  });

  it.each([
    ['of the same wish is closed', {}, {}, true],
    ['that failed is closed', {}, { 'nodeops.dev/outcome': 'failed', 'nodeops.dev/run': 'r-eve' }, true],
    ['of another wish stays open', { parameters: { count: 2 } }, {}, false],
    ['of another playbook stays open', { playbook: 'os-patch' }, {}, false],
    ['of one node more stays open', { limit: ['cp1', 'w1', 'w2'] }, {}, false],
  ] as const)('with nothing left to do: a run %s', async (_what, other, ended, closed) => {
    const left = { format: 1, run: 'r-eve', by: 'eve@laptop', at: 1, command: 'run', playbook: '/fleet/mine.yaml' };
    const wish = JSON.stringify({ ...left, parameters: {}, ...other });
    const lock = owned(300_000, (made) => {
      if (made.lease !== undefined) {
        made.lease.annotations = { ...ended, 'nodeops.dev/wish': wish };
        if ('nodeops.dev/outcome' in ended) made.lease.holder = '';
      }
      for (const owner of made.nodes.values()) owner.wish = wish;
    });
    const processes = { self: () => ({ pid: 42, place: '0a1b2c3d4e5f', startedAt: '7' }), isGone: () => true };
    const { code, sent, stderr, events } = await play(upgrade, { lock, script: nodes({ facts: idle }), processes });
    expect([code, sent]).toEqual([0, []]);
    expect(events.map(({ type }) => type).filter((type) => type.startsWith('run-'))).toEqual(
      closed ? ['run-started', 'run-finished'] : [],
    );
    expect(world().lease?.annotations['nodeops.dev/outcome']).toBe(closed ? 'done' : undefined);
    expect(stderr.includes('nothing to do; the run r-eve, which did not come to its end, is closed')).toBe(closed);
  });

  it.each([
    ['while no API server answers', (made: LockWorld) => (made.api = false)],
    ['that the lease never heard of', (made: LockWorld) => made.lease !== undefined && (made.lease.epoch = 6)],
  ])('with nothing left to do a run stays as it is %s', async (_what, change) => {
    const left = { format: 1, run: 'r-eve', by: 'eve@laptop', at: 1, command: 'run', playbook: '/fleet/mine.yaml' };
    const lock = owned(300_000, (made) => {
      for (const owner of made.nodes.values()) owner.wish = JSON.stringify({ ...left, parameters: {} });
      change(made);
    });
    const processes = { self: () => ({ pid: 42, place: '0a1b2c3d4e5f', startedAt: '7' }), isGone: () => true };
    const { code, stdout } = await play(upgrade, { lock, script: nodes({ facts: idle }), processes });
    expect([code, stdout.endsWith('paris: nothing to do\n'), world().log]).toEqual([0, true, []]);
  });

  it('a dry run does not ask whose the cluster is', async () => {
    const { code } = await play([...upgrade, '--dry-run'], { lock: owned(1000) });
    expect([code, world().log]).toEqual([0, []]);
  });

  it('lets go of the cluster when it fails', async () => {
    const lock = owned(0, (made) => ((made.lease = undefined), made.nodes.clear()));
    const { code } = await play(upgrade, { lock, script: nodes({ commands: failing }) });
    expect([code, world().lease?.holder, world().lease?.annotations['nodeops.dev/outcome']]).toEqual([1, '', 'failed']);
  });

  it('of a cluster that is owned is refused, before a plan is shown', async () => {
    const { code, sent, events, stdout, stderr } = await play(upgrade, { lock: owned(8000) });
    expect([code, sent, events, stdout, world().log]).toEqual([3, [], [], '', []]);
    expect(stderr).toContain(
      'paris is owned by eve@laptop, process 7, run r-eve (upgrade), since 2026-11-21 09:59:22Z, last heartbeat 8 s ago: it was renewed a moment ago\n' +
        '    see more: nodeops lock show --inventory prod.yaml --cluster paris\n',
    );
    expect(stderr).toContain(
      "    should its owner be gone for good: nodeops lock break --inventory prod.yaml --cluster paris --reason '…'\n",
    );
    expect(stderr).toContain('Nothing was changed.\n');
  });

  it('takes over from an owner that stays silent, and says what it waits for', async () => {
    const { code, stderr, events } = await play(upgrade, { lock: owned(600_000) });
    expect(code).toBe(0);
    expect(stderr).toContain(
      `paris is owned by ${eve} (run r-eve), which looks gone: watching for 60 s that it stays silent\n`,
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'lock-acquired', epoch: 8, from: `${eve} (run r-eve)` }),
    );
    expect(world().lease).toMatchObject({ holder: '', epoch: 8 });
  });

  it('waits for none of its own that was killed on this machine', async () => {
    const processes = { self: () => ({ pid: 42, place: '0a1b2c3d4e5f', startedAt: '7' }), isGone: () => true };
    const { code, stderr } = await play(upgrade, { lock: owned(1000), processes });
    expect(code).toBe(0);
    expect(stderr).not.toContain('watching');
  });

  it('waits for an owner where it was asked to', async () => {
    const lock = owned(1000, (made) => {
      const facts = made.fact.bind(made);
      let asked = 0;
      made.fact = (node, key) => {
        if (key === 'owner-lease' && (asked += 1) === 3)
          made.lease = { rv: 9, holder: '', epoch: 7, renewTime: past, annotations: {} };
        return facts(node, key);
      };
    });
    const { code, stderr } = await play([...upgrade, '--wait-for-lock', '10m'], { lock });
    expect(code).toBe(0);
    expect(stderr).toContain('waiting until it is released');
  });

  it.each(['soon', '10', '0s'])('--wait-for-lock %s is no duration', async (text) => {
    const { code, stderr, transports } = await play([...upgrade, '--wait-for-lock', text]);
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toContain(`--wait-for-lock ${text}: expected a duration such as 90s, 10m or 1h30m`);
  });

  it('that somebody was quicker than begins no step', async () => {
    const lock = owned(0, (made) => {
      made.lease = undefined;
      made.nodes.clear();
      made.before = (line) => {
        if (line.endsWith('create lease'))
          made.lease = { rv: 1, holder: `${eve}/r-eve`, epoch: 1, renewTime: past, annotations: {} };
      };
    });
    const { code, sent, stdout, events } = await play(upgrade, { lock });
    expect([code, sent]).toEqual([3, []]);
    expect(stdout).toContain('somebody else was quicker: the lease has changed');
    expect(stdout).toContain('see who owns it: nodeops lock show --inventory prod.yaml --cluster paris');
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'blocked' });
  });

  it('that loses the cluster stops there, sends nothing more and looks no more', async () => {
    const lock = owned(0, (made) => ((made.lease = undefined), made.nodes.clear()));
    const commands: Script['commands'] = (_node, line) => {
      if (line.includes('restart')) world().takeOver(2);
      return undefined;
    };
    const { code, sent, stdout, events } = await play(upgrade, { lock, script: nodes({ commands }) });
    expect([code, sent]).toEqual([3, ['sent cp1: systemctl daemon-reload', 'sent cp1: systemctl restart kubelet']]);
    expect(stdout).toContain(
      'eve@laptop:1:ffffffffffff-1 (run r-eve) owns the cluster since 2026-11-21 09:40:00Z: epoch 2, this run had 1',
    );
    expect(stdout).toContain('this run sends nothing more');
    expect(events.some(({ type }) => type === 'lock-released')).toBe(false);
    expect(world().lease?.holder).toBe('eve@laptop:1:ffffffffffff-1/r-eve');
  });

  it('looks again once it owns the cluster: what somebody undid meanwhile is asked about', async () => {
    const lock = owned(0, (made) => ((made.lease = undefined), made.nodes.clear()));
    const facts: Script['facts'] = (node, key) =>
      key === 'kubelet-unit' && node === 'w1' && world().nodes.size === 0
        ? recordedOutput('kubelet-unit', 'control-plane')
        : undefined;
    const asking = upgrade.slice(0, -1);
    const questions: string[] = [];
    const around = { lock, terminal: true, onQuestion: (question: string) => questions.push(question) };
    const yes = await play(upgrade, { lock, script: nodes({ facts }) });
    expect(yes.stderr).toContain(
      'paris has changed since the plan was made; there is more to do: nodes/w1/restart-kubelet\n',
    );
    const { code, sent } = await play(asking, { ...around, script: nodes({ facts }), answers: [true, false] });
    expect([code, sent, questions.length]).toEqual([5, [], 2]);
    expect(world().lease).toMatchObject({ holder: '', annotations: { 'nodeops.dev/outcome': 'interrupted' } });
  });

  it('that finds everything done once it owns the cluster ends well', async () => {
    const lock = owned(0, (made) => ((made.lease = undefined), made.nodes.clear()));
    const facts: Script['facts'] = (_node, key) =>
      key === 'kubelet-unit' && world().nodes.size > 0 ? recordedOutput('kubelet-unit', 'control-plane') : undefined;
    const { code, sent, stderr } = await play(upgrade, { lock, script: nodes({ facts }) });
    expect([code, sent, world().lease?.holder]).toEqual([0, [], '']);
    expect(stderr).toContain('paris: nothing is left to do');
  });
});

const draining: Script['facts'] = (node, key) =>
  key === 'recorded-commands' && node === 'w1'
    ? { stdout: 'r-eve/drain-1 - 1795254020 - active kubectl drain w1\n' }
    : undefined;
const w1Away = (node: string): void => {
  if (node === 'w1') throw new ConnectError('unreachable', 'w1 does not answer', 'switch it on');
};

const show = ['lock', 'show', '--inventory', 'prod.yaml', '--cluster', 'paris'];

describe('nodeops lock show', () => {
  it('says who owns the cluster, since when, and what its nodes know', async () => {
    const { code, stdout, transports } = await play(show, { lock: owned(8000), script: nodes({ facts: draining }) });
    expect(code).toBe(0);
    expect(transports).toEqual([{ refuseWrites: true, acceptNewHostKeys: false }]);
    expect(stdout).toBe(
      `paris: owned by eve@laptop, process 7, run r-eve (upgrade), since 2026-11-21 09:59:22Z, last heartbeat 8 s ago, epoch 7
lease: ${eve}/r-eve, epoch 7
  playbook  upgrade

node  epoch  run    holder                       heartbeat  running
cp1   7      r-eve  ${eve}  8 s ago    –
w1    7      r-eve  ${eve}  –          kubectl drain w1 (run r-eve)
`,
    );
  });

  it('as JSON', async () => {
    const { stdout } = await play([...show, '--output', 'json'], { lock: owned(8000) });
    expect(JSON.parse(stdout)).toMatchObject({
      cluster: 'paris',
      kind: 'held',
      owner: { epoch: 7, holder: eve, run: 'r-eve', silentMs: 8000, gone: false },
      lease: { holder: `${eve}/r-eve`, epoch: 7 },
      nodes: { cp1: { epoch: 7 }, w1: { run: 'r-eve' } },
      running: [],
      unreachable: {},
    });
  });

  it.each<[string, (made: LockWorld) => void, string]>([
    [
      'never owned',
      (made) => ((made.lease = undefined), made.nodes.clear()),
      'paris: free, and was never owned\nlease: none in kube-system\n',
    ],
    [
      'released',
      (made) =>
        (made.lease = { rv: 9, holder: '', epoch: 7, renewTime: past, annotations: { 'nodeops.dev/outcome': 'done' } }),
      'paris: free\nlease: nobody, epoch 7\n  outcome  done\n',
    ],
    [
      'no API server answers',
      (made) => (made.api = false),
      'last heartbeat 8 s ago, epoch 7\nlease: no API server answers; the nodes alone say who owns the cluster\n',
    ],
  ])('%s', async (_what, setUp, said) => {
    const { code, stdout } = await play(show, { lock: owned(8000, setUp) });
    expect([code, stdout]).toEqual([0, expect.stringContaining(said)]);
  });

  it('names nodes that could not be asked: exit code 3', async () => {
    const { code, stdout } = await play(show, { lock: owned(8000), script: nodes({ connect: w1Away }) });
    expect(code).toBe(3);
    expect(stdout).toContain('w1    ?      ?      ?');
    expect(stdout).toContain('w1 could not be asked: w1 does not answer\n');
  });
});

const breaking = ['lock', 'break', '--inventory', 'prod.yaml', '--cluster', 'paris', '--reason', 'laptop lost'];

describe('nodeops lock break', () => {
  it('takes the cluster from its owner, says who did it and why, and is recorded', async () => {
    const { code, stdout, events } = await play([...breaking, '--yes'], { lock: owned(8000) });
    expect(code).toBe(0);
    expect(stdout).toBe('paris: the lock is broken, epoch 8: whoever had it can write no more\njournal: /state/r1\n');
    expect([...world().nodes.values()].map(({ epoch, run }) => [epoch, run])).toEqual([
      [8, 'break-r1'],
      [8, 'break-r1'],
    ]);
    expect(world().lease).toMatchObject({
      holder: '',
      epoch: 8,
      annotations: {
        'nodeops.dev/broken-by': 'ana@bastion',
        'nodeops.dev/reason': 'laptop lost',
        'nodeops.dev/run': 'r1',
      },
    });
    const types = events.map(({ type }) => type);
    expect([types[0], types[1], types.at(-1)]).toEqual(['run-started', 'command-started', 'run-finished']);
  });

  it('works without an API server, and the next run takes the cluster at once', async () => {
    const lock = owned(8000, (made) => (made.api = false));
    const { code, stdout } = await play([...breaking, '--yes'], { lock });
    expect([code, world().nodes.get('cp1')?.epoch]).toEqual([0, 8]);
    expect(stdout).toContain('the lease still names the former owner (no API server answers); the nodes know better');
    const same = world();
    same.api = true;
    const next = await play(upgrade, { lock: () => same });
    expect([next.code, same.lease?.epoch, next.stderr.includes('watching')]).toEqual([0, 9, false]);
  });

  it('of a cluster without an owner does nothing', async () => {
    const lock = owned(0, (made) => (made.lease = { rv: 9, holder: '', epoch: 7, renewTime: past, annotations: {} }));
    const { code, stdout } = await play([...breaking, '--yes'], { lock });
    expect([code, stdout, world().log]).toEqual([0, 'paris has no owner: there is nothing to break\n', []]);
  });

  it.each<[string, string, number]>([
    ['the name', 'paris', 8],
    ['another name', 'oslo', 7],
    ['nothing', '', 7],
  ])('asks for the name of the cluster: %s', async (_what, typed, epoch) => {
    const { code, stderr } = await play(breaking, { lock: owned(8000), terminal: true, types: () => typed });
    expect([code, world().nodes.get('cp1')?.epoch]).toEqual([0, epoch]);
    expect(stderr).toContain('paris is owned by eve@laptop, process 7');
  });

  it('is refused by a control plane that is busy: exit code 3, and it is named', async () => {
    const { code, stderr } = await play([...breaking, '--yes'], { lock: owned(8000, (made) => made.busy.add('cp1')) });
    expect(code).toBe(3);
    expect(stderr).toContain('the lock could not be broken: cp1: a command of the former owner still holds the lock');
  });

  it('tells of a worker that it could not reach', async () => {
    const { code, stdout } = await play([...breaking, '--yes'], { lock: owned(8000, (made) => made.busy.add('w1')) });
    expect(code).toBe(0);
    expect(stdout).toContain("not reached, and still its former owner's: w1\n");
  });
});
