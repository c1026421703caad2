import { expect, it } from 'vitest';
import { handEdits } from '../../../src/facts/hand-edits.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import { valueOf } from './ask.ts';
import { smallWorld } from './run-tool.ts';

it('the next version in kubeadm-config is no edit by hand on a control plane that does not have it yet', () => {
  const world = smallWorld({ controlPlanes: 3 });
  expect(valueOf(world, handEdits(undefined), 'paris-cp2').differences).toEqual({});
  const found = world.objects.get('ConfigMap', 'kube-system', 'kubeadm-config');
  if (found === undefined) throw new Error('no kubeadm-config');
  const text = JSON.stringify(found).replace(/kubernetesVersion: v[\d.]+/, 'kubernetesVersion: v1.36.3');
  world.objects.put({ ...found, ...JSON.parse(text) }, byCluster);
  expect(JSON.stringify(world.objects.get('ConfigMap', 'kube-system', 'kubeadm-config'))).toContain('v1.36.3');
  expect(valueOf(world, handEdits(undefined), 'paris-cp2').differences).toEqual({});
});
