import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createJournalStore } from '../../src/adapters/files/journal-store.ts';
import { runIdAt } from '../../src/model/run-id.ts';
import { LockWorld } from '../run/lock-world.ts';
import { VirtualClock } from '../run/scripted.ts';
import { recordedOutput, told, type Surroundings } from './fake-parts.ts';

const playbook = `apiVersion: nodeops/v1
kind: Playbook
name: restarting
description: Restart kubelets.
phases:
  - name: look
    on: cluster
    steps: [{ uses: window, each: window }]
  - name: nodes
    on: every-node
    steps: [{ uses: restart-kubelet }]
`;

const inventory = (settings = '', top = ''): string => `apiVersion: nodeops/v1
kind: Inventory
defaults: { ssh: { user: ops } }
${top}clusters:
  - name: paris
    labels: { stage: prod }
    window: { cron: '0 1 * * *', duration: 1h, timezone: UTC }
${settings}    nodes:
      - { name: cp1, host: 10.0.0.11, role: control-plane }
      - { name: w1, host: 10.0.0.21, role: worker }
      - { name: w2, host: 10.0.0.22, role: worker }
      - { name: w3, host: 10.0.0.23, role: worker }
`;

/** Another file of the same inventory. */
const oslo = `apiVersion: nodeops/v1
kind: Inventory
name: oslo
nodes: [{ name: cp9, host: 10.9.0.11, role: control-plane }]
`;

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A cluster, and a machine with its records, over several command lines. A restart takes 45 minutes. */
const scene = (at: string, named = 'fleet.yaml') => {
  const state = mkdtempSync(join(tmpdir(), 'nodeops-daemon-'));
  folders.push(state);
  const clock = new VirtualClock();
  clock.time = Date.parse(at);
  const world = new LockWorld(() => clock.now());
  const restarted = new Map<string, string>();
  const script: Surroundings['script'] = {
    facts: (node, key) => {
      if (key === 'kubelet-unit')
        return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
      if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
      return key === 'kubelet-log' ? { stdout: '' } : undefined;
    },
    commands: (node, line) => {
      if (!line.includes('restart kubelet')) return undefined;
      if (during?.(node) === 'fails')
        return { exit: { kind: 'code', code: 1 }, stderr: 'Job for kubelet.service failed\n' };
      clock.time += 45 * 60_000;
      restarted.set(node, new Date(clock.time).toISOString().slice(0, 16));
      return undefined;
    },
  };
  let runs = 0;
  let during: ((node: string) => unknown) | undefined;
  const run = (argv: readonly string[], text: string, around: Surroundings = {}) =>
    told([...argv, '--inventory', named], {
      script,
      clock,
      lock: () => world,
      journals: () => Promise.resolve(createJournalStore(state)),
      newRunId: () => runIdAt(clock.now(), String((runs += 1)).padStart(4, '0')),
      ...around,
      files: { '/fleet/fleet.yaml': text, '/fleet/oslo.yaml': oslo, '/fleet/mine.yaml': playbook },
    });
  return {
    clock,
    world,
    restarted,
    run,
    /** Why each run of the cluster was done, as it is journalled. */
    reasons: async () => {
      const store = createJournalStore(state);
      const read = (await store.list()).map(async (id) =>
        (await store.readCluster(id, 'paris', () => undefined)).events.flatMap((event) =>
          event.type === 'run-started' ? [event.reason] : [],
        ),
      );
      return (await Promise.all(read)).flat();
    },
    /** A person begins at 01:20, and the window closes before the last nodes. */
    begin: (text: string, ...more: readonly string[]) => run(['run', 'mine.yaml', '--yes', ...more], text),
    daemon: (text: string, until: string, around: Surroundings = {}) =>
      run(['daemon'], text, {
        stopping: () => {
          // Nothing comes to pass between three o'clock and the next opening.
          const day = 86_400_000;
          if (clock.time % day > 3 * 3_600_000 && clock.time < Date.parse(until))
            clock.time = Math.min(Date.parse(until), Math.ceil(clock.time / day) * day + 58 * 60_000);
          return clock.time >= Date.parse(until);
        },
        ...around,
      }),
    during: (act: (node: string) => unknown) => (during = act),
  };
};

