import { etcd } from './manifest-templates/etcd.ts';
import { apiServer } from './manifest-templates/kube-apiserver.ts';
import { controllerManager } from './manifest-templates/controllers.ts';
import { scheduler } from './manifest-templates/kube-scheduler.ts';

/**
 * kubeadm's static pod manifests as recorded on the lab (kubeadm 1.35.4, Debian 12); `ADDRESS`, `NAME`, `CLUSTER` and
 * `IMAGE` stand for what differs from one to the next.
 */
export const manifestTemplates = {
  etcd,
  'kube-apiserver': apiServer,
  'kube-controller-manager': controllerManager,
  'kube-scheduler': scheduler,
} as const;
