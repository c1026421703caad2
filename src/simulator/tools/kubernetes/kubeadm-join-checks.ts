import { bootstrapKubeletConf, kubeletConf } from '../../cluster/kubelet.ts';
import { componentNames, manifestPath } from '../../cluster/manifests.ts';
import type { Component } from '../../world/host.ts';
import type { Complaint } from './kubeadm-health.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

const fileThere = ({ host: { files } }: KubeadmRun, path: string): readonly Complaint[] =>
  files.stat(path) === undefined
    ? []
    : [{ id: `FileAvailable-${path.replaceAll('/', '-')}`, text: `${path} already exists` }];

const taken = (port: number): Complaint => ({ id: `Port-${port}`, text: `Port ${port} is in use` });

const portTaken = ({ host }: KubeadmRun, name: Component['name'], port: number): readonly Complaint[] =>
  (host.components.get(name)?.state ?? 'stopped') === 'stopped' ? [] : [taken(port)];

/** What is passed over is told, what is not ends it. Recorded, 1.35.4. @throws KubeadmError then. */
const judge = (run: KubeadmRun, complaints: readonly Complaint[]): void => {
  const ignored = new Set((run.parsed.flags.get('ignore-preflight-errors') ?? '').toLowerCase().split(','));
  const isIgnored = ({ id }: Complaint): boolean => ignored.has('all') || ignored.has(id.toLowerCase());
  for (const { id, text } of complaints.filter(isIgnored)) run.call.err(`\t[WARNING ${id}]: ${text}\n`);
  const fatal = complaints.filter((complaint) => !isIgnored(complaint));
  if (fatal.length === 0) return;
  run.call.err(
    `[preflight] Some fatal errors occurred:\n${fatal.map(({ id, text }) => `\t[ERROR ${id}]: ${text}\n`).join('')}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`\n`,
  );
  throw new KubeadmError('error execution phase preflight: preflight checks failed');
};

/** Files and ports that must not be there on any host that joins. Source: kubeadm, preflight/checks.go, `RunJoinNodeChecks`. */
export const checkHost = (run: KubeadmRun, isControlPlane: boolean): void => {
  run.say('[preflight] Running pre-flight checks');
  judge(run, [
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
  judge(run, [
    ...portTaken(run, 'kube-apiserver', 6443),
    ...portTaken(run, 'kube-scheduler', 10_259),
    ...portTaken(run, 'kube-controller-manager', 10_257),
    ...[...others, etcd].flatMap((name) => fileThere(run, manifestPath(name))),
    ...portTaken(run, 'etcd', 2379),
    ...portTaken(run, 'etcd', 2380),
    ...(isEmpty ? [] : [{ id: 'DirAvailable--var-lib-etcd', text: '/var/lib/etcd is not empty' }]),
  ]);
};
