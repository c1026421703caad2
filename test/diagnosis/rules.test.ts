import { describe, expect, it } from 'vitest';
import { judge, rules } from '../../src/diagnosis/diagnose.ts';
import { nodeState } from '../../src/diagnosis/node-state.ts';
import type { NodeSight } from '../../src/diagnosis/node-sight.ts';
import { complaintsIn, unitLog } from '../../src/facts/unit-log.ts';
import type { ServiceUnit } from '../../src/facts/service-units.ts';
import { recorded } from '../facts/recorded.ts';

const running: ServiceUnit = {
  active: 'active',
  sub: 'running',
  result: 'success',
  status: 0,
  atBoot: 'enabled',
  restarts: 0,
};

const now = Date.UTC(2026, 10, 23, 2, 0, 0);
const GiB = 1024 ** 3;
const sign = (name: string) => ({ name, manifest: true, running: true, complaints: [], last: [] });

/** A control plane that is well. */
const well: NodeSight = {
  node: 'cp1',
  role: 'control-plane',
  now,
  units: { kubelet: running, containerd: running },
  kubeletLog: [],
  containerdLog: [],
  refusedFlag: {},
  staticPods: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(sign),
  etcdServers: 'https://127.0.0.1:2379',
  packages: { installed: { kubelet: { version: '1.35.4-1.1', status: 'hi', held: true } }, audit: '' },
  aptLock: { held: false, holders: [] },
  disk: { paths: { '/': { availableBytes: 9 * GiB, sizeBytes: 20 * GiB, mount: '/' } } },
  inodes: [{ free: 15_000_000, all: 16_777_216, mount: '/' }],
  clock: { epochMs: now, aheadMs: 0, of: 'the control planes' },
  certificates: {
    certificates: [{ file: '/etc/kubernetes/pki/apiserver.crt', subject: '', notAfter: now + 1, authority: false }],
    withoutKey: [],
  },
  commands: [],
  apiServer: { ready: true, detail: 'ok' },
  conditions: {
    node: 'cp1',
    unschedulable: false,
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ready' }],
  },
  silentMs: 4000,
  pods: [],
  events: [],
};

const found = (change: Partial<NodeSight>): readonly string[] =>
  judge({ ...well, ...change }).causes.map(({ rule }) => rule);

const line = (text: string) => ({ at: '2026-11-23T01:59:00+0000', text, count: 1 });
const kubelet = (change: Partial<ServiceUnit>): NonNullable<NodeSight['units']> => ({
  containerd: running,
  kubelet: { ...running, ...change },
});
const ending = kubelet({ active: 'activating', sub: 'auto-restart', result: 'exit-code', status: 1, restarts: 12 });
const complaining = (well.staticPods ?? []).map((each) =>
  each.name === 'kube-apiserver' ? { ...each, complaints: [line('etcdserver: mvcc: database space exceeded')] } : each,
);
const silent = {
  node: 'cp1',
  unschedulable: false,
  conditions: [
    { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
  ],
};
const pod = {
  namespace: 'shop',
  name: 'web-1',
  uid: '1',
  phase: 'Pending',
  ready: false,
  deleting: false,
  mirror: false,
  labels: {},
};
const crashed = {
  ...pod,
  containers: [{ name: 'c', restarts: 4, waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } }],
};
const looping = new Map([['shop/web-1 c', ['.:53', '[FATAL] plugin/loop: Loop (127.0.0.1:53647 -> :53) detected']]]);

