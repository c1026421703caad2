import { describe, expect, it } from 'vitest';
import { parseEtcdImage } from '../../src/model/etcd-image.ts';

describe('an image of etcd', () => {
  it.each([
    ['registry.k8s.io/etcd:3.5.26-0', { repository: 'registry.k8s.io', tag: '3.5.26-0', version: '3.5.26' }],
    [
      'mirror.example:5000/k8s/etcd:v3.5.26',
      { repository: 'mirror.example:5000/k8s', tag: 'v3.5.26', version: '3.5.26' },
    ],
  ])('%s', (written, image) => expect(parseEtcdImage(written)).toEqual(image));

  it.each([
    'registry.k8s.io/etcd',
    'registry.k8s.io/etcd:latest',
    'registry.k8s.io/etcd:3.5',
    'registry.k8s.io/coredns:1.13.1',
    'registry.k8s.io/etcd@sha256:0123',
    'etcd:3.5.26-0',
    "registry.k8s.io/etcd:3.5.26-0'; reboot",
    '',
  ])('%j is none that kubeadm could name', (written) => expect(parseEtcdImage(written)).toBeUndefined());
});
