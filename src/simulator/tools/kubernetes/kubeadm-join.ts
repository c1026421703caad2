import { SimulatorGap } from '../../gap.ts';
import { reach } from '../../cluster/endpoints.ts';
import { kubeadmFlagsFile, kubeletConf, kubeletConfigFile } from '../../cluster/kubelet.ts';
import { kubeadmFlags, kubeletCredentials } from '../../cluster/kubernetes-files.ts';
import { isReady, objectOf, type Taint } from '../../cluster/objects.ts';
import { minorNumber } from '../../cluster/component-versions.ts';
import { kubeletUnitOf } from '../../host/kubelet-unit.ts';
import type { Task } from '../../kernel.ts';
import type { Host } from '../../world/host.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';
import { registrationTaints } from './kubeadm-init-wish.ts';
import { pinOf, tokenSecret } from './kubeadm-token.ts';

interface JoinWish {
  readonly endpoint: string;
  readonly token: string;
  readonly hash: string;
  readonly name: string;
  readonly isControlPlane: boolean;
  readonly taints: readonly Taint[];
}

const field = (text: string, key: string): string =>
  new RegExp(`^ *${key}: \\[?"?([^"\\]\\n]*)"?\\]?$`, 'm').exec(text)?.[1] ?? '';

/** The JoinConfiguration of a file. */
const wishIn = (run: KubeadmRun): JoinWish => {
  const path = run.call.path(run.parsed.flags.get('config') ?? '');
  if (run.host.files.stat(path) === undefined)
    throw new KubeadmError(`unable to read config from "${path}": open ${path}: no such file or directory`);
  const text = run.host.files.read(path);
  if (!text.includes('kind: JoinConfiguration')) throw new SimulatorGap('kubeadm join: no JoinConfiguration');
  return {
    endpoint: field(text, 'apiServerEndpoint'),
    token: field(text, 'token'),
    hash: field(text, 'caCertHashes'),
    name: field(text, 'name'),
    isControlPlane: /^controlPlane:/m.test(text),
    taints: registrationTaints(text),
  };
};

/** Files and ports that must not be there, by the name of the check. Source: kubeadm, preflight/checks.go. */
const preflight = (run: KubeadmRun): void => {
  run.say('[preflight] Running pre-flight checks');
  const ignored = new Set((run.parsed.flags.get('ignore-preflight-errors') ?? '').toLowerCase().split(','));
  const { files, kubelet } = run.host;
  const paths = [kubeletConf, '/etc/kubernetes/bootstrap-kubelet.conf', '/etc/kubernetes/pki/ca.crt'];
  const found = [
    ...paths
      .filter((path) => files.stat(path) !== undefined)
      .map((path) => ({ check: `FileAvailable-${path.replaceAll('/', '-')}`, why: `${path} already exists` })),
    ...(kubelet.running === undefined ? [] : [{ check: 'Port-10250', why: 'Port 10250 is in use' }]),
  ].filter(({ check }) => !ignored.has(check.toLowerCase()));
  if (found.length > 0)
    throw new KubeadmError(
      `error execution phase preflight: [preflight] Some fatal errors occurred:\n${found.map(({ check, why }) => `\t[ERROR ${check}]: ${why}\n`).join('')}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\``,
    );
};

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

const refuseTaken = ({ world }: KubeadmRun, name: string): void => {
  const node = objectOf(world.objects, 'Node', undefined, name);
  if (node !== undefined && isReady(node))
    throw new KubeadmError(
      `error execution phase kubelet-start: a Node with name "${name}" and status "Ready" already exists in the cluster. You must delete the existing Node or change the name of this new joining Node`,
    );
};

