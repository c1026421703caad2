import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Script } from '../run/scripted.ts';
import { inventory, playbooks, recordedOutput, restarting, told, type Surroundings } from './fake-parts.ts';

/** In the place of the shipped one: an upgrade that asks for little. */
const upgrade = restarting.replace('name: restarting', 'name: upgrade');
const files = { [join(playbooks, 'upgrade.yaml')]: upgrade };
const head = ['--inventory', 'prod.yaml'];

interface Play {
  /** The kubelet that is said to run on a node, once so many commands were sent to any. */
  readonly running?: (node: string, sent: number) => string;
  readonly done?: readonly string[];
}

/** Kubelets of 1.35.4 that still run as 1.35.2, until `systemctl restart` was sent to their node. */
const nodes = ({ running = () => '1.35.2', done = [] }: Play = {}): Script => {
  const restarted = new Set<string>(done);
  let sent = 0;
  return {
    facts: (node, key) => {
      if (key === 'kubelet-unit') return recordedOutput('kubelet-unit', 'control-plane');
      if (key === 'kubelet-log') return { stdout: '' };
      if (key !== 'kubelet-versions') return undefined;
      const version = restarted.has(node) ? '1.35.4' : running(node, sent);
      return { stdout: `installed Kubernetes v1.35.4\nrunning Kubernetes v${version}\n` };
    },
    commands: (node, line) => {
      if (line.includes('systemctl')) sent += 1;
      if (line.includes('restart kubelet')) restarted.add(node);
      return undefined;
    },
  };
};

const save = async (...argv: readonly string[]) =>
  told(['plan', ...head, '--to', '1.36.3', '--out', 'p.plan', ...argv], { files, script: nodes() });
const savedText = async (...argv: readonly string[]): Promise<string> =>
  (await save(...argv)).written['/fleet/p.plan'] ?? '';

const upgradeWith = async (argv: readonly string[], around: Surroundings & { readonly text?: string } = {}) => {
  const text = around.text ?? (await savedText('--cluster', 'paris'));
  return told(['upgrade', ...head, '--plan', 'p.plan', ...argv], {
    script: nodes(),
    ...around,
    files: { ...files, '/fleet/p.plan': text, ...around.files },
  });
};

const restarts = (...names: readonly string[]) =>
  names.flatMap((name) => [`sent ${name}: systemctl daemon-reload`, `sent ${name}: systemctl restart kubelet`]);
const drifted: Script = nodes({ running: (node) => (node === 'w1' ? '1.34.9' : '1.35.2') });

/** Somebody changed w1, and once more while it went. */
const twice = (node: string, sent: number): string => (node === 'w1' ? (sent > 0 ? '1.34.8' : '1.34.9') : '1.35.2');

describe('plan --out', () => {
  it('saves the plans of all chosen clusters and changes nothing', async () => {
    const { code, sent, events, written, stderr, transports } = await save();
    expect([code, sent, events]).toEqual([0, [], []]);
    expect(transports.every(({ refuseWrites }) => refuseWrites)).toBe(true);
    expect(stderr).toContain('it is run with: nodeops upgrade --plan p.plan --inventory prod.yaml\n');
    const saved: unknown = JSON.parse(written['/fleet/p.plan'] ?? '');
    expect(saved).toMatchObject({
      kind: 'nodeops-plan',
      format: 1,
      nodeops: '1.2.3',
      clusters: [
        { cluster: 'paris', parameters: { version: '1.36.3' }, nodes: ['cp1', 'w1'] },
        { cluster: 'oslo', nodes: ['cp9'] },
      ],
    });
  });

  it('saves nothing while something stands in the way', async () => {
    const gate = { [join(playbooks, 'upgrade.yaml')]: upgrade.replace('restart-kubelet', 'supported-host') };
    const script: Script = {
      facts: (_node, key) =>
        key === 'operating-system' ? recordedOutput('operating-system', 'rocky-9') : { stdout: 'PID1=systemd\n' },
    };
    const here = await told(['plan', ...head, '--to', '1.36.3', '--out', 'p.plan'], { files: gate, script });
    expect([here.code, here.written]).toEqual([3, {}]);
    expect(here.stderr).toContain('no plan was saved in p.plan');
  });

  it.each<[string, readonly string[], number, boolean]>([
    ['nothing is there', [], 0, true],
    ['a file is there', ['taken.plan'], 2, false],
    ['a file is there, with --force', ['taken.plan', '--force'], 0, true],
    ['there is no such folder', ['/elsewhere/p.plan'], 2, false],
  ])('%s', async (_what, argv, code, wrote) => {
    const here = await told(['plan', ...head, '--to', '1.36.3', '--out', ...(argv.length > 0 ? argv : ['new.plan'])], {
      files: { ...files, '/fleet/taken.plan': 'x' },
      script: nodes(),
    });
    expect([here.code, Object.keys(here.written).length > 0]).toEqual([code, wrote]);
    expect(here.transports.length > 0).toBe(code === 0);
  });
});

