import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { user, type KeyPair, type RaisedCluster, type RaisedNode } from './cluster-behind-ssh.ts';

/** What an inventory in the same directory says of SSH, so that nodeops reaches staged nodes. */
export const sshOfStage = { user, identityFile: './id_ecdsa', knownHostsFile: './known_hosts', agent: false } as const;

export const nodesOfStage = (nodes: readonly RaisedNode[]) =>
  nodes.map(({ name, role, port }) => ({ name, host: '127.0.0.1', role, ssh: { port } }));

/** Writes the inventory, and the key and known_hosts that it names, for the eyes of their owner only. */
export const writeStage = (
  directory: string,
  login: KeyPair,
  { clusters, inventory }: { readonly clusters: readonly RaisedCluster[]; readonly inventory: string },
): void => {
  const put = (name: string, text: string): void => writeFileSync(join(directory, name), text, { mode: 0o600 });
  put('id_ecdsa', login.private);
  const lines = clusters.flatMap(({ nodes }) => nodes.map(({ port, hostKey }) => `[127.0.0.1]:${port} ${hostKey}\n`));
  put('known_hosts', lines.join(''));
  put('inventory.yaml', inventory);
};
