import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import { installedVersion } from '../../cluster/kubelet.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { parseFlags, type FlagSpecs, type Parsed } from './flags.ts';
import { renewAdministrators } from './kubeadm-certificates.ts';
import { certs } from './kubeadm-certs.ts';
import { namedImages } from './kubeadm-images.ts';
import { init } from './kubeadm-init.ts';
import { initPhase } from './kubeadm-init-phase.ts';
import { clusterHealth } from './kubeadm-health.ts';
import { addonPhase, kubeletConfigPhase, postUpgrade, uploadConfig } from './kubeadm-phases.ts';
import {
  checkCoreDns,
  checkSupported,
  checkVersions,
  configImages,
  needsAdministrator,
  pullImages,
  readConfiguration,
  refuseNewer,
} from './kubeadm-preflight.ts';
import { plan } from './kubeadm-plan.ts';
import { KubeadmError, KubeadmRun } from './kubeadm-run.ts';
import { join } from './kubeadm-join.ts';
import { reset } from './kubeadm-reset.ts';
import { TextCall } from './text-call.ts';
import { token } from './kubeadm-token.ts';
import { unpackedVersion } from './unpacked.ts';
import { upgradeStaticPods } from './kubeadm-static-pods.ts';

const flags: FlagSpecs = {
  yes: { short: 'y' },
  force: { short: 'f' },
  'ignore-preflight-errors': { value: 'needed' },
  output: { short: 'o', value: 'needed' },
  'dry-run': {},
  config: { value: 'needed' },
  'cri-socket': { value: 'needed' },
  'skip-phases': { value: 'needed' },
  ttl: { value: 'needed' },
  'print-join-command': {},
  'skip-token-print': {},
  'upload-certs': {},
  'skip-certificate-key-print': {},
};

/** Recorded, 1.36.3. */
const bootstrapText = `[upgrade/bootstrap-token] Configuring bootstrap token and cluster-info RBAC rules
[bootstrap-token] Configured RBAC rules to allow Node Bootstrap tokens to get nodes
[bootstrap-token] Configured RBAC rules to allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials
[bootstrap-token] Configured RBAC rules to allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token
[bootstrap-token] Configured RBAC rules to allow certificate rotation for all node client certificates in the cluster
[bootstrap-token] Configured RBAC rules to allow the API server kubelet client certificate to access the kubelet API`;

const apply = function* (run: KubeadmRun, target: string): Task<void> {
  needsAdministrator(run);
  if (run.parsed.flags.get('yes') !== 'true' && run.parsed.flags.get('force') !== 'true')
    throw new SimulatorGap('kubeadm upgrade apply without --yes');
  yield* readConfiguration(run);
  run.say('[upgrade/preflight] Running preflight checks');
  checkCoreDns(run);
  yield* clusterHealth(run);
  checkSupported(run, target, 'error execution phase preflight: ');
  run.say(`[upgrade/preflight] You have chosen to upgrade the cluster version to "v${target}"`);
  yield* checkVersions(run, target);
  yield* pullImages(run, target);
  yield* upgradeStaticPods(run, target);
  yield* uploadConfig(run, target);
  renewAdministrators(run);
  run.say('[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!');
  yield* kubeletConfigPhase(run);
  run.say(bootstrapText);
  yield* run.work(200, 700);
  yield* addonPhase(run, target);
  postUpgrade(run);
  yield* run.work(50, 200);
  run.say(
    `\n[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "v${target}".\n\n[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.`,
  );
};

const node = function* (run: KubeadmRun): Task<void> {
  const target = yield* readConfiguration(run);
  refuseNewer(run, target);
  run.say('[upgrade/preflight] Running pre-flight checks');
  const controlPlane = run.host.role === 'control-plane';
  if (controlPlane) {
    yield* pullImages(run, target);
    yield* upgradeStaticPods(run, target);
    renewAdministrators(run);
    run.say('[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!');
  } else {
    run.say('[upgrade/preflight] Skipping prepull. Not a control plane node.');
    run.say('[upgrade/control-plane] Skipping phase. Not a control plane node.');
    run.say('[upgrade/kubeconfig] Skipping phase. Not a control plane node.');
  }
  yield* kubeletConfigPhase(run);
  if (controlPlane) yield* addonPhase(run, target);
  else
    for (const addon of ['coredns', 'kube-proxy'])
      run.say(`[upgrade/addon] Skipping the addon/${addon} phase. Not a control plane node.`);
  postUpgrade(run);
};