describe('the rules', () => {
  it('have names of their own, and give way to rules that are asked before them', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [index, { unless = [] }] of rules.entries())
      expect(unless.filter((other) => !ids.slice(0, index).includes(other))).toEqual([]);
  });

  it('find nothing on a node that is well, and say what they looked at', () => {
    const { causes, lookedAt, notLookedAt } = judge(well);
    expect({ causes, notLookedAt }).toEqual({ causes: [], notLookedAt: [] });
    expect(lookedAt).toEqual(expect.arrayContaining(['free disk space', 'certificates', 'whether the kubelet runs']));
  });

  it('find nothing where nothing was seen, and say that', () => {
    const { causes, lookedAt, notLookedAt } = judge({ node: 'w1', role: 'worker', now });
    expect({ causes, lookedAt }).toEqual({ causes: [], lookedAt: ['SSH'] });
    expect(notLookedAt).toContain('the container runtime');
  });

  it.each<[string, Partial<NodeSight>, readonly string[]]>([
    ['a node that is away', { unreachable: 'cannot connect', conditions: silent }, ['unreachable']],
    [
      'a kubelet that was stopped',
      { units: kubelet({ active: 'inactive', sub: 'dead' }), conditions: silent },
      ['kubelet-stopped'],
    ],
    [
      'a kubelet that was stopped after it had complained',
      {
        units: kubelet({ active: 'inactive', sub: 'dead' }),
        kubeletLog: [line('E1 failed to load kubelet config file')],
      },
      ['kubelet-stopped'],
    ],
    ['a flag', { units: ending, refusedFlag: { flag: '--x' }, conditions: silent }, ['kubelet-unknown-flag']],
    [
      'a configuration',
      {
        units: ending,
        kubeletLog: [
          line('E1 "command failed" err="failed to load kubelet config file, path: /var/lib/kubelet/config.yaml"'),
        ],
      },
      ['kubelet-configuration'],
    ],
    ['an end without known words', { units: ending, kubeletLog: [line('Error: boom')] }, ['kubelet-ends']],
    [
      'containerd, and the kubelet with it',
      {
        units: { kubelet: ending.kubelet ?? running, containerd: { ...running, active: 'inactive', sub: 'dead' } },
        conditions: silent,
      },
      ['containerd-stopped'],
    ],
    [
      'a full disk',
      { disk: { paths: { '/var': { availableBytes: 4096, sizeBytes: GiB, mount: '/' } } } },
      ['disk-full'],
    ],
    ['a file system without inodes', { inodes: [{ free: 0, all: 20, mount: '/var/cache/apt' }] }, ['inodes-full']],
    [
      'a kubelet that ends for want of inodes',
      { units: ending, kubeletLog: [line('Error: no space left')], inodes: [{ free: 3, all: 9, mount: '/' }] },
      ['inodes-full'],
    ],
    [
      'a clock that is wrong',
      { clock: { epochMs: now, aheadMs: -300_000, of: 'the control planes' } },
      ['clock-wrong'],
    ],
    ['a clock that is a little slow', { clock: { epochMs: now, aheadMs: -29_000, of: 'the control planes' } }, []],
    [
      'a process at apt',
      { aptLock: { held: true, holders: [{ pid: 7, command: 'apt-get update', file: '/f' }] } },
      ['apt-locked'],
    ],
    [
      'a package half installed',
      { packages: { installed: { kubelet: { version: '1', status: 'iU', held: false } }, audit: 'kubelet' } },
      ['dpkg-interrupted'],
    ],
    [
      'packages that are removed, and held',
      {
        packages: {
          installed: {
            kubelet: { version: '1', status: 'rc', held: false },
            kubeadm: { version: '1', status: 'hi', held: true },
          },
          audit: '',
        },
      },
      [],
    ],
    [
      'a certificate',
      {
        certificates: {
          certificates: [
            { file: '/etc/kubernetes/pki/apiserver.crt', subject: '', notAfter: now - 1, authority: false },
          ],
          withoutKey: [],
        },
      },
      ['certificate-ended'],
    ],
    [
      'a static pod without its manifest',
      {
        staticPods: [
          { ...sign('etcd'), manifest: false, running: false },
          { ...sign('kube-apiserver'), running: false },
        ],
      },
      ['static-pod-manifest'],
    ],
    [
      'etcd elsewhere',
      { etcdServers: 'https://10.0.0.9:2379', staticPods: [{ ...sign('etcd'), manifest: false, running: false }] },
      [],
    ],
    [
      'a worker, which has none of them',
      { role: 'worker', staticPods: [{ ...sign('etcd'), manifest: false, running: false }] },
      [],
    ],
    [
      'an API server that does not know a flag',
      {
        staticPods: [{ ...sign('kube-apiserver'), running: false, complaints: [line('Error: unknown flag: --bad')] }],
        apiServer: { ready: false, detail: 'refused' },
      },
      ['static-pod-flag'],
    ],
    [
      'one that ends for another reason',
      { staticPods: [{ ...sign('kube-scheduler'), running: false, last: ['bye'] }] },
      ['static-pod-ends'],
    ],
    [
      'a run’s cordon, and nothing else',
      { conditions: { ...well.conditions, node: 'cp1', conditions: [], unschedulable: true, cordonedBy: 'r1' } },
      ['cordoned'],
    ],
    [
      'an image',
      {
        pods: [
          {
            ...pod,
            containers: [
              {
                name: 'c',
                restarts: 0,
                waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "a:1"' },
              },
            ],
          },
        ],
      },
      ['image-pull'],
    ],
    [
      'a command that still runs and one that was killed',
      {
        commands: [
          { run: 'r1', unit: 'u-1', running: true, startedAt: 1 },
          { run: 'r1', unit: 'u-2', running: false },
        ],
      },
      ['command-in-flight', 'command-cut-off'],
    ],
    ['a kubelet that is not heard', { conditions: silent, silentMs: 90_000 }, ['kubelet-unheard']],
    ['an alarm of etcd', { etcdAlarms: [{ memberId: '255', alarm: 'NOSPACE' }] }, ['etcd-no-space']],
    ['a complaint of no room where etcd does not answer', { staticPods: complaining }, ['etcd-no-space']],
    ['the same from before the alarm was disarmed', { staticPods: complaining, etcdAlarms: [] }, []],
    ['what CoreDNS says of a loop', { pods: [crashed], lastWords: looping }, ['pod-crashes']],
  ])('%s', (_what, change, expected) => expect(found(change)).toEqual(expected));

  const ofContainerd = (change: Partial<ServiceUnit>): string | undefined => {
    const { output } = recorded('unit-log').find(({ name }) => name === 'containerd-configuration') ?? {};
    const source = unitLog('containerd').source;
    const log = output === undefined || source.kind !== 'command' ? undefined : source.parse(output);
    if (log === undefined || !('value' in log)) throw new Error('no recorded log of containerd');
    const units = { kubelet: running, containerd: { ...running, ...change } };
    const [cause] = judge({ ...well, units, containerdLog: log.value }).causes;
    return [cause?.cause, ...(cause?.evidence ?? [])].join('\n');
  };

  it.each<[string, Partial<ServiceUnit>]>([
    ['between two tries', { active: 'activating', sub: 'auto-restart', result: 'exit-code', restarts: 9 }],
    ['in the middle of a try, when systemd calls the last one a success', { active: 'activating', sub: 'start' }],
  ])('say in its own words what containerd does not take of its configuration, %s', (_when, change) => {
    const said = ofContainerd(change);
    expect(said).toMatch(/^containerd does not take its configuration\n/);
    expect(said).toContain('failed to load TOML');
    expect(said).not.toContain('Failed to start containerd.service');
  });

  it('call a containerd that somebody stopped stopped, whatever it complained about before', () =>
    expect(ofContainerd({ active: 'inactive', sub: 'dead' })).toMatch(/^containerd is stopped\n/));

  it('put what is minor last, and never say anything without evidence', () => {
    const { causes } = judge({
      ...well,
      aptLock: { held: true, holders: [{ pid: 7, command: 'apt-get', file: '/f' }] },
      units: kubelet({ active: 'inactive', sub: 'dead' }),
    });
    expect(causes.map(({ rule, minor }) => [rule, minor])).toEqual([
      ['kubelet-stopped', undefined],
      ['apt-locked', true],
    ]);
    for (const { evidence } of causes) expect(evidence.length).toBeGreaterThan(0);
  });
});

