import { X509Certificate } from 'node:crypto';
import { read } from '../commands/build.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { dumpFunction, readDump } from './file-dump.ts';

export interface Certificate {
  readonly file: string;
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly authority: boolean;
}

export interface Certificates {
  readonly certificates: readonly Certificate[];
  /** Authorities whose key is not on this host: `ca`, `front-proxy-ca`, `etcd/ca`. */
  readonly withoutKey: readonly string[];
}

/** Keys lie in the same directories and files: only certificates leave the node. */
const script = `
${dumpFunction}
pem() { for f; do [ -f "$f" ] && printf '=%s\\n' "$f" && sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/s/^/>/p' "$f" && echo; done; :; }
conf() { for f; do [ -f "$f" ] && printf '=%s\\n' "$f" && sed -n 's/^ *client-certificate-data: */>/p' "$f" && echo; done; :; }
cd /etc/kubernetes 2>/dev/null || exit 3
pem /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt /var/lib/kubelet/pki/kubelet-client-current.pem
conf /etc/kubernetes/*.conf
for ca in ca front-proxy-ca etcd/ca; do [ ! -f "pki/$ca.crt" ] || [ -f "pki/$ca.key" ] || printf '=without-key/%s\\n>\\n\\n' "$ca"; done
:`;

const certificateIn = (file: string, text: string): Certificate | undefined => {
  const pem = text.includes('BEGIN CERTIFICATE') ? text : Buffer.from(text.trim(), 'base64').toString('utf8');
  try {
    const { subject, validTo, ca } = new X509Certificate(pem);
    const notAfter = Date.parse(validTo);
    return Number.isNaN(notAfter) ? undefined : { file, subject, notAfter, authority: ca };
  } catch {
    return undefined;
  }
};

const parse = ({ stdout, stderr, code }: Output): Parsed<Certificates> => {
  if (code === 3) return { absent: true };
  const files = readDump(stdout);
  if (code !== 0 || files === undefined) return { unreadable: stdout.trim() || stderr };
  const certificates: Certificate[] = [];
  const withoutKey: string[] = [];
  for (const { path, text } of files) {
    const missing = /^without-key\/(.*)$/.exec(path)?.[1];
    if (missing !== undefined) withoutKey.push(missing);
    // kubelet.conf names the file of its certificate, and holds none.
    else if (text.trim() !== '') {
      const certificate = certificateIn(path, text);
      if (certificate === undefined) return { unreadable: `${path}: ${text}` };
      certificates.push(certificate);
    }
  }
  return { value: { certificates, withoutKey } };
};

/** Source: kubernetes.io, "PKI certificates and requirements"; recorded on the lab, 1.35.4. Absent where no kubeadm was. */
export const certificates = defineFact<Certificates>({
  id: 'certificates',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse,
});
