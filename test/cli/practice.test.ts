import { describe, expect, it } from 'vitest';
import { LockWorld } from '../run/lock-world.ts';
import type { Script } from '../run/scripted.ts';
import { told, type Surroundings } from './fake-parts.ts';

const options = ['--inventory', 'prod.yaml', '--cluster', 'paris'];
const play = (verb: readonly string[], facts: NonNullable<Script['facts']>, around: Surroundings = {}) =>
  told(['practice', ...verb, ...options], { script: { facts }, ...around });

const state = (task: string, stage = 'begun', hints = 0): string =>
  `task=${task}\nstage=${stage}\nworker=w1\nsince=1795400000\n${hints === 0 ? '' : `hints=${hints}\n`}now=1795400090\n`;

/** The first control plane keeps `kept`; a check that begins like one of `missed` is missed with what it says. */
const cluster =
  (kept: string, missed: Readonly<Record<string, string>> = {}): NonNullable<Script['facts']> =>
  (node, key) => {
    if (key === 'practice-task') return { stdout: node === 'cp1' ? kept : 'none\n' };
    if (!key.startsWith('own-check ')) return undefined;
    const [, said] = Object.entries(missed).find(([item]) => key.startsWith(`own-check ${item}`)) ?? [];
    return said === undefined ? { code: 0 } : { code: 1, stdout: `${said}\n` };
  };

const counted = ({ sent }: { readonly sent: readonly string[] }): readonly string[] =>
  sent.filter((line) => line.includes('nodeops-practice') && line.includes('hints.new'));

const withoutSystemctl: NonNullable<Script['facts']> = (node, key) =>
  key.startsWith('own-check ')
    ? { code: 127, stderr: 'sh: 1: systemctl: not found' }
    : cluster(state('kubelet-stopped'))(node, key);

describe('nodeops practice check', () => {
  it('passes each line that its node says is so, and writes nothing', async () => {
    const { code, stdout, transports, events } = await play(['check'], cluster(state('kubelet-stopped')));
    expect(stdout).toBe(`paris: kubelet-stopped
  ✓ the kubelet runs on w1
  ✓ the kubelet is started with the host
  ✓ w1 is Ready
solved (1m 30s, no hint)
`);
    expect([code, events]).toEqual([0, []]);
    expect(transports).toEqual([{ refuseWrites: true, acceptNewHostKeys: false }]);
  });

  it('says what was seen where a line is missed: code 1', async () => {
    const seen = cluster(state('kubelet-stopped', 'begun', 2), { 'the kubelet is started': 'disabled' });
    const { code, stdout } = await play(['check'], seen);
    expect(stdout).toContain(
      '  ✗ the kubelet is started with the host: disabled\n  ✓ w1 is Ready\nnot solved: 2 of 3 (1m 30s, 2 hints)\n',
    );
    expect(code).toBe(1);
    const json = await play(['check', '--output', 'json'], seen);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      1,
      { solved: false, task: 'kubelet-stopped', hints: 2 },
    ]);
  });

  it('asks every node where the item is about every node', async () => {
    const { stdout } = await play(['check'], cluster(state('packages-unheld')));
    expect(stdout).toContain(
      '✓ kubeadm, kubelet and kubectl are held (cp1)\n  ✓ kubeadm, kubelet and kubectl are held (w1)',
    );
  });

  it('takes a check that could not be run for no answer', async () => {
    const { code, stdout } = await play(['check'], withoutSystemctl);
    expect(stdout).toContain('? the kubelet runs on w1: sh: 1: systemctl: not found');
    expect(code).toBe(1);
  });

  it.each([
    ['no task is set up', 'none\n', 'paris: no task is set up\n'],
    [
      'the state cannot be read',
      'task=\n',
      'paris: cannot tell which task is set up: cp1: what was said on cp1 is not understood',
    ],
  ])('code 3 where %s', async (_what, kept, says) => {
    const { code, stderr } = await play(['check'], cluster(kept));
    expect(code).toBe(3);
    expect(stderr).toContain(says);
  });

  it('says where the task is not set up whole', async () => {
    const { stderr } = await play(['check'], cluster(state('kubelet-stopped', 'set-up')));
    expect(stderr).toContain('the task kubelet-stopped is not set up whole');
  });
});

