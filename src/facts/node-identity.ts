import { X509Certificate } from 'node:crypto';
import { read } from '../commands/build.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { dumpFunction, readDump } from './file-dump.ts';

export interface KubeletCertificate {
  /** `system:node:paris-w1` */
  readonly commonName: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly serial: string;
}

export interface NodeIdentity {
  readonly hostname: string;
  readonly machineId: string;
  /** What the node shows to the API server. */
  readonly kubeletCertificate?: KubeletCertificate;
  /** SHA-256 of the cluster's certificate authority, `AB:CD:…`: equal on all nodes of one cluster. */
  readonly clusterCa?: string;
}

/** Keys are in the same files: only what lies between the lines of a certificate leaves the node. */
const script = `
${dumpFunction}
pems() { for f; do [ -f "$f" ] && printf '=%s\\n' "$f" && sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/s/^/>/p' "$f" && echo; done; :; }
printf '=hostname\\n>%s\\n\\n' "$(uname -n)"
dump /etc/machine-id
pems /var/lib/kubelet/pki/kubelet-client-current.pem /etc/kubernetes/pki/ca.crt`;

const certificateIn = (text: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
};

const kubeletCertificateIn = (text: string): KubeletCertificate | undefined => {
  const certificate = certificateIn(text);
  const commonName = /^CN=(.*)$/m.exec(certificate?.subject ?? '')?.[1];
  const notAfter = Date.parse(certificate?.validTo ?? '');
  if (certificate === undefined || commonName === undefined || Number.isNaN(notAfter)) return undefined;
  return { commonName, notAfter, serial: certificate.serialNumber };
};

const parse = ({ stdout }: Output): Parsed<NodeIdentity> => {
  const texts = new Map(readDump(stdout)?.map(({ path, text }) => [path, text]));
  const hostname = texts.get('hostname')?.trim() ?? '';
  const client = texts.get('/var/lib/kubelet/pki/kubelet-client-current.pem');
  const authority = texts.get('/etc/kubernetes/pki/ca.crt');
  const kubeletCertificate = client === undefined ? undefined : kubeletCertificateIn(client);
  const clusterCa = authority === undefined ? undefined : certificateIn(authority)?.fingerprint256;
  if (hostname === '') return { unreadable: stdout };
  if (client !== undefined && kubeletCertificate === undefined) return { unreadable: client };
  if (authority !== undefined && clusterCa === undefined) return { unreadable: authority };
  return {
    value: {
      hostname,
      machineId: texts.get('/etc/machine-id')?.trim() ?? '',
      ...(kubeletCertificate === undefined ? {} : { kubeletCertificate }),
      ...(clusterCa === undefined ? {} : { clusterCa }),
    },
  };
};

/** Source: machine-id(5); "PKI certificates and requirements" (kubernetes.io); recorded on the lab, 1.35.4. */
export const nodeIdentity = defineFact<NodeIdentity>({
  id: 'node-identity',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse,
});
