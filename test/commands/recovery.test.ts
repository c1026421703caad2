import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { finishControlPlane, placeAuthorities, writeControlPlane } from '../../src/commands/recovery.ts';
import { claimHost, lookAtHost } from '../../src/commands/recovery-host.ts';
import { forgetJoins, joinHost, makeJoin } from '../../src/commands/kubeadm-join.ts';
import { recoveryHost } from '../../src/facts/recovery-host.ts';
import type { Command } from '../../src/model/command.ts';
import type { Ended } from './sandbox.ts';
import { Sandbox } from './sandbox.ts';

const restore = '1-2026-11-21-235810-875f';
const folder = `nodeops-etcd/${restore}`;
const token = 'abcdef.0123456789abcdef';
const ok = { code: 0, stderr: '' };
const kubeadm = { ignorePreflightErrors: ['Swap'] };

/** What kubeadm prints and writes, as far as the scripts lean on it. */
const kubeadmProgram = (root: string) => `case "$*" in
'token generate') echo ${token} ;;
'config print join-defaults') echo 'apiVersion: kubeadm.k8s.io/v1beta4' ;;
'token create'*) echo 'kubeadm join 10.0.0.11:6443 --token ${token} --discovery-token-ca-cert-hash sha256:c0ffee ' ;;
*'control-plane all'*) for each in apiserver controller-manager scheduler; do echo "$each" > '${root}/manifests/'kube-$each.yaml; done ;;
*'etcd local'*) echo etcd > '${root}/manifests/etcd.yaml' ;;
esac`;

/** A host below a directory: its root, what a restore keeps, and the programs that it has. */
const host = (): Sandbox & { here: (command: Command) => Promise<Ended> } => {
  const sandbox = new Sandbox();
  for (const each of [folder, 'manifests', 'root/etc/kubernetes']) mkdirSync(sandbox.path(each), { recursive: true });
  sandbox.program('kubeadm', kubeadmProgram(sandbox.directory));
  sandbox.program('kubectl');
  sandbox.program('systemctl', 'case "$*" in is-active*) exit 3 ;; esac');
  sandbox.program('sync');
  sandbox.program('sleep');
  const root = sandbox.path('root');
  const here = (command: Command) =>
    sandbox.run({
      ...command,
      argv: command.argv.map((word) =>
        word
          .replaceAll(/(?<!nodeops)\/etc\/kubernetes\/(?!manifests)/g, `${root}/etc/kubernetes/`)
          .replaceAll('/etc/containerd/', `${root}/etc/containerd/`)
          .replaceAll('--directory=/', `--directory=${root}`),
      ),
    });
  return Object.assign(sandbox, { here });
};

/** A control plane's part of a backup, as tar(1) makes it. */
const archive = (sandbox: Sandbox, names: readonly string[]): void => {
  for (const name of names) {
    mkdirSync(sandbox.path('old', name, '..'), { recursive: true });
    sandbox.write(`old/${name}`, `old ${name}`);
  }
  execFileSync('tar', ['-cf', sandbox.path(folder, 'node.tar'), '-C', sandbox.path('old'), 'etc', 'var']);
};
const authorities = [
  'ca.crt',
  'ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'sa.key',
  'sa.pub',
  'etcd/ca.crt',
  'etcd/ca.key',
];
const pki = (name: string): string => `etc/kubernetes/pki/${name}`;

describe('placeAuthorities', () => {
  const ofTheHost = [
    pki('apiserver.crt'),
    pki('apiserver-etcd-client.key'),
    pki('front-proxy-client.crt'),
    pki('etcd/server.crt'),
    'etc/kubernetes/admin.conf',
    'etc/kubernetes/manifests/etcd.yaml',
    'etc/containerd/config.toml',
    'var/lib/kubelet/config.yaml',
  ];

  it('brings the authorities and what static pods are told of, and nothing of the old host', async () => {
    const sandbox = host();
    archive(sandbox, [
      ...authorities.map(pki),
      'etc/kubernetes/policies/audit.yaml',
      'etc/encryption.yaml',
      ...ofTheHost,
    ]);
    sandbox.write('root/etc/encryption.yaml', 'was there');
    expect(await sandbox.here(placeAuthorities(restore))).toMatchObject(ok);
    for (const name of authorities) expect(sandbox.read(`root/${pki(name)}`)).toBe(`old ${pki(name)}`);
    expect(sandbox.read('root/etc/kubernetes/policies/audit.yaml')).toBe('old etc/kubernetes/policies/audit.yaml');
    expect(sandbox.read('root/etc/encryption.yaml'), 'nothing is overwritten').toBe('was there');
    expect(ofTheHost.filter((name) => sandbox.has(`root/${name}`))).toEqual([]);
    expect(readdirSync(sandbox.path(folder)), 'the keys do not stay beside').toEqual(['authorities']);
  });

  it('says which authority the backup does not have, and leaves no keys beside either', async () => {
    const sandbox = host();
    archive(sandbox, [...authorities.filter((name) => name !== 'ca.key').map(pki), 'var/x']);
    expect(await sandbox.here(placeAuthorities(restore))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/etc/kubernetes/pki/ca.key: an authority that is kept elsewhere'),
    });
    expect(readdirSync(sandbox.path(folder))).toEqual([]);
  });
});

