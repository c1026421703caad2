import type { KubeletUnit } from '../facts/kubelet-unit.ts';
import { pending, satisfied, type Verdict } from '../model/verdict.ts';

/** A kubelet that kubeadm has started for the first time stays up. */
export const runningKubelet: KubeletUnit = {
  active: true,
  subState: 'running',
  needsReload: false,
  result: 'success',
};

/** Whether it does; its package may not even be there yet. */
export const judgeFirstKubelet = (unit: KubeletUnit | undefined, node: string): Verdict =>
  unit?.active === true
    ? satisfied
    : pending(
        `the kubelet of ${node} to run (${unit?.subState ?? 'it is not installed'})`,
        `see why: journalctl -u kubelet on ${node}`,
      );
