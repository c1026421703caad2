import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import type { Answer, Script } from '../run/scripted.ts';
import { recordedOutput, told, type Surroundings } from './fake-parts.ts';

const unit = (name: string, state: string): string =>
  `Id=${name}.service\nLoadState=loaded\nUnitFileState=enabled\n${state}`;
const runs = 'ActiveState=active\nSubState=running\nResult=success\nExecMainStatus=0\nNRestarts=0';
const stopped =
  'ActiveState=inactive\nSubState=dead\nResult=success\nExecMainStatus=0\nNRestarts=0\nStateChangeTimestamp=Sun 2026-11-22 18:37:41 UTC';
const units = (kubelet: string): Answer => ({ stdout: `${unit('kubelet', kubelet)}\n\n${unit('containerd', runs)}\n` });

const ready = (node: string): string =>
  JSON.stringify([node, false, null, [['Ready', 'True', 'KubeletReady', 'ready', '2026-11-21T09:00:00Z'], null]]);
const rows = (lines: readonly string[]): Answer => ({ stdout: `${[...lines, String(lines.length)].join('\n')}\n` });

const well: Readonly<Record<string, Answer>> = {
  'service-units': units(runs),
  'unit-log kubelet': { stdout: '' },
  'unit-log containerd': { stdout: '' },
  'refused-flag': { stdout: 'Kubernetes v1.35.4\n' },
  'static-pod-logs': { stdout: '' },
  packages: recordedOutput('packages', 'control-plane'),
  'apt-lock': { stdout: '' },
  'disk-space': recordedOutput('disk-space', 'control-plane'),
  'free-inodes': recordedOutput('free-inodes', 'control-plane'),
  'host-clock': { stdout: '1795255170.000000000\n' },
  certificates: { stdout: '' },
  'recorded-commands': { stdout: '' },
  'own-api-server': { stdout: '{"gitVersion":"v1.35.4"}\n=readyz\nok' },
  'node-conditions': rows([ready('cp1'), ready('w1')]),
  'node-leases': { stdout: '["cp1","2026-11-21T09:59:30Z"]\n["w1","2026-11-21T09:59:30Z"]\n2\n1795255170000\n' },
  'pod-health': rows([]),
  'cluster-events': rows([]),
};

const of =
  (change: (node: string, key: string) => Answer | undefined = () => undefined): NonNullable<Script['facts']> =>
  (node, key) =>
    change(node, key) ?? well[key];

const began = 1_795_255_100_000;
const event = (at: number, body: object): Event =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is read is filled in
  ({ at: began + at, cluster: 'paris', ...body }) as Event;
const address = 'workers/w1/verify-node';
const journal: readonly Event[] = [
  event(0, { type: 'run-started', run: '2026-11-21-a', playbook: 'upgrade', parameters: {} }),
  event(1000, { type: 'step-started', address, step: 'verify-node', title: 'verify the node', node: 'w1' }),
  event(2000, { type: 'step-observed', address, verdict: { kind: 'pending', waitingFor: 'kubelet to run' } }),
];
const stored: NonNullable<Surroundings['stored']> = {
  list: () => Promise.resolve(['2026-11-21-a']),
  read: (id) =>
    Promise.resolve({
      id,
      directory: `/state/${id}`,
      writer: 'gone',
      clusters: ['paris'],
      transitions: journal.slice(0, 1),
      notes: [],
    }),
  readCluster: () => Promise.resolve({ name: 'paris', directory: '/state', events: journal }),
};

const asked = (argv: readonly string[], script: Script = { facts: of() }, around: Surroundings = {}) =>
  told(['diagnose', '--inventory', 'prod.yaml', '--cluster', 'paris', ...argv], { script, ...around });

const kubeletStopped = of((node, key) => (node === 'w1' && key === 'service-units' ? units(stopped) : undefined));

const connect = (node: string): void => {
  if (node === 'w1') throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
};

