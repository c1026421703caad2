import type { Node } from '../../src/model/cluster.ts';
import type { LabNode } from '../addresses.ts';
import { knownHostsFile, sshKey } from '../paths.ts';

/** A lab node as the program knows it from the lab's inventory. */
export const sshNode = (cluster: string, { name, host, role }: LabNode): Node => ({
  name,
  role,
  ssh: {
    host,
    port: 22,
    user: 'ops',
    identityFiles: [sshKey],
    agent: false,
    knownHostsFiles: [knownHostsFile(cluster)],
  },
  become: { method: 'sudo' },
  kubeadm: { ignorePreflightErrors: ['SystemVerification'] },
});
