import { bootstrapKubeletConf, kubeletConf } from '../../cluster/kubelet.ts';
import { componentNames, manifestPath } from '../../cluster/manifests.ts';
import type { Component } from '../../world/host.ts';
import { refuseHost, type Complaint } from './kubeadm-complaints.ts';
import type { KubeadmRun } from './kubeadm-run.ts';

const fileThere = ({ host: { files } }: KubeadmRun, path: string): readonly Complaint[] =>
  files.stat(path) === undefined
    ? []
    : [{ id: `FileAvailable-${path.replaceAll('/', '-')}`, text: `${path} already exists` }];

const taken = (port: number): Complaint => ({ id: `Port-${port}`, text: `Port ${port} is in use` });

const portTaken = ({ host }: KubeadmRun, name: Component['name'], port: number): readonly Complaint[] =>
  (host.components.get(name)?.state ?? 'stopped') === 'stopped' ? [] : [taken(port)];

/** Files and ports that must not be there on any host that joins. Source: kubeadm, preflight/checks.go, `RunJoinNodeChecks`. */
export const checkHost = (run: KubeadmRun, isControlPlane: boolean): void => {
  run.say('[preflight] Running pre-flight checks');
  refuseHost(run, [
    ...fileThere(run, kubeletConf),
    ...fileThere(run, bootstrapKubeletConf),
    ...(isControlPlane ? [] : fileThere(run, '/etc/kubernetes/pki/ca.crt')),
    ...(run.host.kubelet.running === undefined ? [] : [taken(10_250)]),
  ]);
};

/** Beside them those of a control plane, in kubeadm's order. Recorded, 1.35.4. */
export const checkControlPlane = (run: KubeadmRun): void => {
  run.say('[preflight] Running pre-flight checks before initializing the new control plane instance');
  const { files } = run.host;
  const isEmpty = files.stat('/var/lib/etcd') === undefined || files.list('/var/lib/etcd').length === 0;
  const [etcd, ...others] = componentNames;
  refuseHost(run, [
    ...portTaken(run, 'kube-apiserver', 6443),
    ...portTaken(run, 'kube-scheduler', 10_259),
    ...portTaken(run, 'kube-controller-manager', 10_257),
    ...[...others, etcd].flatMap((name) => fileThere(run, manifestPath(name))),
    ...portTaken(run, 'etcd', 2379),
    ...portTaken(run, 'etcd', 2380),
    ...(isEmpty ? [] : [{ id: 'DirAvailable--var-lib-etcd', text: '/var/lib/etcd is not empty' }]),
  ]);
};