describe('writeControlPlane', () => {
  it('keeps all manifests away, so that nothing starts over an etcd without data', async () => {
    const sandbox = host();
    expect(await sandbox.here(writeControlPlane(restore))).toMatchObject(ok);
    expect(readdirSync(sandbox.path('manifests'))).toEqual([]);
    expect(sandbox.calls.filter((call) => call.startsWith('kubeadm')).map((call) => call.split(' --')[0])).toEqual([
      'kubeadm init phase preflight',
      'kubeadm init phase certs all',
      'kubeadm init phase kubeconfig all',
      'kubeadm init phase control-plane all',
      'kubeadm init phase etcd local',
    ]);
  });

  it('writes nothing where kubeadm’s own checks refuse the host', async () => {
    const sandbox = host();
    sandbox.program('kubeadm', 'echo "[ERROR NumCPU]" >&2; exit 1');
    expect(await sandbox.here(writeControlPlane(restore))).toMatchObject({ code: 1, stderr: '[ERROR NumCPU]\n' });
    expect(sandbox.calls).toHaveLength(1);
  });
});

describe('finishControlPlane', () => {
  it.each([
    ['leaves kube-proxy alone in a cluster that has none', 'kind: ClusterConfiguration\n', []],
    [
      'writes the new address into kube-proxy’s configuration',
      'kind: KubeProxyConfiguration\n',
      ['kubeadm init phase addon kube-proxy'],
    ],
  ])('%s, and disables no addon', async (_what, configuration, more) => {
    const sandbox = host();
    sandbox.write(`${folder}/kubeadm.yaml`, configuration);
    sandbox.program('kubeadm', `case "$*" in 'token generate') echo ${token} ;; *bootstrap*) cat finish.yaml ;; esac`);
    const { stdout, ...ended } = await sandbox.here(finishControlPlane(restore));
    expect(ended).toMatchObject(ok);
    expect(stdout).toBe(`${configuration}bootstrapTokens:\n- token: ${token}\n  ttl: 1m0s\n`);
    expect(sandbox.calls.map((call) => call.split(' --')[0])).toEqual([
      'kubeadm token generate',
      'kubeadm init phase upload-config all',
      'kubeadm init phase mark-control-plane',
      'kubeadm init phase bootstrap-token',
      'kubeadm init phase kubelet-finalize all',
      ...more,
    ]);
    expect(sandbox.calls.join('\n')).not.toContain('skip-phases');
    expect(sandbox.calls.join('\n')).not.toContain(token);
    expect(readdirSync(sandbox.path(folder)).toSorted(), 'no token stays').toEqual(['initialised', 'kubeadm.yaml']);
  });
});

