import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../src/ports/transport.ts';
import type { LeftWish } from '../../src/run/lock/left-wish.ts';
import { LockWorld } from '../run/lock-world.ts';
import type { Script } from '../run/scripted.ts';
import { inventory, playbooks, recordedOutput, restarting, told, type Surroundings } from './fake-parts.ts';

const eve = 'eve@laptop:7:eeeeeeeeeeee-7';
const begun = { format: 1, run: '2026-11-20-r-eve', by: 'eve@laptop', at: Date.UTC(2026, 10, 20, 9) } as const;
const upgrade: LeftWish = { ...begun, command: 'upgrade', playbook: 'upgrade', parameters: { version: '1.36.3' } };
const shipped: LeftWish = {
  ...begun,
  command: 'run',
  playbook: 'restarting',
  parameters: { words: 'a=b,c', count: 3 },
};
const from = 'from 1.35.4 (2 nodes)';
const notes = {
  'nodeops.dev/run': begun.run,
  'nodeops.dev/operator': 'eve',
  'nodeops.dev/host': 'laptop',
  'nodeops.dev/versions-before': '1.35.4 (2 nodes)',
};

interface Left {
  readonly wish?: LeftWish | string;
  /** Missing: it never let go. */
  readonly outcome?: string;
  readonly api?: boolean;
  readonly broken?: boolean;
}

/** The cluster paris as a run of eve's left it, ten minutes ago. */
const leftBy =
  ({ wish = upgrade, outcome, api = true, broken = false }: Left = {}) =>
  (now: () => number): LockWorld => {
    const world = new LockWorld(now);
    const text = typeof wish === 'string' ? wish : JSON.stringify(wish);
    const beat = now() - 600_000;
    const owner = { epoch: 7, run: broken ? 'break-r9' : begun.run, holder: eve, beat };
    for (const node of ['cp1', 'w1']) world.nodes.set(node, { ...owner, ...(text === '' ? {} : { wish: text }) });
    const ended = { 'nodeops.dev/outcome': outcome ?? '', 'nodeops.dev/ended': '2026-11-20T09:30:00.000Z' };
    world.lease = {
      rv: 5,
      holder: outcome === undefined && !broken ? `${eve}/${begun.run}` : '',
      epoch: 7,
      renewTime: `${new Date(beat).toISOString().slice(0, -1)}000Z`,
      annotations: {
        ...notes,
        ...(outcome === undefined ? {} : ended),
        ...(broken ? { 'nodeops.dev/broken-by': 'zoe@desk' } : {}),
      },
    };
    world.api = api;
    worlds.push(world);
    return world;
  };
const worlds: LockWorld[] = [];
const world = (): LockWorld => {
  const last = worlds.at(-1);
  if (last === undefined) throw new Error('no world was made');
  return last;
};

/** Its owner showed a sign of life a moment ago. */
const atWork = (now: () => number): LockWorld => {
  const made = leftBy()(now);
  for (const owner of made.nodes.values()) owner.beat = now() - 5000;
  return made;
};
const nobody = (node: string): void => {
  throw new ConnectError('unreachable', `${node} does not answer`, 'switch it on');
};

/** Kubelets whose unit changed on disk until they are restarted. */
const kubelets = (): Script => {
  const restarted = new Set<string>();
  return {
    facts: (node, key) => {
      if (key === 'kubelet-unit')
        return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
      if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
      return key === 'kubelet-log' || key === 'recorded-commands' ? { stdout: '' } : undefined;
    },
    commands: (node, line) => {
      if (line.includes('restart kubelet')) restarted.add(node);
      return undefined;
    },
  };
};

const words = ['resume', '--inventory', 'prod.yaml', '--cluster', 'paris'];
const files = { [join(playbooks, 'restarting.yaml')]: restarting };
const play = (argv: readonly string[], left: Left = {}, around: Surroundings = {}) =>
  told(argv, { script: kubelets(), lock: leftBy(left), files, ...around });
const restarts = ['cp1', 'w1'].flatMap((node) => [
  `sent ${node}: systemctl daemon-reload`,
  `sent ${node}: systemctl restart kubelet`,
]);
const again = (rest: string) => `nodeops upgrade --inventory /fleet/prod.yaml --cluster paris ${rest}`;
const unseen = 'paris: neither its lease nor a control plane can be asked for its last run';
const who = `paris: eve@laptop began the run ${begun.run} on 2026-11-20 09:00:00Z`;

