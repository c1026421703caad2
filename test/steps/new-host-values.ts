import type { NewHost } from '../../src/facts/new-host.ts';

/** A host as its owner got it: containerd, and nothing of Kubernetes. */
export const newHostSeen = (change: Partial<NewHost> = {}): NewHost => ({
  marks: {},
  joins: [],
  remains: [],
  address: '172.31.0.11',
  plugins: { directory: '/opt/cni/bin', there: false },
  runtime: true,
  addresses: ['172.31.0.11'],
  ports: [22],
  routes: ['172.31.0.0/16'],
  cpus: 4,
  memoryKiB: 8_000_000,
  swap: [],
  fstabSwap: [],
  modules: ['overlay', 'br_netfilter'],
  forwards: false,
  driver: 'systemd',
  criOff: false,
  ...change,
});

/** Files that `kubeadm init` and `kubeadm join` leave behind. */
export const ofControlPlane = ['/etc/kubernetes/admin.conf', '/etc/kubernetes/kubelet.conf'];
export const ofWorker = ['/etc/kubernetes/kubelet.conf'];
