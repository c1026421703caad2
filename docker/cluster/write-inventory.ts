import { writeFileSync } from 'node:fs';
import type { LabNode } from '../addresses.ts';
import { ignoredOnUpgrade, inventory } from '../inventory-file.ts';
import { ignoredPreflightErrors } from '../kubeadm-config.ts';
import { inventoryFile, knownHostsFile, sshKey } from '../paths.ts';
import { inNode } from './containers.ts';
import type { ClusterRecord } from './record.ts';

const HOST_KEY = '/etc/ssh/ssh_host_ed25519_key.pub';

/** Writes known_hosts (keys read inside the nodes, not trusted from the wire) and the inventory; answers with its path. */
export async function writeInventory(record: ClusterRecord, nodes: readonly LabNode[]): Promise<string> {
  const { name: lab, bareFor } = record;
  const lines = await Promise.all(
    nodes.map(async ({ name, host }) => {
      const [type, key] = (await inNode(name, ['cat', HOST_KEY])).split(' ');
      return `${host},${name} ${type} ${key}\n`;
    }),
  );
  writeFileSync(knownHostsFile(lab), lines.join(''));
  const file = inventoryFile(lab);
  const ignored = bareFor === undefined ? ignoredOnUpgrade : ignoredPreflightErrors;
  const kept = { identityFile: sshKey, knownHostsFile: knownHostsFile(lab) };
  writeFileSync(file, inventory({ cluster: bareFor ?? lab, nodes, ignored, ...kept }));
  return file;
}
