import type { Version } from '../model/version.ts';

interface Cleaned {
  readonly flag: string;
  /** The only kubeadm that takes it out: a node that goes over it keeps the flag. */
  readonly by: Version;
}

/**
 * Flags that kubeadm wrote into its own file, kubeadm-flags.env, and that an upgrade takes out of it: kubeadm in the hop
 * to that minor, a step of ours where it was gone over. Source: kubeadm, cmd/phases/upgrade/postupgrade; seen on the lab:
 * kubeadm 1.36 leaves it, and kubelet 1.36 exits with 1.
 */
export const cleanedFlags: readonly Cleaned[] = [{ flag: '--pod-infra-container-image', by: '1.35.0' }];
