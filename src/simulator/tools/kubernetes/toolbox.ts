import { onHosts, type Tool, type Toolbox } from '../../shell/tool.ts';
import { kubeadm } from './kubeadm.ts';
import { kubectl } from './kubectl.ts';
import { kubelet } from './kubelet.ts';

/** By the package that brings them. */
const programs: Readonly<Record<string, Tool>> = { kubeadm, kubectl, kubelet };

/** The programs of Kubernetes' packages; a host without the package does not have the program. */
export const kubernetesTools = (): Toolbox =>
  new Map(Object.entries(programs).map(([name, tool]) => [name, onHosts(tool, ({ packages }) => packages.has(name))]));
