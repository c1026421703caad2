/**
 * Where courses, and notes for the CKA examination, teach something else than what is right by now: what they say, what
 * a person types today, and why. Each belongs to a step, and is told with it and with every playbook that uses it.
 */
export interface CourseNote {
  readonly step: string;
  /** Only where a playbook goes up: on the way back the order is another one. */
  readonly upwards?: true;
  readonly taught: string;
  readonly today: string;
  readonly why: string;
  /** Document and section. */
  readonly source: string;
}

export const courseNotes: readonly CourseNote[] = [
  {
    step: 'version-way',
    taught: 'a kubelet may be one minor older than its API server (others: two)',
    today: 'it may be three older, and never newer; control planes still go one minor at a time',
    why: 'since 1.28 kubelets from 1.25 on are supported that far apart: workers may stay for some hops, and go to the last in one step',
    source:
      'kubernetes.io, Version Skew Policy, "kubelet"; blog on 1.28, "Changes to supported skew between control plane and node versions"',
  },
  {
    step: 'switch-package-repository',
    taught: 'one line for all versions: deb https://apt.kubernetes.io/ kubernetes-xenial main',
    today: 'deb [signed-by=…] https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /, and another one for each minor',
    why: 'the old repository was frozen on 2023-09-13 and has been gone since 2024-03-04; a line of one minor never offers the next',
    source:
      'kubernetes.io, blog, "Kubernetes Legacy Package Repositories Will Be Frozen On September 13, 2023", with its update of 2024-03-26',
  },
  {
    step: 'install-packages',
    taught: 'apt-get upgrade -y kubeadm=1.36.3-1.1 (older: 1.36.3-00)',
    today: "apt-get install -y kubeadm='1.36.3-*'",
    why: '`upgrade` takes everything else along that is not held, containerd among it; the suffix is not always the same one',
    source:
      'apt-get(8), "upgrade" and "install"; kubernetes.io, Upgrading kubeadm clusters, "Determine which version to upgrade to"',
  },
  {
    step: 'apply-upgrade',
    upwards: true,
    taught: 'kubectl drain NODE, then kubeadm upgrade apply',
    today: 'kubeadm upgrade apply (or node), then kubectl drain NODE, then the packages of kubelet and kubectl',
    why: 'static pods are not drained anyway: the drain is for the kubelet of another minor; after it the node is out for a few seconds instead of minutes. Documentation up to 1.18 drained first',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Drain the node"',
  },
  {
    step: 'apply-upgrade',
    upwards: true,
    taught: 'killall -s SIGTERM kube-apiserver; sleep 20, before kubeadm',
    today: 'leave it out where a load balancer asks /readyz and ends the sessions of what is not ready',
    why: 'it lets requests in flight end before etcd goes away, and is of use for clients that are connected to this API server alone; nodeops hands etcd’s leadership over and lends the kubelet another API server instead',
    source:
      'kubernetes.io, Upgrading kubeadm clusters, "Considerations when upgrading etcd"; docs/high-availability.md',
  },
  {
    step: 'upgrade-node',
    taught: 'kubeadm upgrade node config --kubelet-version v1.36.3',
    today: 'kubeadm upgrade node, on both',
    why: '`config` has been gone since 1.18; without it kubeadm finds out by itself whether the node is a control plane',
    source: 'kubernetes.io, kubeadm upgrade, "kubeadm upgrade node"; Upgrading kubeadm clusters',
  },
  {
    step: 'drain-node',
    taught: 'kubectl drain NODE --ignore-daemonsets --force --delete-local-data',
    today: 'kubectl drain NODE --ignore-daemonsets; --delete-emptydir-data only where that data may be lost',
    why: '--force deletes pods that nothing brings back; the other option is called --delete-emptydir-data by now',
    source: 'kubernetes.io, kubectl drain, "Options"; Safely Drain a Node',
  },
  {
    step: 'restart-certificate-users',
    taught: 'kubeadm alpha certs renew all, and that is it',
    today: 'kubeadm certs renew all, then restart etcd, API server, controller manager and scheduler',
    why: 'what runs goes on with the certificates that it read when it started',
    source:
      'kubernetes.io, Certificate Management with kubeadm, "Manual certificate renewal": "you must restart the control plane Pods"',
  },
  ...(['snapshot-etcd', 'save-etcd', 'rescue-etcd'] as const).map((step) => ({
    step,
    taught: 'etcdctl snapshot status x.db',
    today: 'etcdutl snapshot status x.db -w table',
    why: 'what works on files moved to etcdutl in etcd 3.5, and was taken out of etcdctl in 3.6, which 1.34 brings',
    source: 'etcd-io/etcd#13809; etcd.io, Disaster recovery, "Status of a snapshot"',
  })),
  {
    step: 'stop-static-pods',
    taught: 'restore into another directory while the API server runs',
    today: 'stop every API server first, restore every member from the same snapshot, start etcd, then the API servers',
    why: 'an API server that lives on serves what it remembers, and its controllers act on it',
    source: 'kubernetes.io, Operating etcd clusters for Kubernetes, "Restoring an etcd cluster"',
  },
  {
    step: 'stop-static-pods',
    taught: 'mv /etc/kubernetes/manifests/*.yaml /tmp',
    today:
      'move kube-apiserver.yaml, kube-controller-manager.yaml, kube-scheduler.yaml and etcd.yaml by name, and wait until the processes are gone',
    why: 'kube-vip, keepalived or haproxy may live there too; and a live API server takes half a minute to end',
    source: 'kubernetes.io, Options for Highly Available Topology; lab, 1.35.4: 30 s each time',
  },
  {
    step: 'restore-etcd-data',
    taught: 'ETCDCTL_API=3 etcdctl snapshot restore x.db --data-dir /var/lib/etcd-restored',
    today:
      'etcdutl snapshot restore x.db --data-dir … --name … --initial-cluster … --initial-advertise-peer-urls … --bump-revision 1000000000 --mark-compacted',
    why: 'etcdctl has no `restore` from 3.6 on (deprecated in 3.5); without names the member’s peer URL is localhost, without a raised revision watchers keep what they have cached',
    source: 'etcd-io/etcd#13809; etcd.io, Disaster recovery, "Restoring a cluster" and "Restoring with revision bump"',
  },
  {
    step: 'swap-etcd-data',
    taught: 'point the hostPath of etcd.yaml at the restored directory',
    today: 'put the restored data in the place of the old: /var/lib/etcd stays the directory',
    why: 'the next `kubeadm upgrade` writes etcd.yaml anew from kubeadm-config, and etcd then starts over the old data',
    source: 'kubernetes.io, Reconfiguring a kubeadm cluster; kubeadm, ClusterConfiguration, etcd.local.dataDir',
  },
];

/** What courses teach otherwise about some steps, in the order of the list above; `upwards`: of a way up. */
export const notesOf = (steps: readonly string[], upwards: boolean): readonly CourseNote[] => {
  const known = new Set<string>();
  return courseNotes.filter((note) => {
    if (!steps.includes(note.step) || (note.upwards === true && !upwards) || known.has(note.taught)) return false;
    known.add(note.taught);
    return true;
  });
};