const withConfiguration = () => {
  const sandbox = host();
  sandbox.write(`${folder}/kubeadm.yaml`, 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n');
  return sandbox;
};

describe('a host that joins', () => {
  const directory = `/var/lib/nodeops-etcd/${restore}`;
  const worker = { directory, node: 'w1', role: 'worker', kubeadm, authorities: 'there' } as const;

  it('gets its token in a file that is root’s only, in the form of the cluster’s kubeadm', async () => {
    const sandbox = withConfiguration();
    expect(await sandbox.here(makeJoin({ ...worker, role: 'control-plane' }))).toMatchObject({ ...ok, stdout: '' });
    expect(sandbox.read(`${folder}/join-w1.yaml`)).toBe(`apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    apiServerEndpoint: 10.0.0.11:6443
    token: ${token}
    caCertHashes: ["sha256:c0ffee"]
nodeRegistration:
  name: "w1"
controlPlane: {}
`);
    expect(execFileSync('stat', ['-c', '%a', sandbox.path(folder, 'join-w1.yaml')], { encoding: 'utf8' })).toBe(
      '600\n',
    );
    expect(sandbox.calls.join('\n')).not.toContain(token);
  });

  it('waits until nobody takes the machine of before for Ready any more', async () => {
    const sandbox = withConfiguration();
    sandbox.program('kubectl', `[ -e '${sandbox.path('asked')}' ] || { : > '${sandbox.path('asked')}'; printf True; }`);
    expect(await sandbox.here(makeJoin(worker))).toMatchObject(ok);
    expect(sandbox.calls.map((call) => call.split(' ')[0])).toEqual([
      'kubectl',
      'sleep',
      'kubectl',
      'kubeadm',
      'kubeadm',
    ]);
  });

  it('is not joined under the name of a machine that lives', async () => {
    const sandbox = withConfiguration();
    sandbox.program('kubectl', 'printf True');
    expect(await sandbox.here(makeJoin(worker))).toMatchObject({
      code: 1,
      stderr: 'the node object w1 still says Ready: does another machine of that name run?\n',
    });
    expect(sandbox.has(`${folder}/join-w1.yaml`)).toBe(false);
  });

  it('makes no second token beside one whose join came to no end', async () => {
    const sandbox = withConfiguration();
    await sandbox.here(makeJoin(worker));
    expect(await sandbox.here(makeJoin(worker))).toMatchObject(ok);
    const calls = sandbox.calls.filter((call) => /delete secret|token create/.test(call));
    expect(calls.map((call) => /delete secret|token create/.exec(call)?.[0])).toEqual([
      'token create',
      'delete secret',
      'token create',
    ]);
  });

  it('takes the token away that it cannot write down', async () => {
    const sandbox = withConfiguration();
    sandbox.program('cat', 'echo "cat: write error: No space left on device" >&2; exit 1');
    expect(await sandbox.here(makeJoin(worker))).toMatchObject({ code: 1 });
    expect(sandbox.calls.at(-1)).toContain('delete secret bootstrap-token-abcdef --ignore-not-found');
    expect(sandbox.has(`${folder}/join-w1.yaml`)).toBe(false);
  });

  it('joins once, and keeps no token', async () => {
    const sandbox = host();
    sandbox.write(`${folder}/join.yaml`, token);
    expect(await sandbox.here(joinHost(worker))).toMatchObject(ok);
    expect(await sandbox.here(joinHost(worker))).toMatchObject(ok);
    expect(sandbox.calls.filter((call) => call.startsWith('kubeadm'))).toEqual([
      expect.stringMatching(/^kubeadm join --config=join\.yaml --ignore-preflight-errors=.*,Swap$/),
    ]);
    expect(readdirSync(sandbox.path(folder))).toEqual(['joined']);
  });

  it('has joined where a worker’s kubelet has its certificate and runs', async () => {
    const sandbox = host();
    sandbox.program('systemctl');
    sandbox.write('root/etc/kubernetes/kubelet.conf', '');
    expect(await sandbox.here(joinHost(worker))).toMatchObject(ok);
    expect(sandbox.calls.filter((call) => call.startsWith('kubeadm'))).toEqual([]);
    expect(sandbox.has(`${folder}/joined`)).toBe(true);
  });

  it('leaves tokens behind that are deleted, whoever made them', async () => {
    const sandbox = withConfiguration();
    await sandbox.here(makeJoin(worker));
    await sandbox.here(makeJoin({ ...worker, node: 'w2' }));
    expect(await sandbox.here(forgetJoins(directory))).toMatchObject(ok);
    expect(sandbox.calls.filter((call) => call.includes('delete'))).toEqual([
      expect.stringContaining('delete secret bootstrap-token-abcdef'),
      expect.stringContaining('delete secret bootstrap-token-abcdef'),
    ]);
    expect(readdirSync(sandbox.path(folder))).toEqual(['kubeadm.yaml']);
  });
});

const seen = async (sandbox: ReturnType<typeof host>) => {
  const { stdout, stderr, code } = await sandbox.here(lookAtHost);
  if (recoveryHost.source.kind !== 'command') throw new Error('it is asked by a command');
  return recoveryHost.source.parse({ stdout, stderr, code: code ?? -1 });
};

describe('lookAtHost', () => {
  it('tells what is there, and what was done', async () => {
    const sandbox = host();
    sandbox.program('ip', `echo '198.51.100.1 via 10.0.0.1 dev eth0 src 10.0.0.11 uid 0'`);
    expect(await sandbox.here(claimHost(`/var/lib/nodeops-etcd/${restore}`))).toMatchObject(ok);
    sandbox.write(`${folder}/join-w1.yaml`, '');
    sandbox.write('manifests/kube-vip.yaml', '');
    expect(await seen(sandbox)).toMatchObject({
      value: {
        marks: { [restore]: ['host'] },
        joins: [`${restore}/join-w1.yaml`],
        remains: expect.arrayContaining([sandbox.path('manifests/kube-vip.yaml')]),
        address: '10.0.0.11',
      },
    });
    expect(existsSync(sandbox.path(folder, 'host'))).toBe(true);
  });

  it('knows no address where there is no route', async () => {
    const sandbox = host();
    sandbox.program('ip', 'exit 2');
    expect(await seen(sandbox)).toMatchObject({ value: { marks: {}, joins: [] } });
    expect(await seen(sandbox)).not.toHaveProperty('value.address');
  });

  it.each([
    ['of containerd 1', `      bin_dir = "PLUGINS"\n`],
    ['of containerd 2', `      bin_dirs = ['PLUGINS']\n`],
  ])('looks for CNI plugins where the configuration %s says', async (_what, line) => {
    const sandbox = host();
    for (const each of ['plugins', 'root/etc/containerd']) mkdirSync(sandbox.path(each), { recursive: true });
    sandbox.write('root/etc/containerd/config.toml', `[cni]\n${line.replace('PLUGINS', sandbox.path('plugins'))}`);
    const plugins = { directory: sandbox.path('plugins'), there: false };
    expect(await seen(sandbox)).toMatchObject({ value: { plugins } });
    chmodSync(sandbox.write('plugins/loopback', ''), 0o755);
    expect(await seen(sandbox)).toMatchObject({ value: { plugins: { ...plugins, there: true } } });
  });
});
