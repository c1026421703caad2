import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../../src/simulator/world/host.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import { hostOf, pass, run, start, smallWorld } from './run-tool.ts';

const recorded = (name: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, 'recorded', `kubeadm-init-${name}-1.35.4.txt`), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('[') || line.startsWith('\t['));

/** But for names, addresses and times. */
const lines = (text: string, host: Host): readonly string[] =>
  text
    .replaceAll(host.name, 'NAME')
    .replaceAll(host.address, 'ADDRESS')
    .split('\n')
    .filter((line) => line.startsWith('[') || line.startsWith('\t['));

const timeless = (line: string): string => line.replace(/after \S+$/, 'after TIME');

const configuration = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
clusterName: paris
kubernetesVersion: v1.35.4
networking: { podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/12 }
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens: [{ token: abcdef.0123456789abcdef, ttl: 1m0s }]
`;

const bareHost = (): Host => {
  const world = smallWorld({ workers: 0, bare: () => ({ has: 'packages' }) });
  const host = hostOf(world, 'paris-cp1');
  host.files.write('/root/init.yaml', configuration, byCluster);
  return host;
};

const traces = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map(
    (name) => `FileAvailable--etc-kubernetes-manifests-${name}.yaml`,
  ),
  ...[6443, 2379, 2380, 10_250, 10_257, 10_259].map((port) => `Port-${port}`),
  'DirAvailable--var-lib-etcd',
];
const argv = (...ignored: readonly string[]) => [
  'kubeadm',
  'init',
  '--config=/root/init.yaml',
  '--skip-token-print',
  `--ignore-preflight-errors=${['SystemVerification', ...ignored].join(',')}`,
];

/** Killed as soon as it says that. */
const killed = (host: Host, says: string): void => {
  const program = start(host, argv(...traces), {
    onOut: (text) => {
      if (text.includes(says)) host.kernel.after(0, () => program.signal('KILL'));
    },
  });
  while (program.ended === undefined) host.kernel.step();
};

const errors = (all: readonly string[]): readonly string[] => all.filter((line) => line.includes('ERROR'));

describe('kubeadm init', () => {
  it('makes a cluster that answers', () => {
    const host = bareHost();
    expect(run(host, argv()).code).toBe(0);
    expect(host.world.apiServer(host.name).serving).toBe(true);
    expect(host.world.etcd.members).toHaveLength(1);
    pass(host.world, 61_000);
    expect(host.world.objects.get('Secret', 'kube-system', 'bootstrap-token-abcdef')).toBeUndefined();
  });

  it('says over one that was killed what the lab’s did, and comes to its end', () => {
    const host = bareHost();
    killed(host, '[bootstrap-token] Configured RBAC');
    const { stdout, code } = run(host, argv(...traces));
    expect(code).toBe(0);
    const said = lines(stdout, host).map(timeless);
    const missing = recorded('over-a-cut')
      .map(timeless)
      .filter((line) => !said.includes(line));
    expect(missing).toEqual(['[preflight] The system verification failed. Printing the output from the verification:']);
  });

  it('refuses what was left where nothing is to be passed over, in the order of the lab’s', () => {
    const host = bareHost();
    killed(host, '[control-plane-check] Checking kube-scheduler');
    pass(host.world, 3000);
    const { stderr, code } = run(host, argv());
    expect(code).toBe(1);
    expect(errors(lines(stderr, host))).toEqual(errors(recorded('not-ignored')));
  });

  it('refuses a key without its certificate each time, as a full disk leaves it', () => {
    const host = bareHost();
    host.files.makeDirectory('/etc/kubernetes/pki', byCluster, { parents: true });
    host.files.write('/etc/kubernetes/pki/apiserver.key', '', byCluster);
    const { stderr, code } = run(host, argv());
    expect(code).toBe(1);
    expect(stderr).toContain('failure loading apiserver certificate');
  });
});
