/** An add-on that clusters have, and how its images are called. */
export interface KnownAddon {
  readonly name: string;
  readonly images: readonly string[];
}

/**
 * What an upgrade of Kubernetes is known to break when it is too old. Known only so that it is noticed; which version
 * goes with which is the inventory's to say. Images as their projects publish them.
 */
export const knownAddons: readonly KnownAddon[] = [
  { name: 'flannel', images: ['*/flannel-io/flannel', '*/flannel/flannel', '*/coreos/flannel'] },
  { name: 'calico', images: ['*/calico/node', '*/calico/kube-controllers', '*/tigera/operator'] },
  { name: 'cilium', images: ['*/cilium/cilium', '*/cilium/operator*'] },
  { name: 'weave-net', images: ['*/weaveworks/weave-kube', '*/rajchaudhuri/weave-kube'] },
  { name: 'kindnet', images: ['*/kindnetd', '*/kindnet'] },
  { name: 'antrea', images: ['*/antrea/antrea-agent*', '*/antrea/antrea-controller*', '*/antrea/antrea-ubuntu'] },
  { name: 'kube-router', images: ['*/cloudnativelabs/kube-router'] },
  { name: 'kube-ovn', images: ['*/kubeovn/kube-ovn'] },
  { name: 'ingress-nginx', images: ['*/ingress-nginx/controller*'] },
  { name: 'nginx-ingress', images: ['*/nginx/nginx-ingress'] },
  { name: 'traefik', images: ['docker.io/library/traefik', '*/traefik/traefik'] },
  { name: 'haproxy-ingress', images: ['*/haproxytech/kubernetes-ingress', '*/haproxy-ingress'] },
  { name: 'contour', images: ['*/projectcontour/contour'] },
  { name: 'kong', images: ['*/kong/kubernetes-ingress-controller'] },
  { name: 'metrics-server', images: ['*/metrics-server', '*/metrics-server-amd64'] },
];

/** What stands beside a storage driver, whoever wrote that. Source: kubernetes-csi.github.io, "Sidecar Containers". */
export const storageSidecars: readonly string[] = [
  '*/csi-node-driver-registrar',
  '*/csi-provisioner',
  '*/csi-attacher',
  '*/csi-resizer',
  '*/csi-snapshotter',
  '*/csi-external-health-monitor-controller',
  '*/livenessprobe',
];