describe('an inventory of several files', () => {
  it('has the records of its runs: what is left of one is gone on with', async () => {
    const { begin, daemon } = scene('2026-11-21T01:20:00Z', 'fleet.yaml,oslo.yaml');
    expect((await begin(inventory(), '--cluster', 'paris')).code).toBe(6);
    const { stdout } = await daemon(inventory(), '2026-11-22T03:00:00Z');
    expect(stdout).toContain('paris: its window is open: going on with 2026-11-21-012000-0001\n');
  });

  it('is named whole in what starts the daemon by itself', async () => {
    const { run } = scene('2026-11-21T01:20:00Z', 'fleet.yaml,oslo.yaml');
    const { stdout } = await run(['daemon', '--print', 'cron'], inventory());
    expect(stdout).toContain('--inventory /fleet/fleet.yaml,/fleet/oslo.yaml');
  });
});

describe('what is left of a run', () => {
  it('is gone on with in the next window, once, and nothing is done after that', async () => {
    const { begin, daemon, restarted } = scene('2026-11-21T01:20:00Z');
    expect((await begin(inventory())).code).toBe(6);
    expect([...restarted.keys()]).toEqual(['cp1']);
    const { code, stdout, stderr } = await daemon(inventory(), '2026-11-24T01:10:00Z');
    expect(code).toBe(0);
    expect([...restarted]).toEqual([
      ['cp1', '2026-11-21T02:05'],
      ['w1', '2026-11-22T01:45'],
      // How long a worker takes was not known yet.
      ['w2', '2026-11-22T02:30'],
      ['w3', '2026-11-23T01:45'],
    ]);
    expect(stdout).toContain('paris: its window is closed, it opens next on Sun 2026-11-22 01:00\n');
    expect(stdout).toContain('paris: its window is open: going on with 2026-11-21-012000-0001\n');
    expect(stdout).toContain('paris: no time is left in this window: it goes on in the next\n');
    expect(stdout).toMatch(/2026-11-23 01:45:\d\dZ paris: done\n/);
    expect(stdout).toContain('paris: left alone: the inventory wishes no `version:` for it\n');
    expect(stderr).not.toContain('fault');
  });

  it('nothing is begun while the window is closed', async () => {
    const { begin, daemon, restarted } = scene('2026-11-21T01:20:00Z');
    await begin(inventory());
    const { code } = await daemon(inventory(), '2026-11-22T00:59:00Z');
    expect([code, [...restarted.keys()]]).toEqual([0, ['cp1']]);
  });

  it('--once does it only where the window is open, and ends', async () => {
    const { begin, run, clock, restarted } = scene('2026-11-21T01:20:00Z');
    await begin(inventory());
    clock.time = Date.parse('2026-11-21T12:00:00Z');
    expect((await run(['daemon', '--once'], inventory())).code).toBe(0);
    expect(restarted.size).toBe(1);
    clock.time = Date.parse('2026-11-22T01:00:00Z');
    expect((await run(['daemon', '--once'], inventory())).code).toBe(6);
    expect(restarted.size).toBe(3);
  });

  it('a window that the clock went over is told of', async () => {
    const { daemon, clock } = scene('2026-11-21T12:00:00Z');
    let jumped = false;
    const { stdout } = await daemon(inventory(), '2026-11-23T00:00:00Z', {
      stopping: () => {
        if (!jumped && clock.time > Date.parse('2026-11-21T13:00:00Z')) {
          jumped = true;
          clock.time = Date.parse('2026-11-22T12:00:00Z');
        }
        return clock.time >= Date.parse('2026-11-23T00:00:00Z');
      },
    });
    expect(stdout).toContain('paris: its window opened and closed while nobody looked: nothing was done\n');
  });
});

