import { writeFileSync } from 'node:fs';
import type { LabNode } from '../addresses.ts';
import { inventory } from '../inventory-file.ts';
import { inventoryFile, knownHostsFile, sshKey } from '../paths.ts';
import { inNode } from './containers.ts';

const HOST_KEY = '/etc/ssh/ssh_host_ed25519_key.pub';

/** Writes known_hosts (keys read inside the nodes, not trusted from the wire) and the inventory; answers with its path. */
export async function writeInventory(cluster: string, nodes: readonly LabNode[]): Promise<string> {
  const lines = await Promise.all(
    nodes.map(async ({ name, host }) => {
      const [type, key] = (await inNode(name, ['cat', HOST_KEY])).split(' ');
      return `${host},${name} ${type} ${key}\n`;
    }),
  );
  writeFileSync(knownHostsFile(cluster), lines.join(''));
  const file = inventoryFile(cluster);
  writeFileSync(file, inventory({ cluster, nodes, identityFile: sshKey, knownHostsFile: knownHostsFile(cluster) }));
  return file;
}
