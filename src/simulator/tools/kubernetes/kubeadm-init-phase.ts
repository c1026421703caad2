import { SimulatorGap } from '../../gap.ts';
import { manifestText } from '../../cluster/manifests.ts';
import type { Task } from '../../kernel.ts';
import { uploadAuthorities } from './kubeadm-authorities.ts';
import type { KubeadmRun } from './kubeadm-run.ts';
import { extraArgsIn, podSubnetOf, proxiesOf } from './kubeadm-environment.ts';
import type { Parsed } from './flags.ts';
import type { TextCall } from './text-call.ts';

const phases: Readonly<
  Record<string, readonly ('etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler')[]>
> = {
  'init phase control-plane all': ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  'init phase etcd local': ['etcd'],
};

/**
 * The manifests as kubeadm would write them now, into the directory of KUBEADM_INIT_DRYRUN_DIR. Recorded on the lab,
 * 1.35.4.
 */
const dryPhase = (call: TextCall, parsed: Parsed): number => {
  const names = phases[parsed.words.join(' ')];
  const directory = call.env.get('KUBEADM_INIT_DRYRUN_DIR');
  if (
    names === undefined ||
    directory === undefined ||
    parsed.flags.get('dry-run') !== 'true' ||
    !parsed.flags.has('config')
  )
    throw new SimulatorGap(call.argv.join(' '));
  const { host } = call;
  // Of the version that the configuration names, whichever kubeadm this is (lab, 1.35.4 with a configuration of 1.36.3).
  const configuration = host.files.read(call.path(parsed.flags.get('config') ?? ''));
  const version = /^kubernetesVersion: v(\S+)$/m.exec(configuration)?.[1];
  if (version === undefined) throw new SimulatorGap(call.argv.join(' '));
  if (!names.includes('etcd')) call.out(`[control-plane] Using manifest folder "${directory}"\n`);
  for (const name of names) {
    const text = manifestText(
      name,
      version,
      host,
      host.world.cluster,
      proxiesOf(call.env),
      podSubnetOf(host.world),
      extraArgsIn(configuration, name),
    );
    host.files.write(`${directory}/${name}.yaml`, text, call.actor, { mode: 0o600 });
    call.out(
      name === 'etcd'
        ? `[etcd] Would ensure that "/var/lib/etcd" directory is present\n[etcd] Creating static Pod manifest for local etcd in "${directory}"\n`
        : `[control-plane] Creating static Pod manifest for "${name}"\n`,
    );
  }
  return 0;
};

/** `kubeadm init phase …`. */
export const initPhase = function* (run: KubeadmRun, call: TextCall): Task<number> {
  if (run.parsed.words.join(' ') !== 'init phase upload-certs') return dryPhase(call, run.parsed);
  return yield* run.ending(uploadAuthorities(run));
};