/** Last words as the lab's kubelets had them, 1.35.4 and 1.36.3, 2026-11-23. */
const lastWords = {
  withoutCertificate: [
    'E1123 09:28:41.584945    3571 bootstrap.go:242] "Unhandled Error" err="unable to read existing bootstrap client config from /etc/kubernetes/kubelet.conf: invalid configuration: [unable to read client-cert /var/lib/kubelet/pki/kubelet-client-current.pem for default-auth due to open /var/lib/kubelet/pki/kubelet-client-current.pem: no such file or directory"',
    'E1123 09:28:41.585021    3571 run.go:72] "command failed" err="failed to run Kubelet: unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet.conf: no such file or directory"',
    'kubelet.service: Main process exited, code=exited, status=1/FAILURE',
    "kubelet.service: Failed with result 'exit-code'.",
  ],
  withoutAuthority: [
    'E1123 09:20:55.803905    2349 run.go:72] "command failed" err="failed to construct kubelet dependencies: unable to load client CA file /etc/kubernetes/pki/no.crt: open /etc/kubernetes/pki/no.crt: no such file or directory"',
    'kubelet.service: Main process exited, code=exited, status=1/FAILURE',
  ],
  withoutAuthority136: [
    'E1123 09:40:07.579793   17656 run.go:72] "command failed" err="failed to run Kubelet: open /etc/kubernetes/pki/client-ca.crt: no such file or directory"',
  ],
  unaccepted: [
    'E1123 09:29:57.465901    3745 kubelet_node_status.go:106] "Unable to register node with API server" err="Unauthorized" node="ev2-w1"',
    'E1123 09:29:58.504315    3745 reflector.go:204] "Failed to watch" err="failed to list *v1.Service: Unauthorized" logger="UnhandledError"',
  ],
  unaccepting: [
    'E1123 09:33:31.973078    4592 kubelet_node_status.go:106] "Unable to register node with API server" err="Post \\"https://172.31.3.11:6443/api/v1/nodes\\": tls: failed to verify certificate: x509: certificate signed by unknown authority" node="ev2-w1"',
  ],
  misled: [
    'E1123 09:32:06.831403    4374 kubelet_node_status.go:106] "Unable to register node with API server" err="Post \\"https://172.31.9.99:6443/api/v1/nodes\\": dial tcp 172.31.9.99:6443: connect: no route to host" node="ev2-w1"',
    'E1123 09:32:08.677731    4374 eviction_manager.go:297] "Eviction manager: failed to get summary stats" err="failed to get node info: node \\"ev2-w1\\" not found"',
  ],
  withoutCri: [
    'E1123 09:27:28.891430    3023 kubelet.go:2525] "Skipping pod synchronization" err="container runtime is down"',
    'E1123 09:27:29.755259    3023 generic.go:254] "GenericPLEG: Unable to retrieve pods" err="rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService"',
  ],
};

