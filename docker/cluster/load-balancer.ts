import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabNode } from '../addresses.ts';
import { loadBalancerAddress } from '../addresses.ts';
import { servicesImage } from '../build/base-images.ts';
import { bindReadOnly, runArgv } from '../container.ts';
import { clusterFolder, recipe } from '../paths.ts';
import { run } from '../run-command.ts';
import type { ClusterRecord } from './record.ts';

/** haproxy's configuration: docker/cluster/haproxy.cfg and one line for each control plane. */
export function haproxyConfiguration(template: string, nodes: readonly LabNode[]): string {
  const servers = nodes
    .filter(({ role }) => role === 'control-plane')
    .map(({ name, host }) => `  server ${name} ${host}:6443`);
  return `${template.trimEnd()}\n${servers.join('\n')}\n`;
}

/** The controlPlaneEndpoint of a cluster with several control planes. */
export async function createLoadBalancer(record: ClusterRecord, nodes: readonly LabNode[]): Promise<void> {
  const file = join(clusterFolder(record.name), 'haproxy.cfg');
  writeFileSync(file, haproxyConfiguration(readFileSync(join(recipe, 'cluster/haproxy.cfg'), 'utf8'), nodes));
  await run(
    runArgv({
      name: `${record.name}-lb`,
      owner: record.name,
      address: loadBalancerAddress(record.slot),
      mounts: [bindReadOnly(file, '/etc/haproxy/haproxy.cfg')],
      image: await servicesImage(),
      command: ['haproxy', '-W', '-db', '-f', '/etc/haproxy/haproxy.cfg'],
    }),
  );
}
