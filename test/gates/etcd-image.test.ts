import { describe, expect, it } from 'vitest';
import { etcdImage } from '../../src/gates/etcd-image.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, onCluster, status } from '../steps/values.ts';

const at = (...versions: readonly string[]) => ({
  status: versions.map((version, index) => status(index, { version })),
});
const to = (version: string) => bound(etcdImage, { image: `registry.k8s.io/etcd:${version}-0` }, onCluster);

describe('etcd-image', () => {
  it.each([
    ['a newer patch', '3.5.26', at('3.5.24', '3.5.24', '3.5.24'), satisfied],
    ['on the way', '3.5.26', at('3.5.26', '3.5.24', '3.5.24'), satisfied],
    ['the same', '3.5.26', at('3.5.26'), satisfied],
    [
      'an older patch',
      '3.5.24',
      at('3.5.24', '3.5.26'),
      blocked('etcd is 3.5.26 already, and 3.5.24 is older', 'name an image of 3.5.26 or newer'),
    ],
    [
      'another minor',
      '3.6.8',
      at('3.5.24'),
      blocked(
        'etcd is 3.5.24, and 3.6.8 is another minor',
        'kubeadm brings another minor with its Kubernetes: nodeops upgrade',
      ),
    ],
    ['nobody answers', '3.5.26', at(), blocked('no etcd member tells its version', 'look closer: nodeops etcd status')],
  ])('%s', (_what, version, seen, verdict) => expect(to(version).check(seen)).toEqual(verdict));

  it('no image of etcd', () =>
    expect(bound(etcdImage, { image: 'nginx' }, onCluster).check(at('3.5.24'))).toEqual(
      blocked('nginx is no image of etcd that kubeadm could name', 'write one such as registry.k8s.io/etcd:3.5.26-0'),
    ));
});
