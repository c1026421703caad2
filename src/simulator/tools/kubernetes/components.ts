import { SimulatorGap } from '../../gap.ts';
import { refusedGate } from '../../cluster/feature-gates.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { unpackedVersion } from './unpacked.ts';

/** Of 1.36.3, as its help lists them. */
const plugins =
  'AlwaysAdmit, AlwaysDeny, AlwaysPullImages, CertificateApproval, CertificateSigning, CertificateSubjectRestriction, ClusterTrustBundleAttest, DefaultIngressClass, DefaultStorageClass, DefaultTolerationSeconds, DenyServiceExternalIPs, EventRateLimit, ExtendedResourceToleration, ImagePolicyWebhook, JobValidation, LimitPodHardAntiAffinityTopology, LimitRanger, MutatingAdmissionPolicy, MutatingAdmissionWebhook, NamespaceAutoProvision, NamespaceExists, NamespaceLifecycle, NodeDeclaredFeatureValidator, NodeRestriction, OwnerReferencesPermissionEnforcement, PersistentVolumeClaimResize, PodGroupProtection, PodGroupWorkloadExists, PodNodeSelector, PodResizeValidator, PodSecurity, PodTolerationRestriction, PodTopologyLabels, Priority, ResourceQuota, RuntimeClass, ServiceAccount, StorageObjectInUseProtection, TaintNodesByCondition, ValidatingAdmissionPolicy, ValidatingAdmissionWebhook';

/** Stands for every flag that none of them knows. */
const unknownFlag = '--no-such-flag';

const answer = (call: Call, version: string): number => {
  const args = call.argv.slice(1, -1);
  if (args.some((word) => word.startsWith(unknownFlag))) {
    call.err(`Error: unknown flag: ${unknownFlag}\n`);
    return 1;
  }
  const gates = args.flatMap((word) => /^--feature-gates=(.*)$/.exec(word)?.[1] ?? []).join(',');
  const refused = refusedGate(version, gates);
  if (refused !== undefined) {
    call.err(`E1122 07:10:14.018494   25772 run.go:72] "command failed" err="${refused}"\n`);
    return 1;
  }
  call.out(`Kubernetes v${version}\n`);
  return 0;
};

/**
 * A program of the control plane that is called out of its image: only what it says of itself after its flags and feature
 * gates were judged, and of its help the admission plug-ins. Tried with the lab's binaries, 1.36.3.
 */
const component =
  (name: string): Tool =>
  (call) => {
    const version = unpackedVersion(call, name);
    if (version === undefined) throw new SimulatorGap(call.argv.join(' '));
    if (call.argv.at(-1) === '--version') return answer(call, version);
    if (name !== 'kube-apiserver' || call.argv.slice(1).join(' ') !== '--help')
      throw new SimulatorGap(call.argv.join(' '));
    call.out(
      `      --enable-admission-plugins strings             admission plugins that should be enabled in addition to default enabled ones (NamespaceLifecycle). Comma-delimited list of admission plugins: ${plugins}. The order of plugins in this flag does not matter.\n`,
    );
    return 0;
  };

/** By their names, as they are in the images of a control plane. */
export const components: Readonly<Record<string, Tool>> = Object.fromEntries(
  ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => [name, component(name)]),
);