describe('people come first', () => {
  it('a run that failed is theirs', async () => {
    const { begin, daemon, during, restarted } = scene('2026-11-21T01:20:00Z');
    during(() => 'fails');
    expect((await begin(inventory())).code).toBe(1);
    const { stdout } = await daemon(inventory(), '2026-11-22T02:30:00Z');
    expect(restarted.size).toBe(0);
    expect(stdout).toMatch(
      /paris: left alone: the run 2026-11-21-012000-0001 ended \S+: a person goes on with it: nodeops resume/,
    );
  });

  it('a protected cluster is gone on with only where its name was confirmed, and its reason goes along', async () => {
    const guarded = inventory('    protected: true\n    operators: [ana]\n');
    const { begin, daemon, restarted, reasons } = scene('2026-11-21T01:20:00Z');
    await begin(guarded, '--confirm', 'paris', '--reason', 'CHG-4711');
    const { stdout: went } = await daemon(guarded, '2026-11-23T01:50:00Z');
    expect(restarted.size).toBe(4);
    expect(await reasons()).toEqual([
      'CHG-4711',
      'nodeops daemon, going on with 2026-11-21-012000-0001: CHG-4711',
      expect.stringMatching(/^nodeops daemon, going on with 2026-11-22-01\d+-\d+: CHG-4711$/),
    ]);
    expect(went).toContain('done\n');
    const other = scene('2026-11-21T01:20:00Z');
    await other.begin(inventory());
    const { stdout } = await other.daemon(guarded, '2026-11-22T02:00:00Z');
    expect(other.restarted.size).toBe(1);
    expect(stdout).toContain('paris: left alone: it is protected, and nobody confirmed the run');
  });

  it('a protected cluster is never begun', async () => {
    const { daemon, restarted } = scene('2026-11-21T12:00:00Z');
    const { stdout, transports } = await daemon(
      inventory('    version: 1.36.3\n    protected: true\n    operators: [ana]\n'),
      '2026-11-22T02:00:00Z',
    );
    expect([restarted.size, transports]).toEqual([0, []]);
    expect(stdout).toContain(
      "paris: left alone: it is protected: a person begins it: nodeops upgrade --inventory fleet.yaml --cluster paris --reason '…'\n",
    );
  });

  it('nor one whose wave wants a yes', async () => {
    const { daemon, restarted } = scene('2026-11-21T12:00:00Z');
    const waves = 'waves: [{ name: prod, selector: stage=prod, approval: true }]\n';
    const { stdout, transports } = await daemon(inventory('    version: 1.36.3\n', waves), '2026-11-22T02:00:00Z');
    expect([restarted.size, transports]).toEqual([0, []]);
    expect(stdout).toContain("paris: left alone: its wave prod wants a person's yes: nodeops upgrade");
  });

  it('nor one that waits for an earlier wave', async () => {
    const waves = 'waves: [{ name: dev, selector: stage=dev }, { name: prod, selector: stage=prod }]\n';
    const text = `${inventory('    version: 1.36.3\n', waves)}  - name: dev
    labels: { stage: dev }
    version: 1.36.3
    nodes: [{ name: d1, host: 10.0.0.31, role: control-plane }]
`;
    const { daemon, restarted } = scene('2026-11-21T12:00:00Z');
    const { stdout } = await daemon(text, '2026-11-22T01:20:00Z');
    expect(restarted.size).toBe(0);
    expect(stdout).toContain('paris: not begun: the wave dev is not done: dev\n');
    expect(stdout).toContain('dev: left alone: it has no `window:`\n');
  });

  it('a run of another machine is left to it', async () => {
    const { begin, daemon, restarted } = scene('2026-11-21T01:20:00Z');
    await begin(inventory());
    const { stdout } = await daemon(inventory('    version: 1.36.3\n'), '2026-11-22T01:20:00Z', {
      journals: () => {
        const state = mkdtempSync(join(tmpdir(), 'nodeops-daemon-'));
        folders.push(state);
        return Promise.resolve(createJournalStore(state));
      },
    });
    expect(restarted.size).toBe(1);
    expect(stdout).toMatch(
      /paris: not begun: the run 2026-11-21-012000-0001 of another machine has it, or left it \(outside-window\)/,
    );
  });
});

const restarts = (sent: readonly string[] = []) => sent.filter((line) => line.includes('restart kubelet')).length;

