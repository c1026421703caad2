import type { Answer } from '../run/scripted.ts';
import { recordedOutput } from './fake-parts.ts';

const cp = 'three-control-planes-1.35.4';

/** One node of `kubectl get nodes`, as it was recorded. */
export const [nodeLine = ''] = recordedOutput('nodes', 'paris-1.35.4').stdout.split('\n');
export const nodesBut = (change: Readonly<Record<string, object>> = {}): Answer => {
  const rows = ['cp1', 'w1'].map((name) =>
    JSON.stringify({ ...JSON.parse(nodeLine), name, ready: ['True', null], ...change[name] }),
  );
  return { stdout: `${rows.join('\n')}\n2\n` };
};

const config = recordedOutput('kubeadm-config', 'paris-1.35.4');
export const at = '2026-11-21T09:59:30Z';
export const now = '1795255170000';

/** What a cluster that is well answers. */
export const well: Readonly<Record<string, Answer>> = {
  nodes: nodesBut({ cp1: { kubeletVersion: 'v1.36.3' }, w1: { kubeletVersion: 'v1.36.3' } }),
  'node-leases': { stdout: `["cp1","${at}"]\n["w1","${at}"]\n2\n${now}\n` },
  'kept-out-nodes': { stdout: '{"name":"cp1","by":null}\n1\n' },
  'kubeadm-config': { ...config, stdout: config.stdout.replace('v1.35.4', 'v1.36.3') },
  workloads: { stdout: '["kube-system","Deployment","coredns",["c",null],2,2,2,2,2,1,1]\n1\n' },
  'control-plane-pods': { stdout: '0\n' },
  'stuck-pods': { stdout: `0\n${now}\n` },
  'ending-namespaces': { stdout: '0\n' },
  packages: recordedOutput('packages', 'control-plane'),
  'owed-holds': { stdout: '' },
  certificates: { stdout: '' },
  'etcd-members': recordedOutput('etcd-members', cp),
  'etcd-health': recordedOutput('etcd-health', cp),
  'etcd-status': recordedOutput('etcd-status', cp),
  'etcd-alarms': recordedOutput('etcd-alarms', cp),
  'etcd-quota': recordedOutput('etcd-quota', cp),
};
