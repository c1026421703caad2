import type { Accepted } from './compare.ts';

/** Where the simulator and the lab may differ. Every row has to be needed by some pair. */
export const accepted: readonly Accepted[] = [
  {
    of: /^upgrade$/,
    part: 'changes',
    lines: /kube-proxy/,
    because: 'kube-proxy was still rolling out when the recorder stopped waiting; the simulator waits until it is done',
  },
  {
    of: /^upgrade$/,
    part: 'changes',
    lines: /unit kubelet\.service: .*NeedDaemonReload=yes .*→ .*NeedDaemonReload=no /,
    because: 'systemd read its files again while dpkg installed the kubelet: by what is not understood',
  },
  {
    of: /^upgrade$/,
    part: 'changes',
    lines: /pod kube-system kube-scheduler-\S+ on .*: 1 → nothing/,
    because: 'the scheduler’s mirror pod had not come back yet when the recorder stopped waiting',
  },
];
