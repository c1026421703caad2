import { describe, expect, it } from 'vitest';
import { targetImages } from '../../src/facts/target-images.ts';

const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];
const of = (repository: string): readonly string[] => components.map((name) => `${repository}/${name}:v1.36.3`);

describe('the images of a version whose names are sure', () => {
  it.each([
    ['the default', 'imageRepository: registry.k8s.io\n', of('registry.k8s.io')],
    ['none is named', 'kubernetesVersion: v1.35.4\n', of('registry.k8s.io')],
    ['the name of before 2023', 'imageRepository: k8s.gcr.io\n', of('registry.k8s.io')],
    ['a mirror', 'imageRepository: m.example:5000/k8s\n', of('m.example:5000/k8s')],
    [
      'pinned tags',
      'etcd:\n  local:\n    imageTag: 3.6.8-0\ndns:\n  imageTag: v1.14.2\n',
      [...of('registry.k8s.io'), 'registry.k8s.io/etcd:3.6.8-0', 'registry.k8s.io/coredns/coredns:v1.14.2'],
    ],
    [
      'pinned tags of a mirror',
      'imageRepository: m\netcd:\n  local:\n    imageTag: 3.6.8-0\ndns:\n  imageTag: v1.14.2\n',
      [...of('m'), 'm/etcd:3.6.8-0', 'm/coredns:v1.14.2'],
    ],
    [
      'repositories of their own',
      'etcd:\n  local:\n    imageTag: 3.6.8-0\n    imageRepository: e\ndns:\n  imageTag: v1.14.2\n  imageRepository: d\n',
      [...of('registry.k8s.io'), 'e/etcd:3.6.8-0', 'd/coredns:v1.14.2'],
    ],
    ['external etcd', 'etcd:\n  external:\n    endpoints: [a]\n', of('registry.k8s.io')],
  ])('%s', (_what, raw, images) => expect(targetImages(raw, '1.36.3', 'control-plane')).toEqual(images));

  it('of a worker: kube-proxy', () =>
    expect(targetImages('imageRepository: m\ndns:\n  imageTag: v1\n', '1.36.3', 'worker')).toEqual([
      'm/kube-proxy:v1.36.3',
    ]));
});
