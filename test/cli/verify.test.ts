import { describe, expect, it } from 'vitest';
import { checklistItems } from '../../src/cli/checklist.ts';
import { certificates } from '../../src/facts/certificates.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import { makeCluster, type Answer, type Script } from '../run/scripted.ts';
import { recordedOutput, told } from './fake-parts.ts';
import { at, nodeLine, nodesBut, now, well } from './well-cluster.ts';

const answers =
  (more: Readonly<Record<string, Answer>> = {}): NonNullable<Script['facts']> =>
  (_node, key) =>
    more[key] ?? well[key];

const asked = (more: Readonly<Record<string, Answer>> = {}, argv: readonly string[] = [], rest: Script = {}) =>
  told(['verify', '--inventory', 'prod.yaml', '--cluster', 'paris', ...argv], {
    script: { facts: answers(more), ...rest },
  });

/** The lines that do not say that all is well. */
const troubles = (stdout: string): readonly string[] =>
  stdout.split('\n').filter((line) => line.startsWith('  ') && !line.includes('✓'));

const connect = (node: string): void => {
  if (node === 'w1') throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
};

describe('nodeops verify', () => {
  it('a line for each item where all is well; nothing is sent that writes', async () => {
    const { code, stdout, stderr, sent, transports } = await asked();
    expect({ code, stderr, sent }).toEqual({ code: 0, stderr: '', sent: [] });
    expect(transports.every(({ refuseWrites }) => refuseWrites)).toBe(true);
    expect(stdout).toBe(`paris
  ✓ no run is left undone
  ✓ nodes are Ready
  ✓ nodes are on 1.36.3
  ✓ no node is left cordoned by nodeops
  ✓ etcd is well
  ✓ packages are held
  ✓ system pods have rolled out
  ✓ no certificate ends within 30 days
  ✓ no pod is stuck
  ✓ no namespace is Terminating
`);
  });

  const of = 'nodeops';
  const selection = '--inventory prod.yaml --cluster paris';
  it.each<[string, Readonly<Record<string, Answer>>, readonly string[]]>([
    [
      'a node that is not Ready, and one that is not there',
      {
        nodes: {
          stdout: `${JSON.stringify({ ...JSON.parse(nodeLine), name: 'cp1', kubeletVersion: 'v1.36.3', ready: ['Unknown', null] })}\n1\n`,
        },
      },
      [
        '  ✗ nodes are Ready: cp1: Ready is Unknown → kubectl describe node cp1',
        '  ✗ nodes are Ready: w1 is not in the cluster → kubectl get nodes',
      ],
    ],
    [
      'a node that is silent',
      { 'node-leases': { stdout: `["cp1","${at}"]\n["w1","2026-11-21T09:50:00Z"]\n2\n${now}\n` } },
      ['  ✗ nodes are Ready: w1 has been silent for 9m 30s → kubectl describe node w1'],
    ],
    [
      'another version',
      { nodes: nodesBut({ cp1: { kubeletVersion: 'v1.36.3' } }) },
      [`  ✗ nodes are on 1.36.3: w1 is on 1.35.4 → ${of} upgrade ${selection} --to 1.36.3 --dry-run`],
    ],
    [
      'a cordon of a run, and a mark that kubectl uncordon left',
      {
        nodes: nodesBut({
          cp1: { kubeletVersion: 'v1.36.3', unschedulable: false, cordonedBy: 'r0' },
          w1: { kubeletVersion: 'v1.36.3', unschedulable: true, cordonedBy: 'r1' },
        }),
      },
      [
        '  ✗ no node is left cordoned by nodeops: w1 was cordoned by the run r1 → nodeops resume r1; where that is over: kubectl uncordon w1',
      ],
    ],
    [
      'a node that is kept out',
      { 'kept-out-nodes': { stdout: '{"name":"w1","by":"r1"}\n1\n' } },
      [`  ✗ no node is left cordoned by nodeops: w1 is kept out by the run r1 → ${of} uncordon w1 ${selection}`],
    ],
    [
      'an alarm of etcd',
      Object.fromEntries(
        ['etcd-members', 'etcd-health', 'etcd-status', 'etcd-alarms', 'etcd-quota'].map((fact) => [
          fact,
          recordedOutput(fact, 'no-space'),
        ]),
      ),
      [
        ...['cp3', 'cp2', 'cp1'].map(
          (name) =>
            `  ✗ etcd is well: hetcd3-${name} is not healthy: Active Alarm(s): NOSPACE  → ${of} etcd status ${selection}`,
        ),
        `  ✗ etcd is well: hetcd3-cp1: NOSPACE → ${of} etcd alarms ${selection}`,
      ],
    ],
    [
      'a hold that is owed',
      { 'owed-holds': { stdout: 'kubelet\n' } },
      [
        '  ✗ packages are held: cp1: kubelet not held → on cp1: apt-mark hold kubelet',
        '  ✗ packages are held: w1: kubelet not held → on w1: apt-mark hold kubelet',
      ],
    ],
    [
      'a roll-out that goes on',
      { workloads: { stdout: '["kube-system","Deployment","coredns",["c",null],2,2,1,1,1,1,1]\n1\n' } },
      [
        '  ✗ system pods have rolled out: deployment/coredns: 1 of 2 updated, 1 ready → kubectl -n kube-system rollout status deployment/coredns',
      ],
    ],
    [
      'a namespace that stays',
      { 'ending-namespaces': recordedOutput('ending-namespaces', 'ending-1.35.4') },
      [
        '  ✗ no namespace is Terminating: stuck: Some resources are remaining: configmaps. has 1 resource instances; Some content in the namespace has finalizers remaining: lab.example/held in 1 resource instances → kubectl get namespace stuck -o yaml',
      ],
    ],
  ])('%s', async (_what, more, says) => {
    const { code, stdout } = await asked(more);
    expect(code).toBe(1);
    expect(troubles(stdout)).toEqual(says);
  });

  it('pods that are stuck, each with what to look at', async () => {
    const { code, stdout } = await asked({ 'stuck-pods': recordedOutput('stuck-pods', 'stuck-1.35.4') });
    expect(code).toBe(1);
    const lines = troubles(stdout).map((line) => line.replace(/for \S+( \S+)? →/, '→'));
    expect(lines).toEqual([
      '  ✗ no pod is stuck: default/crashing: CrashLoopBackOff, → kubectl -n default logs crashing --previous',
      '  ✗ no pod is stuck: default/held: Terminating, → kubectl -n default describe pod held',
      '  ✗ no pod is stuck: default/no-image: ImagePullBackOff, → kubectl -n default describe pod no-image',
      '  ✗ no pod is stuck: default/nowhere: Pending, → kubectl -n default describe pod nowhere',
    ]);
  });

  it.each([
    ['29 days before the first of them ends', 29, true],
    ['31 days before', 31, false],
    ['a day after', -1, true],
  ])('certificates: %s', (_what, days, misses) => {
    if (certificates.source.kind !== 'command') throw new Error('certificates are read by a command');
    const parsed = certificates.source.parse(recordedOutput('certificates', 'control-plane'));
    const value = 'value' in parsed ? parsed.value : { certificates: [], withoutKey: [] };
    const first = Math.min(...value.certificates.map(({ notAfter }) => notAfter));
    const ofNode = new Map([[certificates.key, { kind: 'value', value, at: 0, from: 'cp1' } as const]]);
    const [item] = checklistItems({
      cluster: makeCluster('cp1'),
      now: first - days * 86_400_000,
      seen: new Map(),
      ofNodes: new Map([['cp1', ofNode]]),
      etcd: { cluster: 'paris', members: [], alone: [] },
      selection,
    }).filter((each) => each.item === 'no certificate ends within 30 days');
    expect(item?.verdict).toBe(misses ? 'miss' : 'ok');
    const admin = item?.misses.find(({ because }) => because.includes('/admin.conf'));
    expect(admin?.next).toBe(misses ? `nodeops certs renew ${selection}` : undefined);
    expect(admin?.because.includes(' ended on ')).toBe(misses ? days < 0 : undefined);
  });

  it('what cannot be asked is no miss, and not well either', async () => {
    const refused = recordedOutput('stuck-pods', 'refused-1.35.4');
    const keys = ['nodes', 'workloads', 'control-plane-pods', 'stuck-pods', 'ending-namespaces', 'kubeadm-config'];
    const away = Object.fromEntries(keys.map((key) => [key, refused]));
    const { code, stdout } = await asked(away);
    expect(code).toBe(3);
    expect(stdout).toMatch(/\? nodes are Ready: The connection to the server \S+ was refused/);
    expect(stdout).toMatch(/\? no pod is stuck: The connection/);
    expect(stdout).not.toContain('✗');
  });

  it('a node that is not reached is told', async () => {
    const { code, stderr } = await asked({}, [], { connect });
    expect([code, stderr]).toEqual([3, 'paris/w1: cannot connect\n']);
  });
});
