import { writeFileSync } from 'node:fs';
import { controlPlaneEndpoint, podSubnet, type LabNode } from '../addresses.ts';
import { ignoredOnUpgrade, inventory } from '../inventory-file.ts';
import { cgroupsHere, componentConfigurations, ignoredPreflightErrors } from '../kubeadm-config.ts';
import { inventoryFile, knownHostsFile, kubeadmFile, sshKey } from '../paths.ts';
import { inNode } from './containers.ts';
import type { ClusterRecord } from './record.ts';

const HOST_KEY = '/etc/ssh/ssh_host_ed25519_key.pub';
/** A host without packages is prepared before systemd has made its keys. */
const READ_KEY = `timeout 60 sh -c 'until [ -s ${HOST_KEY} ]; do sleep 0.2; done'; cat ${HOST_KEY}`;

/** Writes known_hosts (keys read inside the nodes, not trusted from the wire) and the inventory; answers with its path. */
export async function writeInventory(record: ClusterRecord, nodes: readonly LabNode[]): Promise<string> {
  const { name: lab, bareFor } = record;
  const lines = await Promise.all(
    nodes.map(async ({ name, host }) => {
      const [type, key] = (await inNode(name, ['sh', '-c', READ_KEY])).split(' ');
      return `${host},${name} ${type} ${key}\n`;
    }),
  );
  writeFileSync(knownHostsFile(lab), lines.join(''));
  const file = inventoryFile(lab);
  const ignored = bareFor === undefined ? ignoredOnUpgrade : ignoredPreflightErrors;
  const kept = { identityFile: sshKey, knownHostsFile: knownHostsFile(lab) };
  if (bareFor === undefined) {
    writeFileSync(file, inventory({ cluster: lab, nodes, ignored, ...kept }));
    return file;
  }
  const { version, slot, topology } = record;
  writeFileSync(kubeadmFile(lab), componentConfigurations({ version, cgroups: cgroupsHere() }));
  const create = {
    endpoint: controlPlaneEndpoint(slot, topology),
    podSubnet: podSubnet(slot),
    configuration: kubeadmFile(lab),
  };
  writeFileSync(file, inventory({ cluster: bareFor, nodes, ignored, ...kept, bare: { version, create } }));
  return file;
}