/** `upgrade node phase kubelet-config`. Recorded, 1.35.4. */
const kubeletConfigOnly = function* (run: KubeadmRun): Task<void> {
  refuseNewer(run, yield* readConfiguration(run));
  yield* kubeletConfigPhase(run);
};

const withoutV = (text: string): string => {
  if (!/^v\d+\.\d+\.\d+$/.test(text)) throw new SimulatorGap(`kubeadm: version "${text}"`);
  return text.slice(1);
};

const upgrade = function* (call: Call, parsed: Parsed, version: string): Task<number> {
  const [, verb = '', target] = parsed.words;
  const run = new KubeadmRun(call, parsed, version);
  const command = parsed.words.join(' ');
  const about = { host: run.host.name, command, version, actor: call.actor };
  run.world.emit({ type: 'kubeadm-started', ...about });
  let code = 0;
  try {
    if (verb === 'plan' && target !== undefined) yield* plan(run, withoutV(target));
    else if (verb === 'apply' && target !== undefined) yield* apply(run, withoutV(target));
    else if (verb === 'node' && target === undefined) yield* node(run);
    else if (command === 'upgrade node phase kubelet-config' && parsed.flags.size === 0) yield* kubeletConfigOnly(run);
    else throw new SimulatorGap(`kubeadm ${command}`);
  } catch (error) {
    if (!(error instanceof KubeadmError)) throw error;
    code = 1;
    call.err(`error: ${error.message}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
  }
  run.world.emit({ type: 'kubeadm-ended', ...about, code });
  return code;
};

/** `config images list|pull --config=FILE`, whose ClusterConfiguration names the version. */
const images = function* (run: KubeadmRun): Task<number> {
  const [, , what] = run.parsed.words;
  const file = run.call.path(run.parsed.flags.get('config') ?? '');
  const named = namedImages(run.host.files.read(file));
  if ((what !== 'list' && what !== 'pull') || named === undefined) throw new SimulatorGap(run.call.argv.join(' '));
  try {
    yield* run.work(30, 90);
    yield* configImages(run, what, named);
  } catch (error) {
    if (!(error instanceof KubeadmError)) throw error;
    run.call.err(`error: ${error.message}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
    return 1;
  }
  return 0;
};

/** The beginning of it: what anybody reads is in its first line. Source: kubeadm config print join-defaults, 1.31 and later. */
const joinDefaults = `apiVersion: kubeadm.k8s.io/v1beta4
caCertPath: /etc/kubernetes/pki/ca.crt
kind: JoinConfiguration
`;

/** kubeadm with the version of the package that is installed, or of the file that is called. */
export const kubeadm: Tool = (outside) => {
  const call = new TextCall(outside);
  const parsed = parseFlags('kubeadm', call.argv.slice(1), flags);
  const version = unpackedVersion(outside, 'kubeadm') ?? installedVersion(call.host, 'kubeadm') ?? '';
  const [command] = parsed.words;
  if (command === 'version' && parsed.flags.get('output') === 'short') {
    call.out(`v${version}\n`);
    return 0;
  }
  if (command === 'config' && parsed.words[1] === 'images') return images(new KubeadmRun(call, parsed, version));
  if (command === 'certs') return certs(new KubeadmRun(call, parsed, version));
  if (command === 'init')
    return (parsed.words.length > 1 ? initPhase : init)(new KubeadmRun(call, parsed, version), call);
  if (parsed.words.join(' ') === 'config print join-defaults') {
    call.out(joinDefaults);
    return 0;
  }
  if (command === 'token') return token(new KubeadmRun(call, parsed, version));
  if (command === 'join') return join(new KubeadmRun(call, parsed, version));
  if (command === 'reset') return reset(new KubeadmRun(call, parsed, version));
  if (command === 'upgrade') return upgrade(call, parsed, version);
  throw new SimulatorGap(call.argv.join(' '));
};
