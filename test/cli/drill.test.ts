import { describe, expect, it } from 'vitest';
import { ageCipher } from '../../src/adapters/age-cipher.ts';
import { documentMark } from '../../src/report/recovery-document.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import { backupStage } from '../backup/stage.ts';
import type { Answer, Script } from '../run/scripted.ts';
import { recordedOutput, told, type Surroundings } from './fake-parts.ts';
import { nodesBut, well } from './well-cluster.ts';

const seen: Readonly<Record<string, Answer>> = {
  ...well,
  'node-room': recordedOutput('node-room', 'nodes-1.35.4'),
  'movable-pods': recordedOutput('movable-pods', 'plain-1.35.4'),
  'disruption-budgets': recordedOutput('disruption-budgets', 'one-1.35.4'),
  'tied-volumes': recordedOutput('tied-volumes', 'local-and-free-1.35.4'),
  'node-identity': recordedOutput('node-identity', 'control-plane'),
  'new-host': recordedOutput('new-host', 'worker'),
  'practice-ground': { stdout: 'none\n' },
  'etcd-objects': { stdout: '"Count" : 287\n' },
};

const script = (change: Readonly<Record<string, Answer>> = {}): Script => ({
  facts: (_node, key) => change[key] ?? seen[key],
});

const asked = (argv: readonly string[], around: Surroundings = {}) =>
  told(['drill', '--inventory', 'prod.yaml', '--cluster', 'paris', ...argv], { script: script(), ...around });

const connect = (): void => {
  throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
};

describe('nodeops drill', () => {
  it('says of each disaster what would be done, and what is missing; sends nothing that writes', async () => {
    const { code, stdout, stderr, sent, transports } = await asked([]);
    expect({ code, stderr, sent }).toEqual({ code: 1, stderr: '', sent: [] });
    expect(transports.every(({ refuseWrites }) => refuseWrites)).toBe(true);
    expect(stdout.split('\n').filter((line) => /^ {2}\S.*\((worker|control|etcd|volumes)-/.test(line))).toEqual([
      '  The machine of a worker is lost (worker-lost)',
      '  The machine of the control plane is lost (control-plane-lost)',
      '  The data of etcd are broken, on all members (etcd-corrupted)',
      '  What stores the volumes is lost (volumes-lost)',
    ]);
    expect(stdout).toContain('✗ there is no whole backup');
    expect(stdout).toContain('1. nodeops diagnose w1 --inventory prod.yaml --cluster paris');
  });

  it('tells one of them, also for programs', async () => {
    const { stdout } = await asked(['worker-lost', '--output', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      cluster: 'paris',
      unread: [],
      disasters: [{ disaster: 'worker-lost', overdue: true, loss: { ms: 0 } }],
    });
  });

  it('is not sure where nobody answers for the cluster, and says so', async () => {
    const { code, stdout, stderr } = await asked(['worker-lost'], { script: { ...script(), connect } });
    expect(code).toBe(3);
    expect(stderr).toContain('paris/w1: ');
    expect(stdout).toContain('? not known: ');
    expect(stdout).toContain('nodeops node replace w1');
  });

  it('writes the recovery plan into a file, and over one of its own only', async () => {
    const first = await asked(['--document', 'plan.md']);
    expect(first.written['/fleet/plan.md']).toMatch(
      /^<!-- written by nodeops drill[^]*\n# Recovery plan\n[^]*\n## paris\n/,
    );
    expect(first.written['/fleet/plan.md']).toContain('| cp1 | control-plane |');
    const again = await asked(['--document', 'plan.md'], { files: { '/fleet/plan.md': `${documentMark}\nold\n` } });
    expect(again.written['/fleet/plan.md']).toContain('# Recovery plan');
    const other = await asked(['--document', 'plan.md'], { files: { '/fleet/plan.md': '# Mine\n' } });
    expect(other).toMatchObject({ code: 2, written: {} });
    expect(other.stderr).toContain('not written by nodeops drill');
  });
});

const execute = (argv: readonly string[], change: Readonly<Record<string, Answer>> = {}) =>
  asked([...argv, '--execute', '--yes'], { script: script(change) });

describe('nodeops drill --execute', () => {
  it('breaks nothing in a cluster that is not well', async () => {
    const notReady = nodesBut({ w1: { ready: ['False', null] } });
    const { code, stderr, sent } = await execute(['worker-lost'], { nodes: notReady });
    expect({ code, sent }).toEqual({ code: 3, sent: [] });
    expect(stderr).toContain('paris: it is not well before the drill: not Ready: w1');
  });

  it('breaks no etcd without a backup', async () => {
    const { code, stderr, sent } = await execute(['etcd-corrupted']);
    expect({ code, sent }).toEqual({ code: 3, sent: [] });
    expect(stderr).toContain('there is no backup that etcd could be restored from');
  });

  it('breaks nothing where etcd does not say what it holds', async () => {
    const { code, stderr } = await execute(['worker-lost'], { 'etcd-objects': { code: 1 } });
    expect(code).toBe(3);
    expect(stderr).toContain('the loss could not be told afterwards');
  });

  it('breaks nothing where nobody said that the cluster is there for it', async () => {
    const { artifacts } = backupStage();
    const { code, stdout, stderr, sent } = await asked(['worker-lost', '--execute', '--yes'], {
      kept: {
        artifacts: () => Promise.resolve(artifacts),
        cipher: () => Promise.resolve(ageCipher),
        backupPlaces: () => Promise.reject(new Error('no backup is needed')),
      },
    });
    expect({ code, sent }).toEqual({ code: 3, sent: [] });
    expect(`${stdout}${stderr}`).toContain('is not there to practise on');
    expect(await artifacts.list('paris/drills')).toEqual([]);
  });
});
