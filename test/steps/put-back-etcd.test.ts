import { describe, expect, it } from 'vitest';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { putBackEtcd } from '../../src/steps/put-back-etcd.ts';
import { keptEtcdOf } from './etcd-steps.ts';
import { api, bound, kubeadmConfigOf, noStaticPods, old, onControlPlane, staticPodsOf } from './values.ts';

const step = bound(putBackEtcd, { minor: '3.5' }, onControlPlane());
const raw = 'kind: ClusterConfiguration\netcd:\n  local:\n    dataDir: /var/lib/etcd\n';
const kept = [keptEtcdOf('r3', '3.6.5-0'), keptEtcdOf('r2', '3.5.33-0'), keptEtcdOf('r1', '3.5.24-0')];
const seen = { pods: staticPodsOf(old), kept, config: { ...kubeadmConfigOf(old), raw } };
const backAlready = {
  ...seen.pods,
  components: { etcd: { image: 'registry.k8s.io/etcd:3.5.33-0', version: '3.5.33-0' } },
};

describe('put-back-etcd', () => {
  it.each([
    ['the newest that is of the minor', seen, needed('registry.k8s.io/etcd:3.6.6-0 → registry.k8s.io/etcd:3.5.33-0')],
    ['back already', { ...seen, pods: backAlready }, satisfied],
    ['no etcd on this node', { ...seen, pods: noStaticPods }, satisfied],
  ])('%s', (_what, now, verdict) => expect(step.check(now)).toEqual(verdict));

  it('pulls the image of the point, and puts the manifest of the same point back', () => {
    const [action] = step.apply(seen, api);
    if (action?.do !== 'exec') throw new Error('no command');
    expect(action.command.stdin).toContain('imageTag: 3.5.33-0');
    expect(quote(action.command.argv)).toContain(
      '/var/lib/nodeops-restore/r2_1.34.4/files/etc/kubernetes/manifests/etcd.yaml',
    );
    expect(action.command.lifetime).toBe('detached');
  });

  it('leaves nothing to do', () => {
    expect(step.check({ ...seen, ...step.expect(seen) })).toEqual(satisfied);
  });
});
