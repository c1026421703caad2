import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

/**
 * When the kubeadm package was last unpacked, in seconds since the epoch by the node's own clock; absent where it is not
 * installed. Source: dpkg writes a package's list of files anew whenever it unpacks it, also the same version again, and
 * never otherwise: tried with dpkg 1.21.22 (install, upgrade, reinstall, downgrade; a hold does not touch it).
 */
export const kubeadmInstalled = defineFact<number>({
  id: 'kubeadm-installed',
  subject: 'node',
  command: read(['sh', '-c', 'f=/var/lib/dpkg/info/kubeadm.list; [ ! -e $f ] || stat -c %Y $f']),
  parse: ({ stdout, stderr, code }) => {
    if (code === 0 && stdout.trim() === '') return { absent: true };
    if (code !== 0 || !/^\d{1,12}$/.test(stdout.trim())) return { unreadable: stdout.trim() || stderr };
    return { value: Number(stdout) };
  },
});
