import { X509Certificate } from 'node:crypto';
import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface ClusterCa {
  /** `AB:CD:…`, as openssl prints it. */
  readonly sha256: string;
}

/** The certificate authority of the cluster, as a control plane has it. Source: kubernetes.io, PKI certificates. */
export const clusterCa = defineFact<ClusterCa>({
  id: 'cluster-ca',
  subject: 'cluster',
  command: read(['cat', '/etc/kubernetes/pki/ca.crt']),
  parse: ({ stdout, stderr, code }) => {
    if (code !== 0) return /No such file/.test(stderr) ? { absent: true } : { unreadable: stderr };
    try {
      return { value: { sha256: new X509Certificate(stdout).fingerprint256 } };
    } catch {
      return { unreadable: stdout };
    }
  },
});