describe('upgrade --plan', () => {
  it('does what was planned, and journals from which file', async () => {
    const { code, sent, events } = await upgradeWith(['--yes']);
    expect([code, sent]).toEqual([0, restarts('cp1', 'w1')]);
    expect(events[0]).toMatchObject({ type: 'run-started', savedPlan: 'p.plan', confirmedBy: '--yes' });
  });

  it('does what is left of it', async () => {
    const { code, sent } = await upgradeWith(['--yes'], { script: nodes({ done: ['cp1'] }) });
    expect([code, sent]).toEqual([0, restarts('w1')]);
  });

  it('takes part of the nodes where the plan does', async () => {
    const text = await savedText('--cluster', 'paris', '--only', 'workers');
    expect(await upgradeWith(['--yes'], { text })).toMatchObject({ code: 0, sent: restarts('w1') });
  });

  it.each([['paris'], ['oslo']])('takes one of its clusters: %s', async (name) => {
    const { code, events } = await upgradeWith(['--yes', '--cluster', name], { text: await savedText() });
    expect([code, new Set(events.map(({ cluster }) => cluster))]).toEqual([0, new Set([name])]);
  });

  it.each([[[]], [['--dry-run']]])('drift before the first write: exit code 4, and what differs %j', async (more) => {
    const { code, sent, events, stderr } = await upgradeWith(['--yes', ...more], { script: drifted });
    expect([code, sent, events]).toEqual([4, [], []]);
    expect(stderr).toContain(
      [
        'paris: not as the plan p.plan says',
        '  ~ nodes/w1/restart-kubelet',
        '      planned: kubelet 1.35.2 → 1.35.4',
        '      now:     kubelet 1.34.9 → 1.35.4',
        '      node w1 kubelet-versions running: 1.35.2 → 1.34.9',
        '',
        '    undo what changed, and go on with: nodeops upgrade --plan p.plan --inventory prod.yaml --cluster paris',
        '    or look at a plan for what is there now, and go on with that: nodeops upgrade --plan p.plan --inventory prod.yaml --cluster paris --re-plan',
        'Nothing was changed.',
      ].join('\n'),
    );
  });

  it('drift in JSON is a line of its own', async () => {
    const { code, stdout } = await upgradeWith(['--yes', '--output', 'json'], { script: drifted });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'plan-differences',
      cluster: 'paris',
      steps: [{ address: 'nodes/w1/restart-kubelet', covered: false, facts: [{ before: '1.35.2', after: '1.34.9' }] }],
    });
  });

  it('drift in the middle: stops there, exit code 4, and says so', async () => {
    const script = nodes({ running: (node, sent) => (node === 'w1' && sent > 0 ? '1.34.9' : '1.35.2') });
    const { code, sent, events, stdout } = await upgradeWith(['--yes'], { script });
    expect([code, sent]).toEqual([4, restarts('cp1')]);
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'drift' });
    expect(stdout).toContain('✗ DRIFT paris, node w1: restart-kubelet');
    expect(stdout).toContain('node w1 kubelet-versions running: 1.35.2 → 1.34.9');
    expect(stdout).toContain('--plan p.plan --inventory prod.yaml --cluster paris --re-plan');
    expect(stdout).not.toContain('nothing was changed');
  });

  it('--re-plan shows what differs, asks, and goes on with the plan of now', async () => {
    const yes = await upgradeWith(['--re-plan', '--yes'], {
      script: nodes({ running: (node) => (node === 'w1' ? '1.34.9' : '1.35.2') }),
    });
    expect([yes.code, yes.sent]).toEqual([0, restarts('cp1', 'w1')]);
    expect(yes.stdout).toContain('paris: what is different from the plan p.plan\n  ~ nodes/w1/restart-kubelet\n');
    const no = await upgradeWith(['--re-plan'], { script: drifted, terminal: true, answer: false });
    expect([no.code, no.sent]).toEqual([0, []]);
    expect(no.stdout).toContain(' nodes/w1/restart-kubelet\n');
    const same = await upgradeWith(['--re-plan', '--yes', '--output', 'json']);
    expect(same.stdout).toContain('{"type":"plan-differences","cluster":"paris","steps":[]}\n');
  });

  it('--re-plan is held to the plan of now', async () => {
    expect((await upgradeWith(['--re-plan', '--yes'], { script: nodes({ running: twice }) })).code).toBe(4);
  });
});

