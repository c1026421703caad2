export interface DebPackage {
  readonly name: string;
  readonly version: string;
  readonly depends: readonly string[];
  readonly description: string;
}

/** The control file of a package. Source: deb-control(5). */
export function controlFile(deb: DebPackage): string {
  return [
    `Package: ${deb.name}`,
    `Version: ${deb.version}`,
    'Architecture: amd64',
    'Maintainer: nodeops lab <lab@nodeops.invalid>',
    ...(deb.depends.length > 0 ? [`Depends: ${deb.depends.join(', ')}`] : []),
    'Section: admin',
    'Priority: optional',
    'Homepage: https://kubernetes.io',
    `Description: ${deb.description}`,
    '',
  ].join('\n');
}

export const debFileName = (deb: DebPackage): string => `${deb.name}_${deb.version}_amd64.deb`;

export const CNI_VERSION = '1.7.1';

export const cniPackage: DebPackage = {
  name: 'kubernetes-cni',
  version: `${CNI_VERSION}-1.1`,
  depends: [],
  description: 'Binaries required to provision kubernetes container networking (lab build)',
};

/**
 * The packages of one version. Source of the dependencies: the control files at pkgs.k8s.io; only kubeadm's on
 * cri-tools is left out, because crictl's module is not to be had.
 */
export function kubernetesPackages(version: string): readonly DebPackage[] {
  const kubelet = ['conntrack', 'ebtables', 'ethtool', 'iproute2', 'iptables (>= 1.4.21)', 'kubernetes-cni (>= 1.2.0)'];
  const described = { version: `${version}-1.1` };
  return [
    {
      ...described,
      name: 'kubeadm',
      depends: [],
      description: 'Command-line utility for administering a Kubernetes cluster (lab build)',
    },
    {
      ...described,
      name: 'kubectl',
      depends: [],
      description: 'Command-line utility for interacting with a Kubernetes cluster (lab build)',
    },
    {
      ...described,
      name: 'kubelet',
      depends: [...kubelet, 'mount', 'socat', 'util-linux'],
      description: 'Node agent for Kubernetes clusters (lab build)',
    },
  ];
}
