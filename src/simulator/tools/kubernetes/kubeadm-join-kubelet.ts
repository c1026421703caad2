import { minorNumber } from '../../cluster/component-versions.ts';
import { bootstrapKubeletConf, kubeadmFlagsFile, kubeletConf, kubeletConfigFile } from '../../cluster/kubelet.ts';
import { kubeadmFlags, kubeletCredentials } from '../../cluster/kubernetes-files.ts';
import { isReady, objectOf } from '../../cluster/objects.ts';
import { kubeletUnitOf } from '../../host/kubelet-unit.ts';
import type { Task } from '../../kernel.ts';
import type { JoinWish } from './kubeadm-join-wish.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

const refuseTaken = ({ world }: KubeadmRun, name: string): void => {
  const node = objectOf(world.objects, 'Node', undefined, name);
  if (node !== undefined && isReady(node))
    throw new KubeadmError(
      `error execution phase kubelet-start: a Node with name "${name}" and status "Ready" already exists in the cluster. You must delete the existing Node or change the name of this new joining Node`,
    );
};

/** A worker's kubelet registers itself with them. Source: kubeadm 1.35, kubelet/flags.go, `registerTaintsUsingFlags`. */
const withTaints = (flags: string, { taints = [], controlPlane }: JoinWish): string => {
  if (controlPlane !== undefined || taints.length === 0) return flags;
  const list = taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`).join(',');
  const own = /"(.*)"/.exec(flags)?.[1] ?? '';
  return `KUBELET_KUBEADM_ARGS="${[own, `--register-with-taints=${list}`].filter((flag) => flag !== '').join(' ')}"\n`;
};

const writeKubeletFiles = (run: KubeadmRun, wish: JoinWish): void => {
  const data = objectOf(run.world.objects, 'ConfigMap', 'kube-system', 'kubelet-config')?.data;
  const runtime = 'unix:///run/containerd/containerd.sock';
  const hasInstance = minorNumber(run.version) >= 34;
  const text = data?.['kubelet'] ?? '';
  const own = hasInstance
    ? text.replace(/^containerRuntimeEndpoint: .*$/m, `containerRuntimeEndpoint: ${runtime}`)
    : text;
  if (hasInstance) {
    const instance = '/var/lib/kubelet/instance-config.yaml';
    run.say(`[kubelet-start] Writing kubelet configuration to file "${instance}"`);
    run.write(instance, `containerRuntimeEndpoint: "${runtime}"\n`);
    run.say(
      '[patches] Applied patch of type "application/strategic-merge-patch+json" to target "kubeletconfiguration"',
    );
  }
  run.say(`[kubelet-start] Writing kubelet configuration to file "${kubeletConfigFile}"`);
  run.write(kubeletConfigFile, own, 0o644);
  run.say(`[kubelet-start] Writing kubelet environment file with flags to file "${kubeadmFlagsFile}"`);
  run.write(kubeadmFlagsFile, withTaints(kubeadmFlags(run.version), wish), 0o644);
};

interface KubeletWish {
  /** The API server that it is to ask. */
  readonly server: string;
  /** Of the cluster's authority: whom it believes. */
  readonly authority: string;
  /** How long its first certificate takes; a control plane has to wait for its own API server, later. */
  readonly ms: readonly [number, number];
}

/**
 * The kubelet asks for its certificate with the token, and becomes a node. Its first certificate is here before it is
 * started: that of a kubelet that was killed in between would have come by itself.
 */
export const startKubelet = function* (run: KubeadmRun, wish: JoinWish, kubelet: KubeletWish): Task<void> {
  const { host, call } = run;
  refuseTaken(run, wish.name);
  const unit = kubeletUnitOf(host);
  unit.stop(call.actor);
  yield* run.work(50, 300);
  for (const directory of ['/etc/kubernetes/pki', '/var/lib/kubelet/pki'])
    if (host.files.stat(directory) === undefined) host.files.makeDirectory(directory, call.actor, { parents: true });
  run.write(bootstrapKubeletConf, `    server: https://${kubelet.server}\n    token: ${wish.token}\n`);
  run.write('/etc/kubernetes/pki/ca.crt', kubelet.authority, 0o644);
  writeKubeletFiles(run, wish);
  run.say('[kubelet-start] Starting the kubelet');
  yield* run.work(...kubelet.ms);
  const { conf, certificate } = kubeletCredentials(host, {
    cluster: run.world.cluster,
    server: kubelet.server,
    since: Math.floor(run.world.kernel.now / 1000) * 1000,
  });
  run.write('/var/lib/kubelet/pki/kubelet-client-current.pem', certificate);
  run.write(kubeletConf, conf);
};

/** One that systemd started meanwhile would find its API by itself: here it reads where that is when it begins. */
export const restartKubelet = ({ host, call }: KubeadmRun): void => {
  const unit = kubeletUnitOf(host);
  unit.stop(call.actor);
  unit.start(call.actor);
};

/** The token is of no use any more. */
export const forgetBootstrap = ({ host, call }: KubeadmRun): void => {
  if (host.files.stat(bootstrapKubeletConf) !== undefined) host.files.remove(bootstrapKubeletConf, call.actor);
};

/** Source: kubeadm, timeouts.tlsBootstrap 5m and kubeletHealthCheck 4m. */
const bootstrapMs = 240_000;

/** A healthy kubelet that has told the API who it is. */
export const waitForNode = function* (run: KubeadmRun, { name }: JoinWish): Task<void> {
  const { kernel } = run.host;
  const until = kernel.now + bootstrapMs;
  run.say('[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s');
  while (run.host.kubelet.running === undefined && kernel.now < until) yield kernel.now + 500;
  if (run.host.kubelet.running !== undefined)
    run.say(
      '[kubelet-check] The kubelet is healthy after 503.039107ms\n[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap',
    );
  while (run.world.objects.get('Node', undefined, name) === undefined) {
    if (kernel.now >= until)
      throw new KubeadmError(
        run.host.kubelet.running === undefined
          ? 'error execution phase kubelet-start: failed while waiting for the kubelet to start: The HTTP call equal to \'curl -sSL http://127.0.0.1:10248/healthz\' returned error: Get "http://127.0.0.1:10248/healthz": context deadline exceeded'
          : `error execution phase kubelet-start: nodes "${name}" not found`,
      );
    yield kernel.now + 500;
  }
};