const moreNodes = inventory.replace(
  '      - { name: w1,',
  '      - { name: w2, host: 10.0.0.22, role: worker }\n      - { name: w1,',
);
const drainLonger = inventory.replace('    version: 1.36.3\n', '    version: 1.36.3\n    drain: { timeout: 20m }\n');
const change = (text: string, edit: (plan: Record<string, unknown>) => object): string => {
  const plan: unknown = JSON.parse(text);
  return JSON.stringify(typeof plan === 'object' && plan !== null ? edit({ ...plan }) : plan);
};

describe('what is refused before anything is connected to', () => {
  it.each<[string, readonly string[], (text: string) => Readonly<Record<string, string>>, string]>([
    ['--to beside it', ['--to', '1.36.3'], () => ({}), '--plan p.plan says already what --to would say: leave it out'],
    [
      '--limit and --only beside it',
      ['--limit', 'w1', '--only', 'workers'],
      () => ({}),
      'what --limit and --only would say: leave them out',
    ],
    ['another cluster', ['--cluster', 'oslo'], () => ({}), 'the plan p.plan has no cluster oslo: valid here: paris'],
    ['no JSON', [], () => ({ '/fleet/p.plan': 'x' }), 'the plan p.plan is not JSON: '],
    ['another file', [], () => ({ '/fleet/p.plan': '{}' }), 'p.plan is no plan that nodeops saved'],
    [
      'another format',
      [],
      (text) => ({ '/fleet/p.plan': change(text, (plan) => ({ ...plan, format: 2 })) }),
      'the plan p.plan has format 2, and this nodeops reads format 1',
    ],
    [
      'damage',
      [],
      (text) => ({ '/fleet/p.plan': change(text, (plan) => ({ ...plan, salt: 7, clusters: [{}] })) }),
      '    salt: expected text\n    clusters[0].cluster: expected text\n',
    ],
    [
      'another release',
      [],
      (text) => ({ '/fleet/p.plan': change(text, (plan) => ({ ...plan, nodeops: '1.1.9' })) }),
      'it was made by nodeops 1.1.9, and this is 1.2.3',
    ],
    [
      'another node in the inventory',
      [],
      () => ({ '/fleet/prod.yaml': moreNodes }),
      'the inventory says something else by now about `nodes`, `kubeadm`',
    ],
    ['another setting in the inventory', [], () => ({ '/fleet/prod.yaml': drainLonger }), 'about `drain`'],
    [
      'another playbook',
      [],
      () => ({ [join(playbooks, 'upgrade.yaml')]: upgrade.replace('name: nodes', 'name: all') }),
      'the playbook upgrade changed',
    ],
  ])('%s', async (_what, argv, around, says) => {
    const text = await savedText('--cluster', 'paris');
    const { code, stderr, transports } = await upgradeWith(['--yes', ...argv], { text, files: around(text) });
    expect(stderr).toContain(says);
    expect([code, transports]).toEqual([2, []]);
  });

  it('--re-plan goes on where only this side changed', async () => {
    const { code, stdout } = await upgradeWith(['--yes', '--re-plan'], { files: { '/fleet/prod.yaml': moreNodes } });
    expect(code).toBe(0);
    expect(stdout).toContain('paris: what is different from the plan p.plan\n  none\n');
  });

  it('a patch release of nodeops, another way to the nodes, and a comment in the playbook do not matter', async () => {
    const text = change(await savedText('--cluster', 'paris'), (plan) => ({ ...plan, nodeops: '1.2.9' }));
    const around = {
      '/fleet/prod.yaml': inventory.replace('10.0.0.21', '10.0.0.99'),
      [join(playbooks, 'upgrade.yaml')]: `# ours\n${upgrade}`,
    };
    expect((await upgradeWith(['--yes'], { text, files: around })).code).toBe(0);
  });

  it.each([
    [['upgrade', ...head, '--re-plan', '--yes'], '--re-plan is about a saved plan: name it with --plan FILE'],
    [['plan', ...head, '--to', '1.36.3', '--force'], '--force is about the file of --out FILE, and there is none'],
    [['upgrade', ...head, '--plan', 'none.plan', '--yes'], 'the plan none.plan does not exist'],
  ])('%j', async (argv, says) => {
    const { code, stderr, transports } = await told(argv, { files });
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toContain(says);
  });
});
