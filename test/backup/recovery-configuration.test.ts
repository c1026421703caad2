import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readState } from '../../src/backup/gathered.ts';
import {
  addressesIn,
  hostOf,
  readSavedConfiguration,
  recoveryConfiguration,
  type SavedConfiguration,
} from '../../src/backup/recovery-configuration.ts';

const recorded = readFileSync(join(import.meta.dirname, 'recorded/cluster-state.json'), 'utf8');
const state = () => {
  const read = readState(recorded);
  if (read === undefined) throw new Error('the recorded state cannot be read');
  return read;
};
const saved = (): SavedConfiguration => {
  const read = readSavedConfiguration(state());
  if (read === undefined) throw new Error('the recorded configuration cannot be read');
  return read;
};
const plain = { ignorePreflightErrors: [] };
const first = { name: 'new-cp1', address: '10.0.0.11', schedulable: false, kubeadm: plain };
const documents = (text: string): Record<string, unknown>[] => parseAllDocuments(text).map((each) => each.toJS());

describe('readSavedConfiguration', () => {
  it('reads what a backup keeps of kubeadm', () =>
    expect(saved()).toMatchObject({ version: '1.35.4', endpoint: '172.31.4.11:6443', etcd: 'local' }));

  it('finds none where no API server answered', () =>
    expect(readSavedConfiguration({ ...state(), configuration: null })).toBeUndefined());

  it('does without kube-proxy', () => {
    const { configuration, ...rest } = state();
    const items = (configuration?.items ?? []).filter(
      (item) => !JSON.stringify(item).includes('KubeProxyConfiguration'),
    );
    expect(saved().components).toHaveLength(2);
    expect(readSavedConfiguration({ ...rest, configuration: { items } })?.components).toHaveLength(1);
  });
});

describe('recoveryConfiguration', () => {
  it('is the cluster’s own, with what is this host’s last', () => {
    const all = documents(recoveryConfiguration(saved(), first));
    expect(all.map(({ kind }) => kind)).toEqual([
      'ClusterConfiguration',
      'KubeletConfiguration',
      'KubeProxyConfiguration',
      'InitConfiguration',
    ]);
    expect(all[0]).toEqual(documents(saved().cluster)[0]);
    expect(all[3]).toEqual({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'InitConfiguration',
      localAPIEndpoint: { advertiseAddress: '10.0.0.11' },
      nodeRegistration: { name: 'new-cp1' },
    });
  });

  it('speaks the version of kubeadm’s API that the cluster has', () => {
    const older = { ...saved(), cluster: saved().cluster.replace('v1beta4', 'v1beta3') };
    expect(documents(recoveryConfiguration(older, first)).map(({ apiVersion }) => apiVersion)).toEqual([
      'kubeadm.k8s.io/v1beta3',
      'kubelet.config.k8s.io/v1beta1',
      'kubeproxy.config.k8s.io/v1alpha1',
      'kubeadm.k8s.io/v1beta3',
    ]);
  });

  it('takes another endpoint, and what the inventory says of kubeadm', () => {
    const kubeadm = { ignorePreflightErrors: ['Swap'], patches: '/etc/patches' };
    const all = documents(
      recoveryConfiguration(saved(), { ...first, endpoint: 'api.example:6443', schedulable: true, kubeadm }),
    );
    expect(all[0]).toMatchObject({ controlPlaneEndpoint: 'api.example:6443' });
    expect(all[3]).toMatchObject({
      nodeRegistration: { ignorePreflightErrors: ['Swap'], taints: [] },
      patches: { directory: '/etc/patches' },
    });
  });
});

const naming = (text: string) => ({ ...saved(), cluster: `${saved().cluster}${text}` });

describe('addressesIn', () => {
  it('does not mind endpoint and names in certificates', () => {
    const cluster = saved().cluster.replace('apiServer: {}', 'apiServer:\n  certSANs: [172.31.4.11]');
    expect(addressesIn({ ...saved(), cluster }, ['172.31.4.11'])).toEqual([]);
  });

  it('finds one that a component is told, and no other that only begins like it', () => {
    const told = naming('extra:\n- http://172.31.4.11:2381\n');
    expect(addressesIn(told, ['172.31.4.11', '172.31.4.1', '172.31.4.11'])).toEqual(['172.31.4.11']);
  });
});

it.each([
  ['10.0.0.5:6443', '10.0.0.5'],
  ['api.paris.example', 'api.paris.example'],
  ['[fd00::5]:6443', 'fd00::5'],
  ['[fd00::5]', 'fd00::5'],
])('%s is asked for at %s', (endpoint, host) => expect(hostOf(endpoint)).toBe(host));