const lock = (now: () => number): LockWorld => {
  const world = new LockWorld(now);
  const renewTime = `${new Date(now()).toISOString().slice(0, -1)}000Z`;
  world.lease = { rv: 5, holder: 'eve@laptop:7:eeeeeeeeeeee-7/r-eve', epoch: 7, renewTime, annotations: {} };
  return world;
};

describe('nodeops practice hint', () => {
  it('gives the next one, and counts it on the first control plane, journalled', async () => {
    const { code, stdout, sent, events } = await play(['hint'], cluster(state('kubelet-stopped', 'begun', 1)));
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Hint 2 of 3: The kubelet is a service of the host. On w1,/),
    ]);
    expect(counted({ sent })).toHaveLength(1);
    expect(events.map(({ type }) => type)).toContain('command-started');
  });

  it('says the last one again, and where the answer is', async () => {
    const { stdout, sent } = await play(['hint'], cluster(state('kubelet-stopped', 'begun', 3)));
    expect(stdout).toContain('Hint 3 of 3');
    expect(stdout).toContain('nodeops practice solution --inventory prod.yaml --cluster paris');
    expect(counted({ sent })).toEqual([]);
  });

  it('is given, and not counted, beside a run that is at work', async () => {
    const { code, stdout, stderr, sent } = await play(['hint'], cluster(state('kubelet-stopped')), { lock });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Hint 1 of 3')]);
    expect(stderr).toContain('note: the hint is not counted: paris is owned by eve@laptop');
    expect(counted({ sent })).toEqual([]);
  });
});

describe('nodeops practice start', () => {
  it('is refused while another task is set up, or the cluster is not well', async () => {
    const other = await play(['start', 'kubelet-stopped', '--yes'], cluster(state('etcd-restore')));
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('paris: the task etcd-restore is set up')]);
    const facts: NonNullable<Script['facts']> = (node, key) =>
      key === 'nodes'
        ? { code: 1, stderr: 'The connection to the server 10.0.0.11:6443 was refused' }
        : cluster('none\n')(node, key);
    const ill = await play(['start', 'kubelet-stopped', '--yes'], facts);
    expect([ill.code, ill.stderr]).toEqual([3, expect.stringContaining('it is not well before the task')]);
  });

  it('says once more what is to be done where it is set up already', async () => {
    const { code, stdout } = await play(['start', 'kubelet-stopped', '--yes'], cluster(state('kubelet-stopped')));
    expect(code).toBe(0);
    expect(stdout).toContain('Somebody worked on w1');
    expect(stdout).toContain('Read: kubernetes.io, Troubleshooting Clusters');
  });
});

describe('nodeops practice', () => {
  it('show and solution name the nodes', async () => {
    const shown = await play(['show'], cluster(state('kubelet-stopped')));
    expect(shown.stdout).toContain('Somebody worked on w1');
    const { stdout } = await play(['solution'], cluster(state('kubelet-stopped')));
    expect(stdout).toBe('on w1:\n  systemctl enable --now kubelet\n');
  });

  it('reset has nothing to do where no task is set up', async () => {
    const { code, stdout } = await play(['reset', '--yes'], cluster('none\n'));
    expect([code, stdout]).toEqual([0, 'paris: no task is set up: nothing to do\n']);
  });

  it('watch tells what changed, until it is solved', async () => {
    let looks = 0;
    const facts: NonNullable<Script['facts']> = (node, key) => {
      if (key.startsWith('own-check w') || key.startsWith('own-check {worker} is')) looks += 1;
      const missed: Record<string, string> = looks < 3 ? { '{worker} is Ready': 'NotReady' } : {};
      return cluster(state('kubelet-stopped'), missed)(node, key);
    };
    const { code, stdout } = await play(['watch'], facts);
    expect(code).toBe(0);
    expect(stdout.match(/kubelet-stopped\n/g)).toHaveLength(2);
    expect(stdout).toMatch(/✗ w1 is Ready: NotReady[\s\S]*✓ w1 is Ready\nsolved/);
  });

  it('list needs no inventory, and has every task once', async () => {
    const { code, stdout } = await told(['practice', 'list', '--output', 'json']);
    const tasks: unknown = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(tasks).toContainEqual(expect.objectContaining({ name: 'etcd-restore', minutes: 15 }));
    expect((await told(['practice', 'list'])).stdout).toContain('  kubelet-stopped');
  });
});