const notReady = (message: string) => ({
  ...silent,
  conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message }],
});

describe('what a kubelet says that cannot do its work', () => {
  it.each<[string, Partial<NodeSight>, string, RegExp]>([
    [
      'its certificate is gone',
      { units: ending, kubeletLog: lastWords.withoutCertificate.map(line) },
      'kubelet-credentials',
      /unable to read client-cert[^]*bootstrap-kubelet\.conf/,
    ],
    [
      'the authority that it is to trust is not there',
      { units: ending, kubeletLog: lastWords.withoutAuthority.map(line) },
      'kubelet-authority',
      /^the kubelet’s authority cannot be read: \/etc\/kubernetes\/pki\/no\.crt\n/,
    ],
    [
      'the same, as 1.36 says it',
      { units: ending, kubeletLog: lastWords.withoutAuthority136.map(line) },
      'kubelet-authority',
      /^the kubelet’s authority cannot be read: \/etc\/kubernetes\/pki\/client-ca\.crt\n/,
    ],
    [
      'its certificate is another authority’s',
      { conditions: silent, silentMs: 68_000, kubeletLog: lastWords.unaccepted.map(line) },
      'kubelet-unheard',
      /^the API server does not accept the certificate of the kubelet\n/,
    ],
    [
      'it trusts another authority',
      { conditions: silent, silentMs: 77_000, kubeletLog: lastWords.unaccepting.map(line) },
      'kubelet-unheard',
      /^the kubelet does not accept the certificate of the API server\n/,
    ],
    [
      'it asks where nobody is',
      { conditions: silent, silentMs: 82_000, kubeletLog: lastWords.misled.map(line) },
      'kubelet-unheard',
      /^the kubelet runs, and does not reach the API server at 172\.31\.9\.99:6443\n/,
    ],
    [
      'etcd takes no writes',
      {
        conditions: silent,
        silentMs: 95_000,
        kubeletLog: [line('"Failed to update lease" err="etcdserver: mvcc: database space exceeded"')],
      },
      'kubelet-unheard',
      /^the kubelet runs, and etcd takes no writes/,
    ],
    [
      'its own certificate has ended, for which it ends',
      {
        units: ending,
        kubeletLog: [
          line('part of the existing bootstrap client certificate is expired: 2026-11-23 14:13:19 +0000 UTC'),
        ],
        certificates: {
          certificates: [
            {
              file: '/var/lib/kubelet/pki/kubelet-client-current.pem',
              subject: '',
              notAfter: now - 1,
              authority: false,
            },
          ],
          withoutKey: [],
        },
      },
      'certificate-ended',
      /kubelet-client-current\.pem ended on/,
    ],
    [
      'containerd has no part for it',
      { conditions: notReady('container runtime is down'), kubeletLog: lastWords.withoutCri.map(line) },
      'runtime-without-cri',
      /^containerd runs without its part for the kubelet/,
    ],
    ['containerd had none, and has it again', { kubeletLog: lastWords.withoutCri.map(line) }, '', /^$/],
  ])('%s', (_what, change, rule, said) => {
    const { causes } = judge({ ...well, ...change });
    expect(causes.map((cause) => cause.rule)).toEqual(rule === '' ? [] : [rule]);
    const [cause] = causes;
    expect(cause === undefined ? '' : [cause.cause, ...cause.evidence].join('\n')).toMatch(said);
  });
});

