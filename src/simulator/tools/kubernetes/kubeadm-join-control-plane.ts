import { SimulatorGap } from '../../gap.ts';
import { controlPlaneTaint, roleLabels } from '../../cluster/first-nodes.ts';
import { objectOf, type NodeObject } from '../../cluster/objects.ts';
import type { Task } from '../../kernel.ts';
import type { Host } from '../../world/host.ts';
import { downloadAuthorities } from './kubeadm-authorities.ts';
import { writeCertificates, writeEtcdManifest, writeKubeconfigs, writeManifests } from './kubeadm-control-plane.ts';
import { checkEtcd, joinEtcd } from './kubeadm-etcd.ts';
import { checkControlPlane } from './kubeadm-join-checks.ts';
import { forgetBootstrap, restartKubelet, startKubelet, waitForNode } from './kubeadm-join-kubelet.ts';
import type { JoinWish } from './kubeadm-join-wish.ts';
import { configuredVersion, pullImages } from './kubeadm-preflight.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

const prepare = function* (run: KubeadmRun, { controlPlane }: JoinWish, version: string): Task<void> {
  const key = controlPlane?.key;
  if (key === undefined) throw new SimulatorGap('kubeadm join of a control plane without a certificate key');
  yield* run.work(5, 60);
  yield* run.phase(
    'control-plane-prepare/download-certs',
    (function* (): Task<void> {
      downloadAuthorities(run, key);
      yield* run.work(2, 20);
    })(),
  );
  yield* run.phase('control-plane-prepare/certs', writeCertificates(run));
  yield* run.phase('control-plane-prepare/kubeconfig', writeKubeconfigs(run));
  yield* run.phase('control-plane-prepare/control-plane', writeManifests(run, version));
};

const marked = (node: NodeObject, { taints = [controlPlaneTaint] }: JoinWish): NodeObject => {
  const has = node.spec.taints ?? [];
  const missing = taints.filter(({ key, effect }) => !has.some((each) => each.key === key && each.effect === effect));
  return {
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...roleLabels } },
    spec: { ...node.spec, ...(missing.length === 0 ? {} : { taints: [...has, ...missing] }) },
  };
};

/** Label and taint, where pods are not to go. Recorded, 1.35.4. */
const markControlPlane = function* (run: KubeadmRun, wish: JoinWish): Task<void> {
  const { taints = [controlPlaneTaint], name } = wish;
  const about = `[mark-control-plane] Marking the node ${name} as control-plane by adding the`;
  run.say(`${about} labels: [${Object.keys(roleLabels).join(' ')}]`);
  if (taints.length > 0) run.say(`${about} taints [${taints.map(({ key, effect }) => `${key}:${effect}`).join(' ')}]`);
  yield* run.api('error applying control-plane label and taints');
  const node = objectOf(run.world.objects, 'Node', undefined, name);
  if (node === undefined) throw new KubeadmError(`nodes "${name}" not found`);
  run.put(marked(node, wish));
  yield* run.work(10, 1500);
};

/** Source: kubeadm's timeouts, controlPlaneComponentHealthCheck. */
const componentsMs = 240_000;

interface Checked {
  readonly name: string;
  readonly at: string;
  readonly isHealthy: () => boolean;
}

/** Recorded, 1.35.4; what it says in the end of its time from kubeadm, util/apiclient, `WaitForControlPlaneComponents`. */
export const waitForComponents = function* (run: KubeadmRun): Task<void> {
  const { kernel, components, name, address } = run.host;
  const runs = (component: 'kube-controller-manager' | 'kube-scheduler') => (): boolean =>
    components.get(component)?.state === 'running';
  const checks: readonly Checked[] = [
    {
      name: 'kube-apiserver',
      at: `https://${address}:6443/livez`,
      isHealthy: () => run.world.apiServer(name).serving,
    },
    {
      name: 'kube-controller-manager',
      at: 'https://127.0.0.1:10257/healthz',
      isHealthy: runs('kube-controller-manager'),
    },
    { name: 'kube-scheduler', at: 'https://127.0.0.1:10259/livez', isHealthy: runs('kube-scheduler') },
  ];
  run.say('[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s');
  for (const { name: component, at } of checks) run.say(`[control-plane-check] Checking ${component} at ${at}`);
  const began = kernel.now;
  let waiting = checks;
  for (;;) {
    yield* run.work(5, 40);
    for (const { name: component } of waiting.filter(({ isHealthy }) => isHealthy()))
      run.say(`[control-plane-check] ${component} is healthy after ${kernel.now - began}.000000ms`);
    waiting = waiting.filter(({ isHealthy }) => !isHealthy());
    const [ill] = waiting;
    if (ill === undefined) return;
    if (kernel.now >= began + componentsMs)
      throw new KubeadmError(
        `failed while waiting for the control plane to start: ${ill.name} check failed at ${ill.at}: client rate limiter Wait returned an error: context deadline exceeded`,
      );
    yield kernel.now + 500;
  }
};

const farewell = `
This node has joined the cluster and a new control plane instance was created:

* Certificate signing request was sent to apiserver and approval was received.
* The Kubelet was informed of the new secure connection details.
* Control plane label and taint were applied to the new node.
* The Kubernetes control plane instances scaled up.
* A new etcd member was added to the local/stacked etcd cluster.

To start administering your cluster from this node, you need to run the following as a regular user:

	mkdir -p $HOME/.kube
	sudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
	sudo chown $(id -u):$(id -g) $HOME/.kube/config

Run 'kubectl get nodes' to see this node join the cluster.

`;

/**
 * What follows discovery where a host becomes a control plane, in the order of 1.33 and later: its kubelet asks its own API
 * server, which serves only once its member of etcd has a vote. Each phase may be cut off, and is gone through again over
 * what is there: recorded, 1.35.4, whole, killed after the manifests, after etcd's manifest and while the kubelet asked for
 * its certificate, and typed again each time.
 */
export const joinControlPlane = function* (run: KubeadmRun, wish: JoinWish, through: Host): Task<void> {
  run.say("[preflight] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.");
  const version = configuredVersion(run);
  checkControlPlane(run);
  yield* run.phase('preflight', pullImages(run, version, 'preflight'));
  const authority = through.files.read('/etc/kubernetes/pki/ca.crt');
  yield* prepare(run, wish, version);
  yield* run.phase('check-etcd', checkEtcd(run));
  yield* startKubelet(run, wish, { server: `${run.host.address}:6443`, authority, ms: [100, 400] });
  restartKubelet(run);
  yield* run.work(50, 300);
  if (!wish.skipped.has('etcd-join'))
    yield* run.phase(
      'etcd-join',
      joinEtcd(run, (members) => writeEtcdManifest(run, version, members)),
    );
  yield* waitForNode(run, wish);
  forgetBootstrap(run);
  yield* run.phase('control-plane-join/mark-control-plane', markControlPlane(run, wish));
  yield* run.phase('wait-control-plane', waitForComponents(run));
  run.call.out(farewell);
};
