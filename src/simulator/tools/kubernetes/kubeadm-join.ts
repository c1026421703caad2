import { SimulatorGap } from '../../gap.ts';
import { reach } from '../../cluster/endpoints.ts';
import type { Task } from '../../kernel.ts';
import type { Host } from '../../world/host.ts';
import { checkHost } from './kubeadm-join-checks.ts';
import { joinControlPlane } from './kubeadm-join-control-plane.ts';
import { forgetBootstrap, restartKubelet, startKubelet, waitForNode } from './kubeadm-join-kubelet.ts';
import { joinWishIn, type JoinWish } from './kubeadm-join-wish.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';
import { pinOf, tokenSecret } from './kubeadm-token.ts';

/** Source: kubeadm, timeouts.discovery. */
const discoveryMs = 300_000;

const hasToken = ({ world }: KubeadmRun, token: string): boolean =>
  world.objects.get('Secret', 'kube-system', tokenSecret(token.slice(0, 6))) !== undefined;

/** Asks the API server whose authority is pinned, with the token. @throws KubeadmError after five minutes. */
const discover = function* (run: KubeadmRun, wish: JoinWish): Task<Host> {
  const { kernel } = run.host;
  const until = kernel.now + discoveryMs;
  for (;;) {
    yield* run.work(40, 200);
    const { host, state } = reach(run.world, wish.endpoint);
    const serves = state.serving && host !== undefined;
    if (serves && pinOf(host.files.read('/etc/kubernetes/pki/ca.crt')) !== wish.hash)
      throw new KubeadmError(
        `error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "${pinOf('')}" are pinned`,
      );
    if (serves && hasToken(run, wish.token)) return host;
    if (kernel.now >= until)
      throw new KubeadmError(
        serves
          ? `error execution phase preflight: couldn't validate the identity of the API Server: could not find a JWS signature in the cluster-info ConfigMap for token ID "${wish.token.slice(0, 6)}"`
          : `error execution phase preflight: couldn't validate the identity of the API Server: failed to request the cluster-info ConfigMap: Get "https://${wish.endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": dial tcp ${wish.endpoint}: connect: connection refused`,
      );
    yield kernel.now + 5000;
  }
};

const farewell = `
This node has joined the cluster:
* Certificate signing request was sent to apiserver and a response was received.
* The Kubelet was informed of the new secure connection details.

Run 'kubectl get nodes' on the control-plane to see this node join the cluster.
`;

const joinWorker = function* (run: KubeadmRun, wish: JoinWish, through: Host): Task<void> {
  const authority = through.files.read('/etc/kubernetes/pki/ca.crt');
  yield* startKubelet(run, wish, { server: wish.endpoint, authority, ms: [1000, 4000] });
  forgetBootstrap(run);
  restartKubelet(run);
  yield* waitForNode(run, wish);
  run.call.out(farewell);
};

const joining = function* (run: KubeadmRun): Task<void> {
  const wish = joinWishIn(run);
  const { controlPlane } = wish;
  checkHost(run, controlPlane !== undefined);
  const through = yield* discover(run, wish);
  run.say('[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...');
  yield* run.work(50, 200);
  yield* (controlPlane === undefined ? joinWorker : joinControlPlane)(run, wish, through);
};

/**
 * `kubeadm join --config=FILE`, of a worker or a control plane. Source: kubeadm 1.35, cmd/join.go and cmd/phases/join;
 * that of a worker was not recorded.
 */
export const join = function* (run: KubeadmRun): Task<number> {
  if (run.parsed.words.length > 1) throw new SimulatorGap(run.call.argv.join(' '));
  const about = { host: run.host.name, command: 'join', version: run.version, actor: run.call.actor };
  run.world.emit({ type: 'kubeadm-started', ...about });
  const code: number = yield* run.ending(joining(run));
  run.world.emit({ type: 'kubeadm-ended', ...about, code });
  return code;
};
