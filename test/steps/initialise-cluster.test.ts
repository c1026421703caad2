import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { initialiseCluster } from '../../src/steps/initialise-cluster.ts';
import { newHostSeen, ofControlPlane } from './new-host-values.ts';
import { api, bound, onControlPlane } from './values.ts';

const wish = {
  version: '1.36.3',
  podSubnet: '10.244.0.0/16',
  serviceSubnet: '10.96.0.0/12',
  workerNames: ['paris-w1'],
};
const step = bound(initialiseCluster, wish, onControlPlane());
const fresh = { host: newHostSeen({ marks: { paris: ['host', 'kernel'] } }), unit: undefined };
const done = newHostSeen({ marks: { paris: ['host', 'kernel', 'initialised'] }, remains: ofControlPlane });

const written = (given: Readonly<Record<string, unknown>>, host = fresh.host) => {
  const [put] = bound(initialiseCluster, { ...wish, ...given }, onControlPlane()).apply({ ...fresh, host }, api);
  const content = put !== undefined && 'content' in put ? put.content : '';
  return Object.fromEntries(
    [parseAllDocuments(content)].flat().map((each) => {
      const value: Readonly<Record<string, unknown>> = each.toJS();
      return [value['kind'], value];
    }),
  );
};

describe('initialise-cluster', () => {
  it('says where it is asked for, and which networks it has', () => {
    expect(step.check(fresh)).toEqual({
      kind: 'needed',
      changes: ['a control plane, asked for at 172.31.0.11:6443', 'pods in 10.244.0.0/16, Services in 10.96.0.0/12'],
    });
    const named = bound(initialiseCluster, { ...wish, endpoint: 'api.paris.example:6443' }, onControlPlane());
    expect(named.check(fresh)).toMatchObject({
      changes: ['a control plane, asked for at api.paris.example:6443', expect.anything()],
    });
  });

  it('writes what kubeadm needs, and no secret', () => {
    expect(written({ endpoint: 'api.paris.example:6443' })).toEqual({
      ClusterConfiguration: {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'ClusterConfiguration',
        clusterName: 'paris',
        kubernetesVersion: 'v1.36.3',
        controlPlaneEndpoint: 'api.paris.example:6443',
        networking: { podSubnet: '10.244.0.0/16', serviceSubnet: '10.96.0.0/12' },
      },
      KubeletConfiguration: {
        apiVersion: 'kubelet.config.k8s.io/v1beta1',
        kind: 'KubeletConfiguration',
        cgroupDriver: 'systemd',
      },
      InitConfiguration: {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'InitConfiguration',
        localAPIEndpoint: { advertiseAddress: '172.31.0.11' },
        nodeRegistration: { name: 'paris-cp1' },
      },
    });
  });

  it('lets the operator’s documents go before its own, key by key', () => {
    const kubeadmDocuments = [
      'kind: ClusterConfiguration\nnetworking: { dnsDomain: paris.local }\napiServer: { certSANs: [a] }',
      'kind: KubeletConfiguration\nfailCgroupV1: false\ncgroupDriver: cgroupfs',
      'kind: KubeProxyConfiguration\nmode: nftables',
    ].join('\n---\n');
    expect(written({ kubeadmDocuments })).toMatchObject({
      ClusterConfiguration: {
        clusterName: 'paris',
        networking: { podSubnet: '10.244.0.0/16', dnsDomain: 'paris.local' },
        apiServer: { certSANs: ['a'] },
      },
      KubeletConfiguration: { cgroupDriver: 'cgroupfs', failCgroupV1: false },
      KubeProxyConfiguration: { mode: 'nftables' },
    });
  });

  it.each([
    ['no workers', { workerNames: [] }, { taints: [] }],
    [
      'taints of its own beside kubeadm’s',
      { nodeTaints: [{ key: 'dedicated', value: 'infra', effect: 'NoSchedule' }] },
      {
        taints: [
          { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
          { key: 'dedicated', value: 'infra', effect: 'NoSchedule' },
        ],
      },
    ],
    [
      'an address that was chosen',
      { nodeAddress: '10.9.0.11' },
      { kubeletExtraArgs: [{ name: 'node-ip', value: '10.9.0.11' }] },
    ],
  ])('%s', (_what, given, nodeRegistration) =>
    expect(written(given)['InitConfiguration']).toMatchObject({ nodeRegistration }),
  );

  it('sets aside what an init of ours may have left half written, as long as etcd has not begun', () => {
    const [, exec] = step.apply(fresh, api);
    const script = exec?.do === 'exec' ? exec.command.argv.join(' ') : '';
    expect(script).toMatch(
      /\nif \[ -e begun \] && \[ ! -e \/etc\/kubernetes\/manifests\/etcd\.yaml \]; then\n.*\n {2}for each in \/etc\/kubernetes\/pki \/etc\/kubernetes\/admin\.conf .*; do .* mv "\$each" "\$aside\/"; done\nfi\n: > begun\nkubeadm init /,
    );
  });

  it('follows the driver of control groups that containerd has', () =>
    expect(written({}, newHostSeen({ driver: 'cgroupfs' }))['KubeletConfiguration']).toMatchObject({
      cgroupDriver: 'cgroupfs',
    }));

  it('is over once kubeadm says so, and nobody has reset the host since', () => {
    expect(step.check({ host: done, unit: runningKubelet })).toEqual(satisfied);
    expect(step.check({ host: { ...done, remains: [] }, unit: undefined })).toMatchObject({ kind: 'needed' });
    expect(step.check({ host: done, unit: { ...runningKubelet, active: false, subState: 'dead' } })).toMatchObject({
      kind: 'pending',
      waitingFor: 'the kubelet of paris-cp1 to run (dead)',
    });
  });
});