describe('nodeops diagnose', () => {
  it('finds nothing where all is well, says what it looked at, and sends nothing that writes', async () => {
    const { code, stdout, stderr, sent, transports } = await asked([]);
    expect({ code, stderr, sent }).toEqual({ code: 0, stderr: '', sent: [] });
    expect(transports.every(({ refuseWrites }) => refuseWrites)).toBe(true);
    expect(stdout).toMatch(
      /^paris\n( {2}(cp1|w1)\n {4}✓ nothing found; looked at: SSH, free disk space, [^\n]+\n){2}$/,
    );
  });

  it('says what a run waits for and since when, and why', async () => {
    const { code, stdout } = await asked(['last'], { facts: kubeletStopped }, { stored });
    expect(code).toBe(1);
    expect(stdout.split('\n').slice(0, 9)).toEqual([
      'paris',
      '  run 2026-11-21-a: upgrade, unfinished',
      '    at: w1: verify the node (since 2026-11-21 09:58:21 UTC, 1m 09s ago)',
      '    awaits: kubelet to run (since 2026-11-21 09:58:22 UTC, 1m 08s ago)',
      '',
      '  w1',
      '    ✗ the kubelet is stopped: somebody stopped it, or nothing started it',
      '        | kubelet.service is inactive (dead) since Sun 2026-11-22 18:37:41 UTC, its last end: success, exit code 0',
      '        → on w1: systemctl start kubelet',
    ]);
    // The node that it is at, and the control planes.
    expect(stdout).toMatch(/\n {2}cp1\n {4}✓ nothing found/);
  });

  it('looks at one node alone', async () => {
    const { code, stdout } = await asked(['cp1'], { facts: kubeletStopped });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^paris\n {2}cp1\n {4}✓ nothing found[^\n]+\n {6}conditions {2}Ready True/);
    expect(stdout).not.toContain('w1');
  });

  it('a node that cannot be reached, as the cluster sees it', async () => {
    const { code, stdout } = await asked(['w1'], { facts: of(), connect });
    expect(code).toBe(1);
    expect(stdout).toContain('✗ w1 cannot be reached over SSH\n        | cannot connect\n');
    expect(stdout).toContain('| Ready is True: KubeletReady: ready\n');
    expect(stdout).toContain('its kubelet still reports: look at sshd');
  });

  it('without an API server: what nodes say of themselves', async () => {
    const refused = recordedOutput('stuck-pods', 'refused-1.35.4');
    const away = ['node-conditions', 'node-leases', 'pod-health', 'cluster-events'];
    const facts = of((node, key) => (away.includes(key) ? refused : kubeletStopped(node, key)));
    const { code, stdout } = await asked([], { facts });
    expect(code).toBe(1);
    expect(stdout).toMatch(/\? no answer of the cluster: The connection to the server \S+ was refused/);
    expect(stdout).toContain('✗ the kubelet is stopped');
    expect(stdout).toContain('? not seen: pressure on disk, memory and processes,');
    const { code: unsure } = await asked([], { facts: of((_node, key) => (away.includes(key) ? refused : undefined)) });
    expect(unsure).toBe(3);
  });

  it('as JSON', async () => {
    const { stdout } = await asked(['last', '--output', 'json'], { facts: kubeletStopped }, { stored });
    expect(JSON.parse(stdout)).toMatchObject({
      cluster: 'paris',
      run: { run: '2026-11-21-a', state: 'unfinished', waitingFor: { what: 'kubelet to run', since: began + 2000 } },
      nodes: [
        { node: 'w1', causes: [{ rule: 'kubelet-stopped' }] },
        { node: 'cp1', causes: [] },
      ],
    });
  });

  it('a run about other clusters', async () => {
    const { code, stderr, transports } = await told(
      ['diagnose', '--inventory', 'prod.yaml', '--cluster', 'oslo', 'last'],
      { stored },
    );
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toBe('nodeops: the run 2026-11-21-a was about paris: none of them is chosen\n');
  });
});
