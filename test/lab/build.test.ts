import { describe, expect, it } from 'vitest';
import { cniPackage, controlFile, debFileName, kubernetesPackages } from '../../docker/build/deb-control.ts';
import { parseImageList } from '../../docker/build/image-list.ts';
import { goModule, linkerFlags } from '../../docker/build/kubernetes-module.ts';
import { hashOf } from '../../docker/build/recipe.ts';

describe('the Debian packages', () => {
  it('have a control file with what apt needs', () => {
    const deb = { name: 'x', version: '1.35.4-1.1', depends: ['a', 'b (>= 2)'], description: 'something' };
    expect(controlFile(deb)).toBe(
      [
        'Package: x',
        'Version: 1.35.4-1.1',
        'Architecture: amd64',
        'Maintainer: nodeops lab <lab@nodeops.invalid>',
        'Depends: a, b (>= 2)',
        'Section: admin',
        'Priority: optional',
        'Homepage: https://kubernetes.io',
        'Description: something',
        '',
      ].join('\n'),
    );
    expect(debFileName(deb)).toBe('x_1.35.4-1.1_amd64.deb');
  });

  it('leave out an empty Depends, which dpkg refuses', () => expect(controlFile(cniPackage)).not.toContain('Depends'));

  it('are the three of a version, the kubelet depending on kubernetes-cni as the real one does', () => {
    const packages = kubernetesPackages('1.36.1');
    expect(packages.map(debFileName)).toEqual([
      'kubeadm_1.36.1-1.1_amd64.deb',
      'kubectl_1.36.1-1.1_amd64.deb',
      'kubelet_1.36.1-1.1_amd64.deb',
    ]);
    expect(packages.find(({ name }) => name === 'kubelet')?.depends).toContain('kubernetes-cni (>= 1.2.0)');
  });
});

describe('the list of images', () => {
  // Recorded on the lab: kubeadm 1.35.4, `config images list --kubernetes-version v1.35.4`.
  const recorded = `registry.k8s.io/kube-apiserver:v1.35.4
registry.k8s.io/kube-controller-manager:v1.35.4
registry.k8s.io/kube-scheduler:v1.35.4
registry.k8s.io/kube-proxy:v1.35.4
registry.k8s.io/coredns/coredns:v1.13.1
registry.k8s.io/pause:3.10.1
registry.k8s.io/etcd:3.6.6-0
`;

  it('gives the versions of what is not Kubernetes', () => {
    const { all, ...components } = parseImageList(recorded);
    expect(all).toHaveLength(7);
    expect(components).toEqual({ etcd: '3.6.6', coredns: '1.13.1', pause: '3.10.1' });
  });

  it('without etcd is refused, with what kubeadm said', () =>
    expect(() => parseImageList('registry.k8s.io/pause:3.10')).toThrow(/no image for etcd/));
});

describe('the Go module that builds Kubernetes', () => {
  const upstream = `module k8s.io/kubernetes

go 1.25.0

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/kubelet => ./staging/src/k8s.io/kubelet
)
`;

  it('replaces each staging module by its published version', () => {
    const lines = goModule('1.35.4', upstream).split('\n');
    expect(lines.slice(0, 7)).toEqual([
      'module lab',
      'go 1.25.0',
      'require k8s.io/kubernetes v1.35.4',
      'replace (',
      '\tk8s.io/api => k8s.io/api v0.35.4',
      '\tk8s.io/kubelet => k8s.io/kubelet v0.35.4',
      ')',
    ]);
    expect(lines).toContain('\tk8s.io/kubernetes/cmd/kubeadm');
  });

  it('is not made from a go.mod of an unknown form', () =>
    expect(() => goModule('1.35.4', 'module x')).toThrow(/unknown form/));

  it('has the version linked in', () =>
    expect(linkerFlags('1.35.4')).toContain('-X k8s.io/component-base/version.gitVersion=v1.35.4 '));
});

describe('the hash of a recipe', () => {
  it('does not depend on the order of its parts', () =>
    expect(hashOf({ a: '1', b: '2' })).toBe(hashOf({ b: '2', a: '1' })));

  it.each([[{ a: '1', b: '3' }], [{ a: '1', c: '2' }], [{ a: '1' }], [{ a: '1b', '': '2' }]])(
    'changes with %j',
    (parts) => expect(hashOf(parts)).not.toBe(hashOf({ a: '1', b: '2' })),
  );
});
