import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { switchEtcdImage } from '../../src/steps/switch-etcd-image.ts';
import { api, bound, kubeadmConfigOf, noStaticPods, old, onControlPlane, staticPodsOf } from './values.ts';

const image = 'mirror.example:5000/k8s/etcd:3.6.8-0';
const step = bound(switchEtcdImage, { image }, onControlPlane());
const raw = 'kind: ClusterConfiguration\nimageRepository: mirror.example\netcd:\n  local:\n    dataDir: /srv/etcd\n';
const seen = { pods: staticPodsOf(old), config: { ...kubeadmConfigOf(old), raw } };

describe('switch-etcd-image', () => {
  it.each([
    ['another image', seen, needed(`registry.k8s.io/etcd:3.6.6-0 → ${image}`)],
    [
      'that image already',
      { ...seen, pods: { ...seen.pods, components: { ...seen.pods.components, etcd: { image } } } },
      satisfied,
    ],
    ['no etcd on this node', { ...seen, pods: noStaticPods }, satisfied],
  ])('%s', (_what, now, verdict) => expect(step.check(now)).toEqual(verdict));

  it('pulls with the cluster’s configuration and that image, and writes none of it down', () => {
    const [action] = step.apply(seen, api);
    if (action?.do !== 'exec') throw new Error('no command');
    expect(action.command.stdin).toBe(
      'kind: ClusterConfiguration\nimageRepository: mirror.example\netcd:\n  local:\n    dataDir: /srv/etcd\n    imageRepository: mirror.example:5000/k8s\n    imageTag: 3.6.8-0\n',
    );
    expect(action.command.lifetime).toBe('detached');
  });
});