describe('what a pod says that crashes', () => {
  it('is evidence', () => {
    const [cause] = judge({
      ...well,
      pods: [crashed],
      lastWords: new Map([['shop/web-1 c', ['out of memory']]]),
    }).causes;
    expect(cause?.evidence).toEqual(['shop/web-1: CrashLoopBackOff: back-off 40s', 'shop/web-1: c: out of memory']);
    expect(cause?.minor).toBe(true);
  });

  it('names the loop of CoreDNS', () => {
    const [cause] = judge({ ...well, pods: [crashed], lastWords: looping }).causes;
    expect([cause?.cause, cause?.minor]).toEqual([
      'CoreDNS ends at once: what it forwards comes back to it',
      undefined,
    ]);
  });
});

describe('what a control plane says of which a part does not run', () => {
  const without = (name: string, complaints: readonly string[]) =>
    well.staticPods?.map((each) =>
      each.name === name ? { ...each, running: false, complaints: complaints.map(line) } : each,
    ) ?? [];

  it.each<[string, Partial<NodeSight>, string, string]>([
    [
      'its manifest is not YAML (kubelet 1.36.3)',
      {
        staticPods: without('kube-apiserver', ['E1123 10:00:12.1 1 controller.go:1] "Failed" err="bye"']),
        kubeletLog: [
          line(
            'E1123 10:01:33.776837   53355 file.go:186] "Could not process manifest file" err="/etc/kubernetes/manifests/kube-apiserver.yaml: couldn\'t parse as pod(yaml: line 12: did not find expected node content), please check config file" path="/etc/kubernetes/manifests/kube-apiserver.yaml"',
          ),
        ],
      },
      'static-pod-unreadable',
      'the kubelet cannot read the manifest of kube-apiserver: yaml: line 12: did not find expected node content',
    ],
    [
      'its certificate is not there (1.36.3)',
      {
        staticPods: without('kube-apiserver', [
          'E1123 09:59:41.386974       1 run.go:72] "command failed" err="open /etc/kubernetes/pki/apiserver.crt: no such file or directory"',
        ]),
      },
      'static-pod-file',
      'kube-apiserver ends: /etc/kubernetes/pki/apiserver.crt is not there',
    ],
  ])('%s', (_what, change, rule, cause) =>
    expect(judge({ ...well, ...change }).causes).toMatchObject([{ rule, cause }]),
  );

  const unreadable = (text: string, at: string) =>
    judge({
      ...well,
      staticPods: without('kube-scheduler', []),
      kubeletLog: [{ at, text, count: 1 }],
    }).causes.map(({ rule }) => rule);
  const parse = "/etc/kubernetes/manifests/kube-scheduler.yaml: couldn't parse as pod(x), please check config file";

  it('is no manifest that was half written when the kubelet looked, nor one that was mended since', () => {
    const told = `E1123 10:07:01.0 1 file.go:186] "Could not process manifest file" err="${parse}"`;
    expect(unreadable(told, '2026-11-23T01:59:50+0000')).toEqual(['static-pod-unreadable']);
    expect(unreadable(told, '2026-11-23T01:50:00+0000')).toEqual(['static-pod-ends']);
    const watched = `E1123 10:07:01.0 1 file.go:107] "Unable to process watch event" err="can't process config file: ${parse}"`;
    expect(unreadable(watched, '2026-11-23T01:59:50+0000')).toEqual(['static-pod-ends']);
  });

  it('is heard among whatever else a kubelet without an API server complains about', () => {
    const rare = "E1123 10:01:33.776837 1 file.go:186] Could not process manifest file: couldn't parse as pod(x)";
    // Numbers count as the same: letters do not.
    const others = 'ghijklmnop'.split('').map((letter) => `E1 failed to list ${letter}`);
    const kept = complaintsIn([rare, ...others].map((text) => ({ at: '', text })));
    expect(kept.map(({ text }) => text)).toEqual([rare, ...others.slice(-8)]);
  });
});

describe('how a node is, in short', () => {
  it('leaves out what was not seen, and what there is nothing of', () => {
    expect(nodeState(well).map(({ what }) => what)).toEqual([
      'conditions',
      'kubelet',
      'containerd',
      'static pods',
      'packages',
      'disk',
      'certificates',
    ]);
    expect(nodeState({ node: 'w1', role: 'worker', now })).toEqual([]);
  });
});
