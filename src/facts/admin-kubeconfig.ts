import { read } from '../commands/build.ts';
import { adminConf } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';

/**
 * The administrator's kubeconfig as a control plane has it. It holds a key: it is no part of what is known of a node, and
 * is asked for only to be written where somebody wants it. Source: kubernetes.io, kubeadm init, admin.conf.
 */
export const adminKubeconfig = defineFact<string>({
  id: 'admin-kubeconfig',
  subject: 'node',
  command: read(['cat', adminConf]),
  parse: ({ code, stdout, stderr }) => {
    if (/no such file/i.test(stderr)) return { absent: true };
    return code === 0 && stdout !== '' ? { value: stdout } : { unreadable: stderr.trim() };
  },
});
