import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recipe } from '../paths.ts';
import { inNode, kubectl } from './containers.ts';

/** The NodePort of the Service in workload.yaml. */
export const WEB_PORT = 30_080;

/** Applies docker/cluster/workload.yaml and waits until cluster DNS and both replicas answer. */
export async function applyWorkload(controlPlane: string, agnhost: string): Promise<void> {
  const manifest = readFileSync(join(recipe, 'cluster/workload.yaml'), 'utf8').replace('AGNHOST_IMAGE', agnhost);
  await kubectl(controlPlane, 'wait', '--for=condition=Ready', 'node', '--all', '--timeout=180s');
  await inNode(controlPlane, ['kubectl', 'apply', '-f', '-'], { input: manifest });
  await kubectl(controlPlane, 'rollout', 'status', 'deployment/web', '--timeout=180s');
  await kubectl(controlPlane, '-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=180s');
}
