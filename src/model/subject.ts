import type { KubeadmOptions, Role } from './cluster.ts';

/** What a step or a fact is about: one node of a cluster, or the cluster as a whole. */
export interface NodeSubject {
  readonly kind: 'node';
  readonly cluster: string;
  readonly node: string;
  readonly role: Role;
  readonly kubeadm: KubeadmOptions;
}
export interface ClusterSubject {
  readonly kind: 'cluster';
  readonly cluster: string;
}
export type Subject = NodeSubject | ClusterSubject;

/** `paris/w1` or `paris`: for messages and as a key. */
export const subjectName = (subject: Subject): string =>
  subject.kind === 'node' ? `${subject.cluster}/${subject.node}` : subject.cluster;
