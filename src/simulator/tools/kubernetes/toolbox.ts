import { installedVersion } from '../../cluster/kubelet.ts';
import { onHosts, type Tool, type Toolbox } from '../../shell/tool.ts';
import { components } from './components.ts';
import { etcdctl } from './etcdctl.ts';
import { etcdutl } from './etcdutl.ts';
import { kubeadm } from './kubeadm.ts';
import { kubectl } from './kubectl.ts';
import { kubelet } from './kubelet.ts';

/** By the package that brings them. */
const programs: Readonly<Record<string, Tool>> = { kubeadm, kubectl, kubelet };

/** They are on no host: only in images, where they are called by their path. */
const inImage: Readonly<Record<string, Tool>> = { etcdctl, etcdutl, ...components };

/** The programs of Kubernetes' packages; a host without the package does not have the program. */
export const kubernetesTools = (): Toolbox =>
  new Map([
    ...Object.entries(programs).map(
      ([name, tool]) => [name, onHosts(tool, (host) => installedVersion(host, name) !== undefined)] as const,
    ),
    ...Object.entries(inImage).map(([name, tool]) => [name, onHosts(tool, () => false)] as const),
  ]);
