import { expect, it } from 'vitest';
import { kubeletConf, kubeletServer } from '../../../src/simulator/cluster/kubelet.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import { hostOf, ours, smallWorld } from '../kubernetes/run-tool.ts';

it('a kubelet asks the API server that its file named when it was started', () => {
  const host = hostOf(smallWorld({ controlPlanes: 3 }), 'paris-cp1');
  const [own, other] = [host.address, hostOf(host.world, 'paris-cp2').address];
  host.files.write(kubeletConf, host.files.read(kubeletConf).replace(own, other), byCluster, { mode: 0o600 });
  expect(kubeletServer(host)).toBe(`${own}:6443`);
  host.services.kubelet.stop(ours);
  host.services.kubelet.start(ours);
  expect(kubeletServer(host)).toBe(`${other}:6443`);
});