describe('resume on a machine that has no record of the run', () => {
  it.each<[string, Left, string]>([
    ['released as failed', { outcome: 'failed' }, 'it ended on 2026-11-20 09:30:00Z: failed'],
    ['its lock broken', { broken: true }, 'it had not ended when zoe@desk broke its lock'],
    ['killed', {}, 'it has not let go of the cluster: last heartbeat 600 s ago'],
  ])(
    'goes on with a run that was %s: says who, whence, when, how it stands',
    async (_what, left, says) => {
      const { code, sent, stderr, events, wishes } = await play([...words, '--yes'], { ...left, wish: shipped });
      expect([code, sent]).toEqual([0, restarts]);
      expect(stderr).toContain(`${who}, ${from}\n    ${says}\n`);
      expect(stderr).toContain(
        'nodeops run restarting --inventory /fleet/prod.yaml --cluster paris --set words=a=b,c --set count=3\n',
      );
      expect(events[0]).toMatchObject({
        type: 'run-started',
        resumes: begun.run,
        parameters: { words: 'a=b,c', count: 3 },
      });
      expect(wishes).toMatchObject([{ resumes: begun.run, inventory: '/fleet/prod.yaml' }]);
      expect(JSON.parse(world().nodes.get('w1')?.wish ?? '')).toMatchObject({
        run: 'r1',
        by: 'ana@bastion',
        playbook: 'restarting',
      });
      expect(world().lease?.annotations['nodeops.dev/wish']).toBe(world().nodes.get('cp1')?.wish);
      const once = await told([...words, '--yes'], { script: kubelets(), files, lock: world });
      expect([once.code, once.sent, once.stdout]).toEqual([0, [], expect.stringContaining('    nothing to resume\n')]);
      // Two commands from their first line on, and the first of this file to load them.
    },
    30_000,
  );

  it.each<[string, Partial<LeftWish>, string]>([
    ['all nodes', {}, '--to 1.36.3'],
    ['one node', { limit: ['w1'] }, '--to 1.36.3 --limit w1'],
    ['one role', { only: 'workers' }, '--to 1.36.3 --only workers'],
  ])('asks for what was asked for, and for no more: %s', async (_what, part, rest) => {
    const { stderr } = await play([...words, '--dry-run'], { outcome: 'failed', wish: { ...upgrade, ...part } });
    expect(stderr).toContain(`going on with ${begun.run} (failed): ${again(rest)}\n`);
  });

  it('leaves the nodes alone that the run had left alone', async () => {
    const wish = { ...shipped, limit: ['w1'] };
    const { code, sent, wishes } = await play([...words, '--yes'], { outcome: 'interrupted', wish });
    expect([code, sent]).toEqual([0, restarts.slice(2)]);
    expect(wishes).toMatchObject([{ limit: ['w1'] }]);
  });

  it.each([[[begun.run]], [['2026-11-20']]])('finds the run by its name: %j', async (name) => {
    const { stderr } = await play([...words, ...name, '--dry-run'], { outcome: 'failed' });
    expect(stderr).toContain(`going on with ${begun.run} (failed): ${again('--to 1.36.3')}`);
  });

  it('knows it without an API server, by the nodes alone', async () => {
    const { stderr } = await play([...words, '--dry-run'], { api: false });
    expect(stderr).toContain(
      `${who}\n    no API server answers: the nodes do not say whether it ended; last heartbeat 600 s ago\n`,
    );
    expect(stderr).toContain(`going on with ${begun.run} (unfinished): ${again('--to 1.36.3')}\n`);
  });

  it('leaves a run that is at work to its owner', async () => {
    const { code, sent, stderr } = await told([...words, '--yes'], { script: kubelets(), lock: atWork });
    expect([code, sent]).toEqual([3, []]);
    expect(stderr).toContain('it was renewed a moment ago\n');
  });

  it('has nothing to do with a run that is done, or where none ever was: exit code 0', async () => {
    const { code, stdout, sent } = await play([...words.slice(0, 3), '--yes'], { outcome: 'done' });
    expect([code, sent]).toEqual([0, []]);
    expect(stdout).toContain(`${who}, ${from}\n    it ended on 2026-11-20 09:30:00Z: done\n    nothing to resume\n`);
    const empty = await told([...words, '--yes']);
    expect([empty.code, empty.stdout]).toEqual([0, 'paris: no run of nodeops has changed it: nothing to resume\n']);
  });

  it('of a cluster that does not answer says so: exit code 3', async () => {
    const { code, stderr } = await play([...words, '--yes'], {}, { script: { connect: nobody } });
    expect(code).toBe(3);
    expect(stderr).toBe(
      `${unseen}\n    cp1: cp1 does not answer\n    see more: nodeops lock show --inventory prod.yaml --cluster paris\n`,
    );
  });

  it('only looks before it has said what it found', async () => {
    const { transports } = await play([...words, '--dry-run'], { outcome: 'failed' });
    expect(transports.map(({ refuseWrites }) => refuseWrites)).toEqual([true, true]);
  });
});

const guarded = inventory.replace('name: paris\n', 'name: paris\n    protected: true\n    operators: [ana]\n');