/** A worker's kubelet registers itself with them. Source: kubeadm 1.35, kubelet/flags.go, `registerTaintsUsingFlags`. */
const withTaints = (flags: string, taints: readonly Taint[]): string => {
  if (taints.length === 0) return flags;
  const list = taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`).join(',');
  return flags.replace(
    / ?"\n$/,
    (end) => `${flags.includes('=""') ? '' : ' '}--register-with-taints=${list}${end.trimStart()}`,
  );
};

const writeKubeletFiles = (run: KubeadmRun, { taints }: JoinWish): void => {
  const data = objectOf(run.world.objects, 'ConfigMap', 'kube-system', 'kubelet-config')?.data;
  const runtime = 'unix:///run/containerd/containerd.sock';
  const hasInstance = minorNumber(run.version) >= 34;
  const text = data?.['kubelet'] ?? '';
  const own = hasInstance
    ? text.replace(/^containerRuntimeEndpoint: .*$/m, `containerRuntimeEndpoint: ${runtime}`)
    : text;
  if (hasInstance) run.write('/var/lib/kubelet/instance-config.yaml', `containerRuntimeEndpoint: "${runtime}"\n`);
  run.say(`[kubelet-start] Writing kubelet configuration to file "${kubeletConfigFile}"`);
  run.write(kubeletConfigFile, own, 0o644);
  run.say(`[kubelet-start] Writing kubelet environment file with flags to file "${kubeadmFlagsFile}"`);
  run.write(kubeadmFlagsFile, withTaints(kubeadmFlags(run.version), taints), 0o644);
};

/**
 * The kubelet asks for its certificate with the token, and becomes a node. Its first certificate is here before it is
 * started: that of a kubelet that was killed in between would have come by itself.
 */
const bootstrapKubelet = function* (run: KubeadmRun, wish: JoinWish, through: Host): Task<void> {
  const { host, call } = run;
  refuseTaken(run, wish.name);
  const unit = kubeletUnitOf(host);
  unit.stop(call.actor);
  yield* run.work(50, 300);
  for (const directory of ['/etc/kubernetes/pki', '/var/lib/kubelet/pki'])
    if (host.files.stat(directory) === undefined) host.files.makeDirectory(directory, call.actor, { parents: true });
  run.write(
    '/etc/kubernetes/bootstrap-kubelet.conf',
    `    server: https://${wish.endpoint}\n    token: ${wish.token}\n`,
  );
  run.write('/etc/kubernetes/pki/ca.crt', through.files.read('/etc/kubernetes/pki/ca.crt'), 0o644);
  writeKubeletFiles(run, wish);
  run.say('[kubelet-start] Starting the kubelet');
  yield* run.work(1000, 4000);
  const { conf, certificate } = kubeletCredentials(host, {
    cluster: run.world.cluster,
    server: wish.endpoint,
    since: Math.floor(run.world.kernel.now / 1000) * 1000,
  });
  run.write('/var/lib/kubelet/pki/kubelet-client-current.pem', certificate);
  run.write(kubeletConf, conf);
  host.files.remove('/etc/kubernetes/bootstrap-kubelet.conf', call.actor);
  // One that systemd started meanwhile would find its API by itself: here it reads where that is when it begins.
  unit.stop(call.actor);
  unit.start(call.actor);
  yield* waitForNode(run, wish);
};

/** Source: kubeadm, timeouts.tlsBootstrap 5m and kubeletHealthCheck 4m. */
const bootstrapMs = 240_000;

const waitForNode = function* (run: KubeadmRun, { name }: JoinWish): Task<void> {
  const { kernel } = run.host;
  const until = kernel.now + bootstrapMs;
  run.say('[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s');
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

const farewell = `
This node has joined the cluster:
* Certificate signing request was sent to apiserver and a response was received.
* The Kubelet was informed of the new secure connection details.

Run 'kubectl get nodes' on the control-plane to see this node join the cluster.
`;

/** `kubeadm join --config=FILE`, of a worker. Source: kubeadm 1.35, cmd/join.go and cmd/phases/join; not recorded. */
export const join = function* (run: KubeadmRun): Task<number> {
  if (run.parsed.words.length > 1) throw new SimulatorGap(run.call.argv.join(' '));
  const about = { host: run.host.name, command: 'join', version: run.version, actor: run.call.actor };
  run.world.emit({ type: 'kubeadm-started', ...about });
  let code = 0;
  try {
    const wish = wishIn(run);
    if (wish.isControlPlane) throw new SimulatorGap('kubeadm join of a control plane');
    preflight(run);
    const through = yield* discover(run, wish);
    run.say('[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...');
    yield* run.work(50, 200);
    yield* bootstrapKubelet(run, wish, through);
    run.call.out(farewell);
  } catch (error) {
    if (!(error instanceof KubeadmError)) throw error;
    code = 1;
    run.call.err(`error: ${error.message}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
  }
  run.world.emit({ type: 'kubeadm-ended', ...about, code });
  return code;
};
