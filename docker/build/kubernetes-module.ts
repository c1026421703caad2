import { minorNumber } from '../versions.ts';

/** What is built from the module k8s.io/kubernetes. */
export const kubernetesCommands = [
  'cmd/kubeadm',
  'cmd/kubelet',
  'cmd/kubectl',
  'cmd/kube-apiserver',
  'cmd/kube-controller-manager',
  'cmd/kube-scheduler',
  'cmd/kube-proxy',
  'test/images/agnhost',
] as const;

/**
 * A go.mod that builds Kubernetes as a dependency. k8s.io/kubernetes requires its staging modules at v0.0.0 with
 * replacements by folder, which Go ignores in a dependency: each is replaced by its published version v0.X.Y instead.
 * Source: the `=> ./staging/src/…` lines of k8s.io/kubernetes' own go.mod.
 */
export function goModule(version: string, upstreamGoMod: string): string {
  const go = /^go (\S+)/m.exec(upstreamGoMod)?.[1];
  const staging = [...upstreamGoMod.matchAll(/^\s*(\S+) => \.\/staging\/\S+/gm)].map((match) => match[1]);
  if (go === undefined || staging.length === 0)
    throw new Error(`The go.mod of k8s.io/kubernetes ${version} has an unknown form.`);
  return [
    'module lab',
    `go ${go}`,
    `require k8s.io/kubernetes v${version}`,
    'replace (',
    ...staging.map((name) => `\t${name} => ${name} v0.${version.slice(2)}`),
    ')',
    'tool (',
    ...kubernetesCommands.map((command) => `\tk8s.io/kubernetes/${command}`),
    ')',
    '',
  ].join('\n');
}

/** The linker's -X settings that Kubernetes' own build makes. Source: hack/lib/version.sh. */
export function linkerFlags(version: string): string {
  const values = {
    gitVersion: `v${version}`,
    gitMajor: '1',
    gitMinor: String(minorNumber(version)),
    gitTreeState: 'clean',
    gitCommit: '0'.repeat(40),
    buildDate: '2026-01-01T00:00:00Z',
  };
  const settings = Object.entries(values).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`);
  return ['-s', '-w', ...settings].join(' ');
}
