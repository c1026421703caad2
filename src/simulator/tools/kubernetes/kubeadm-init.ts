import { SimulatorGap } from '../../gap.ts';
import { minorNumber } from '../../cluster/component-versions.ts';
import type { Task } from '../../kernel.ts';
import { finaliseKubelet, initFiles } from './kubeadm-init-files.ts';
import { initChecks } from './kubeadm-init-checks.ts';
import { initAddons, initCluster } from './kubeadm-init-cluster.ts';
import { initWish } from './kubeadm-init-wish.ts';
import { waitForComponents } from './kubeadm-join-control-plane.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';
import { pinOf } from './kubeadm-token.ts';

/** Source: kubeadm's timeouts, kubeletHealthCheck. */
const healthMs = 240_000;

const seconds = (ms: number): string => (ms < 1000 ? `${ms}ms` : `${(ms / 1000).toFixed(3)}s`);

const waitForKubelet = function* (run: KubeadmRun): Task<void> {
  const { kernel, kubelet } = run.host;
  const since = kernel.now;
  run.say(
    '[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests"',
  );
  run.say('[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s');
  yield* run.work(500, 1100);
  while (kubelet.running === undefined) {
    if (kernel.now - since >= healthMs)
      throw new KubeadmError(
        'error execution phase wait-control-plane: failed while waiting for the kubelet to start: The HTTP call equal to \'curl -sSL http://127.0.0.1:10248/healthz\' returned error: Get "http://127.0.0.1:10248/healthz": context deadline exceeded',
      );
    yield kernel.now + 1000;
  }
  run.say(`[kubelet-check] The kubelet is healthy after ${seconds(kernel.now - since)}`);
};

const farewell = (run: KubeadmRun): string => {
  const pin = pinOf(run.host.files.read('/etc/kubernetes/pki/ca.crt'));
  return `
Your Kubernetes control-plane has initialized successfully!

To start using your cluster, you need to run the following as a regular user:

  mkdir -p $HOME/.kube
  sudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
  sudo chown $(id -u):$(id -g) $HOME/.kube/config

Alternatively, if you are the root user, you can run:

  export KUBECONFIG=/etc/kubernetes/admin.conf

You should now deploy a pod network to the cluster.
Run "kubectl apply -f [podnetwork].yaml" with one of the options listed at:
  https://kubernetes.io/docs/concepts/cluster-administration/addons/

Then you can join any number of worker nodes by running the following on each as root:

kubeadm join ${run.world.endpoint} --token <value withheld> \\
\t--discovery-token-ca-cert-hash ${pin} 
`;
};

const initialising = function* (run: KubeadmRun): Task<void> {
  const wish = initWish(run);
  if (minorNumber(wish.version) !== minorNumber(run.version))
    throw new SimulatorGap(`kubeadm ${run.version} init of ${wish.version}`);
  run.say(`[init] Using Kubernetes version: v${wish.version}`);
  yield* initChecks(run, wish);
  yield* initFiles(run, wish);
  yield* waitForKubelet(run);
  yield* run.phase('wait-control-plane', waitForComponents(run));
  yield* initCluster(run, wish);
  yield* finaliseKubelet(run, wish);
  yield* initAddons(run, wish);
  run.call.out(farewell(run));
};

/**
 * `kubeadm init --config=FILE --skip-token-print`. Recorded on the lab, 1.35.4: a success, a run whose images could not be
 * pulled, and what is said over runs that were killed in the middle. What it says when the control plane does not come up
 * is from its source.
 */
export const init = function* (run: KubeadmRun): Task<number> {
  const { flags, words } = run.parsed;
  if (words.length > 1 || !flags.has('config') || flags.get('skip-token-print') !== 'true')
    throw new SimulatorGap(run.call.argv.join(' '));
  const about = { host: run.host.name, command: 'init', version: run.version, actor: run.call.actor };
  run.world.emit({ type: 'kubeadm-started', ...about });
  const code: number = yield* run.ending(initialising(run));
  run.world.emit({ type: 'kubeadm-ended', ...about, code });
  return code;
};
