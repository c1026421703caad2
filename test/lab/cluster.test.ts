import { describe, expect, it } from 'vitest';
import { parseAllDocuments, parse } from 'yaml';
import { podSubnetAround } from '../../docker/addresses.ts';
import { parseNodeStates } from '../../docker/cluster/health.ts';
import { haproxyConfiguration } from '../../docker/cluster/load-balancer.ts';
import { cniConfiguration, routesFile } from '../../docker/cluster/routes.ts';
import { bindReadOnly, runArgv } from '../../docker/container.ts';
import { inventory } from '../../docker/inventory-file.ts';
import { initConfiguration } from '../../docker/kubeadm-config.ts';

const cp1 = { name: 'oslo-cp1', host: '172.31.2.11', role: 'control-plane' } as const;
const w1 = { name: 'oslo-w1', host: '172.31.2.101', role: 'worker' } as const;

describe('the configuration for kubeadm init', () => {
  const wish = {
    cluster: 'oslo',
    version: '1.35.4',
    endpoint: '172.31.2.2:6443',
    podSubnet: '10.130.0.0/16',
    cgroups: 1,
    certificateKey: 'c0ffee',
    schedulable: false,
  } as const;
  const documents = (changed: object = {}): Record<string, unknown>[] =>
    parseAllDocuments(initConfiguration({ ...wish, ...changed })).map((document) => document.toJS());

  it('has the four documents', () =>
    expect(documents().map(({ kind }) => kind)).toEqual([
      'InitConfiguration',
      'ClusterConfiguration',
      'KubeletConfiguration',
      'KubeProxyConfiguration',
    ]));

  it('names version, endpoint and pod subnet', () =>
    expect(documents()[1]).toMatchObject({
      kubernetesVersion: 'v1.35.4',
      controlPlaneEndpoint: '172.31.2.2:6443',
      networking: { podSubnet: '10.130.0.0/16' },
    }));

  it('lets control planes run pods only where there are no workers', () => {
    expect(documents()[0]).not.toHaveProperty('nodeRegistration.taints');
    expect(documents({ schedulable: true })[0]).toHaveProperty('nodeRegistration.taints', []);
  });

  it('allows control groups v1 from the kubelet on that knows the setting', () => {
    expect(documents()[2]).toMatchObject({ cgroupDriver: 'cgroupfs', failCgroupV1: false });
    expect(documents({ version: '1.30.9' })[2]).not.toHaveProperty('failCgroupV1');
    expect(documents({ cgroups: 2 })[2]).toMatchObject({ cgroupDriver: 'systemd' });
  });
});

describe('the pod network', () => {
  const routed = [
    { ...cp1, podCIDR: '10.130.0.0/24' },
    { ...w1, podCIDR: '10.130.7.0/24' },
  ] as const;

  it('has a route to every other node, and the node’s own pods', () =>
    expect(routesFile(routed[0], routed, '10.130.0.0/16')).toBe(
      'route 10.130.7.0/24 172.31.2.101\npods 10.130.0.0/24 10.130.0.0/16\n',
    ));

  it('gives addresses of the node’s podCIDR', () =>
    expect(JSON.parse(cniConfiguration('10.130.7.0/24'))).toMatchObject({
      plugins: [{ ipam: { ranges: [[{ subnet: '10.130.7.0/24' }]] } }, { type: 'portmap' }],
    }));
});

it('the pod subnet is that of the cluster that its hosts joined', () =>
  expect(podSubnetAround('10.130.7.0/24')).toBe('10.130.0.0/16'));

describe('the load balancer', () => {
  it('serves the control planes only', () =>
    expect(haproxyConfiguration('backend x\n', [cp1, w1])).toBe('backend x\n  server oslo-cp1 172.31.2.11:6443\n'));
});

describe('a container', () => {
  it('is labelled, has its address, and comes back', () => {
    const argv = runArgv({
      name: 'oslo-lb',
      owner: 'oslo',
      address: '172.31.2.2',
      mounts: [bindReadOnly('/a', '/b')],
      image: 'i',
      command: ['haproxy'],
    });
    expect(argv.join(' ')).toBe(
      'docker run -d --name oslo-lb --hostname oslo-lb --label dev.nodeops.lab=oslo --restart unless-stopped ' +
        '--network nodeops-lab --ip 172.31.2.2 --mount type=bind,src=/a,dst=/b,readonly i haproxy',
    );
  });
});

describe('the inventory', () => {
  it('is one that nodeops can use as it is', () =>
    expect(
      parse(
        inventory({
          cluster: 'oslo',
          nodes: [cp1, w1],
          ignored: ['SystemVerification'],
          identityFile: '/k',
          knownHostsFile: '/h',
        }),
      ),
    ).toEqual({
      apiVersion: 'nodeops/v1',
      kind: 'Inventory',
      defaults: { ssh: { user: 'ops', identityFile: '/k', knownHostsFile: '/h' }, become: 'sudo' },
      clusters: [
        {
          name: 'oslo',
          kubeadm: { ignorePreflightErrors: ['SystemVerification'] },
          drain: { timeout: '2m', deleteEmptyDirData: true },
          nodes: [cp1, w1],
        },
      ],
    }));
});

const item = (name: string, status: string, spec: object): object => ({
  metadata: { name },
  spec,
  status: { conditions: [{ type: 'Ready', status }], nodeInfo: { kubeletVersion: 'v1.35.4' } },
});

describe('what the API says of nodes', () => {
  it('is read: Ready, version, cordon', () => {
    const items = [item('a', 'True', {}), item('b', 'Unknown', { unschedulable: true })];
    expect(Object.fromEntries(parseNodeStates(JSON.stringify({ items })))).toEqual({
      a: { ready: true, version: 'v1.35.4', schedulable: true },
      b: { ready: false, version: 'v1.35.4', schedulable: false },
    });
  });
});