describe('two of them', () => {
  it('share no cluster: one works on it, the other does nothing there', async () => {
    const { begin, run, world, clock, restarted } = scene('2026-11-21T01:20:00Z');
    await begin(inventory());
    clock.time = Date.parse('2026-11-22T01:00:00Z');
    const both = await Promise.all([run(['daemon', '--once'], inventory()), run(['daemon', '--once'], inventory())]);
    // Which of the two is first, and how far the other gets before it is told, is chance.
    const [winner, loser] = both.toSorted((one, other) => other.sent.length - one.sent.length);
    expect([winner?.code, restarts(winner?.sent), restarts(loser?.sent)]).toEqual([6, 2, 0]);
    expect([0, 3]).toContain(loser?.code);
    expect(world.log.some((line) => line.includes('raise'))).toBe(true);
    expect([...restarted.keys()]).toEqual(['cp1', 'w1', 'w2']);
    expect(both.flatMap(({ unfenced }) => unfenced)).toEqual([]);
  });
});

describe('metrics', () => {
  it('are in a file, and over HTTP, as long as it goes on', async () => {
    const { begin, run, clock } = scene('2026-11-21T01:20:00Z');
    await begin(inventory());
    clock.time = Date.parse('2026-11-22T01:00:00Z');
    const served: string[] = [];
    const serveMetrics: Surroundings['serveMetrics'] = async ({ host, port }, text) => {
      served.push(`${host}:${port}`, await text());
      return { close: () => Promise.resolve(void served.push('closed')) };
    };
    const argv = ['daemon', '--once', '--metrics-file', 'nodeops.prom', '--metrics-listen', '127.0.0.1:9810'];
    const { code, written } = await run(argv, inventory(), { serveMetrics });
    const file = written['/fleet/nodeops.prom'] ?? '';
    expect([code, served[0], served.at(-1)]).toEqual([6, '127.0.0.1:9810', 'closed']);
    expect(file).toContain('nodeops_run_state{cluster="paris",state="outside-window"} 1\n');
    expect(file).toContain('nodeops_run_nodes{cluster="paris"} 3\n');
    expect(file).toContain('nodeops_run_nodes_done{cluster="paris"} 2\n');
    expect(file).not.toContain('nodeops_run_last_success_timestamp_seconds{');
    clock.time = Date.parse('2026-11-23T01:00:00Z');
    const last = (await run(argv, inventory(), { serveMetrics })).written['/fleet/nodeops.prom'] ?? '';
    expect(last).toMatch(/nodeops_run_last_success_timestamp_seconds\{cluster="paris"\} 1795398\d{3}/);
    expect(last).toContain('nodeops_run_state{cluster="paris",state="done"} 1\n');
    // The next one knows of it from the records.
    clock.time = Date.parse('2026-11-23T12:00:00Z');
    served.length = 0;
    await run(argv, inventory(), { serveMetrics });
    expect(served[1]).toMatch(/nodeops_run_last_success_timestamp_seconds\{cluster="paris"\} 1795398\d{3}/);
  });
});

describe('a signal', () => {
  it('ends what is in hand after its step; the next one goes on with that', async () => {
    const { begin, daemon, clock, during, restarted } = scene('2026-11-21T01:20:00Z');
    const longer = inventory().replace('duration: 1h', 'duration: 3h');
    await begin(inventory());
    let signalled = false;
    during(() => (signalled = true));
    clock.time = Date.parse('2026-11-22T00:59:00Z');
    const first = await daemon(longer, '', { stopping: () => signalled });
    expect([first.code, [...restarted.keys()]]).toEqual([5, ['cp1', 'w1']]);
    expect(first.stdout).toMatch(/paris: stopped after the step in hand\n.*Z stopped\n$/);
    signalled = false;
    const second = await daemon(longer, '2026-11-22T05:00:00Z');
    expect([second.code, restarted.size]).toEqual([0, 4]);
    expect(second.stdout).toMatch(/paris: its window is open: going on with 2026-11-22-01\d+-\d+\n/);
  });
});
