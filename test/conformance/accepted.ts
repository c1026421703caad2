import type { Accepted } from './compare.ts';

/** Where the simulator and the lab may differ. Every row has to be needed by some pair. */
export const accepted: readonly Accepted[] = [
  {
    of: /^(no such program.*|unit whose program is not there)$/,
    part: 'all',
    because: 'a program that the simulator does not know fails the simulation, by design, instead of ending with 127',
  },
  {
    of: /^(state of packages|no such configuration map|no such kind|no configuration file|a wrong port|images of a version|a (subcommand|flag) that kubeadm does not have|apply what is no version)$/,
    part: 'all',
    because: 'a form that the program never asks in: the simulator fails the simulation (SimulatorGap), by design',
  },
  {
    of: /^(no|a) difference$/,
    part: 'all',
    because: 'the ClusterRole that was applied before is not part of a recorded state',
  },
  {
    of: /^unit whose (attempt was made before|failed name is still known)$/,
    part: 'exit',
    because: 'systemd-run says 1 where the script has ended before the start job has, and 0 otherwise: both were seen',
  },
  {
    of: /^install that is killed while it configures$/,
    part: 'changes',
    lines: /package kubeadm/,
    because: 'the signal came when dpkg had just finished: what it leaves in the middle was recorded in observed.md',
  },
  {
    of: /^backup: addresses$/,
    part: 'stdout',
    because: 'interfaces are not modelled: a node has one for each of its pods, too',
  },
  {
    of: /^source while the repository is down$/,
    part: 'stdout',
    lines: /Could not connect to/,
    because: 'the address that the name was bent to',
  },
  {
    of: /^plan for a newer minor than kubeadm’s$/,
    part: 'all',
    because: 'the lab’s machine was too slow for kubeadm’s Job that time; recorded before as the simulator has it',
  },
  {
    of: /^(upgrade|apply after that|plan for what was applied)$/,
    part: 'changes',
    lines: /kube-proxy|coredns/,
    because:
      'add-ons were still rolling out when the recorder stopped waiting; the simulator waits until they are done',
  },
  {
    of: /^upgrade$|^install of an older version, allowed$/,
    part: 'changes',
    lines: /unit kubelet\.service: .*NeedDaemonReload=yes .*→ .*NeedDaemonReload=no /,
    because: 'systemd compares times of files, which dpkg takes from the archive; simulated archives have none',
  },
  {
    of: /^upgrade$/,
    part: 'changes',
    lines: /^node \S+ taints: .*node\.kubernetes\.io\/unschedulable/,
    because:
      'the taint of a cordon goes when a controller manager is back that was itself restarting: later in the lab, where nothing waits for it',
  },
  {
    of: /^ha: (kubelet\.conf while another is lent|the API server given back)$/,
    part: 'all',
    because:
      'the text of kubelet.conf is no part of a recorded state: the simulated node still has its own address there',
  },
];