const refusals: readonly (readonly [string, readonly string[], Left, readonly string[]])[] = [
  [
    'a playbook of the other machine',
    words,
    { wish: { ...shipped, playbook: '/home/eve/mine.yaml', limit: ['w1'] } },
    [
      `the run ${begun.run} of paris was begun with a playbook of eve@laptop: /home/eve/mine.yaml`,
      '    bring it here, and type with its path: nodeops run ./playbook.yaml --inventory /fleet/prod.yaml --cluster paris --set words=a=b,c --set count=3 --limit w1',
    ],
  ],
  [
    'a saved plan of the other machine',
    words,
    { wish: { ...upgrade, plan: '/home/eve/paris.plan', limit: ['w1'] } },
    [
      `the run ${begun.run} of paris was held to a saved plan of eve@laptop: /home/eve/paris.plan`,
      '    bring it here, and type: nodeops upgrade --plan FILE --inventory /fleet/prod.yaml --cluster paris',
      `    or without it, with a plan of now: ${again('--to 1.36.3 --limit w1')}`,
    ],
  ],
  [
    'a wish that was not kept',
    words,
    { wish: '' },
    [
      `the run ${begun.run} of paris did not leave all that it was asked for on the cluster`,
      '    type its command again, with the --limit or --only that it had: nodeops upgrade --inventory prod.yaml --cluster paris …',
    ],
  ],
  ['a wish of another format', words, { wish: '{"format":2}' }, ['did not leave all that it was asked for']],
  [
    'a node that the inventory does not have',
    words,
    { wish: { ...upgrade, limit: ['w9'] } },
    ['there is no node "w9"'],
  ],
  [
    'a version that is none',
    words,
    { wish: { ...upgrade, parameters: { version: 'latest' } } },
    ['--to latest is not a Kubernetes version'],
  ],
  [
    'another run',
    [...words, '2020-01-01'],
    {},
    [
      'no run is called 2020-01-01, neither on this machine nor on the clusters of prod.yaml:',
      `    paris: the last one is ${begun.run}`,
    ],
  ],
  [
    'another run, and a cluster without any',
    ['resume', '-i', 'prod.yaml', '--cluster', 'oslo', 'x'],
    {},
    ['    oslo: none at all'],
  ],
];

describe('resume elsewhere refuses, exit code 2, and writes nothing', () => {
  it.each(refusals)('%s', async (_what, argv, left, says) => {
    const lock = argv.includes('oslo') ? {} : { lock: leftBy({ outcome: 'failed', ...left }) };
    const { code, sent, events, stderr } = await told([...argv, '--yes'], { script: kubelets(), files, ...lock });
    expect([code, sent, events]).toEqual([2, [], []]);
    for (const line of says) expect(stderr).toContain(line);
  });

  it.each<[string, readonly string[], number, string]>([
    ['no reason, no name', [], 2, 'paris is protected (prod.yaml:5):\n    no reason is given'],
    ['--yes does not suffice', ['--reason', 'why'], 2, 'its name is not confirmed: type --confirm paris'],
    ['both', ['--reason', 'why', '--confirm', 'paris'], 0, `going on with ${begun.run}`],
  ])('a protected cluster asks for its consent as ever: %s', async (_what, consent, code, says) => {
    const around = { files: { ...files, '/fleet/prod.yaml': guarded } };
    const ended = await play([...words, '--yes', ...consent], { outcome: 'failed', wish: shipped }, around);
    expect([ended.code, ended.sent]).toEqual([code, code === 0 ? restarts : []]);
    expect(ended.stderr).toContain(says);
  });

  it('what nobody could be asked about, before it looks', async () => {
    const { code, transports, stderr } = await play(words, { outcome: 'failed' });
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toContain('there is no terminal to ask at: say --yes to begin');
  });
});

describe('what is left on the cluster', () => {
  it('errors.md has every refusal', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
    const section = page.split(/^## /m).find((text) => text.startsWith('Runs of another machine\n')) ?? '';
    const messages = [...section.matchAll(/^\| `(?:nodeops: )?(.+?)` \|/gm)].map(([, message = '']) => message);
    const said = [...refusals.flatMap(([, , , says]) => says), unseen];
    const forms = messages.map(
      (message) => new RegExp(`^${message.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+')}$`, 'm'),
    );
    expect(forms).toHaveLength(5);
    expect(forms.filter((form) => !said.some((text) => form.test(text)))).toEqual([]);
  });

  it('outlives a lock that is broken', async () => {
    const breaking = ['lock', 'break', '-i', 'prod.yaml', '--cluster', 'paris', '--reason', 'laptop lost', '--yes'];
    await play(breaking, {});
    expect(world().nodes.get('w1')?.run).toBe('break-r1');
    expect(JSON.parse(world().nodes.get('w1')?.wish ?? '')).toEqual(upgrade);
    const { stderr } = await told([...words, '--dry-run'], { script: kubelets(), lock: world });
    expect(stderr).toContain(`${who}\n    it had not ended when ana@bastion broke its lock\n`);
    expect(stderr).toContain(`(its lock was broken): ${again('--to 1.36.3')}\n`);
  });
});
