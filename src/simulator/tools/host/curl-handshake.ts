import { X509Certificate } from 'node:crypto';
import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { Component, Host } from '../../world/host.ts';

/** What listens on a control plane's own ports, and the flag that names the certificate it shows. */
const listeners: Readonly<Record<string, { readonly name: Component['name']; readonly flag: string }>> = {
  '6443': { name: 'kube-apiserver', flag: '--tls-cert-file=' },
  '2379': { name: 'etcd', flag: '--cert-file=' },
};

/** OpenSSL's, ASN1_TIME_print: `Nov 23 13:03:30 2027 GMT`, a day below ten with a blank before it. */
const dateText = (text: string): string =>
  text.replace(/^(\w{3}) +(\d+) /, (_, m: string, d: string) => `${m} ${d.padStart(2)} `);

/**
 * The certificate that a program shows to whoever asks. API server and etcd read their own one anew when its file
 * changes: what is shown is what lies on the disk, also before a restart (recorded, 1.35.4, right after `kubeadm certs
 * renew all`). Undefined where nobody listens.
 */
const shown = (host: Host, port: string): X509Certificate | undefined => {
  const listener = listeners[port];
  if (listener === undefined) throw new SimulatorGap(`curl: nothing is known of port ${port}`);
  const component = host.components.get(listener.name);
  const path = component?.argv.find((word) => word.startsWith(listener.flag))?.slice(listener.flag.length);
  // Only once it is ready: of the moments before nothing was recorded.
  if (component?.state !== 'running' || path === undefined || host.files.stat(path) === undefined) return undefined;
  return new X509Certificate(host.files.read(path));
};

/** Recorded with curl 7.88.1 and OpenSSL, on a control plane of 1.35.4. */
const greeting = (port: string, { subject, issuer, validFrom, validTo }: X509Certificate): string =>
  [
    `*   Trying 127.0.0.1:${port}...`,
    `* Connected to 127.0.0.1 (127.0.0.1) port ${port} (#0)`,
    '* ALPN: offers h2,http/1.1',
    '* TLSv1.3 (OUT), TLS handshake, Client hello (1):',
    '* TLSv1.3 (IN), TLS handshake, Server hello (2):',
    '* TLSv1.3 (IN), TLS handshake, Encrypted Extensions (8):',
    '* TLSv1.3 (IN), TLS handshake, Request CERT (13):',
    '* TLSv1.3 (IN), TLS handshake, Certificate (11):',
    '* TLSv1.3 (IN), TLS handshake, CERT verify (15):',
    '* TLSv1.3 (IN), TLS handshake, Finished (20):',
    '* SSL connection using TLSv1.3 / TLS_AES_128_GCM_SHA256',
    '* ALPN: server accepted h2',
    '* Server certificate:',
    `*  subject: ${subject.split('\n').join('; ')}`,
    `*  start date: ${dateText(validFrom)}`,
    `*  expire date: ${dateText(validTo)}`,
    `*  issuer: ${issuer.split('\n').join('; ')}`,
    '*  SSL certificate verify result: unable to get local issuer certificate (20), continuing anyway.',
    '* using HTTP/2',
    '',
  ].join('\n');

/** `curl -skv -o /dev/null https://127.0.0.1:PORT/…` without a client's certificate: only what is said on the way counts. */
export const handshake = function* (call: Call, port: string): Task<number> {
  const { kernel, world } = call.host;
  yield kernel.now + world.random.between(5, 30);
  const certificate = shown(call.host, port);
  if (certificate === undefined) {
    call.err(
      `*   Trying 127.0.0.1:${port}...\n* connect to 127.0.0.1 port ${port} failed: Connection refused\n* Failed to connect to 127.0.0.1 port ${port} after 0 ms: Couldn't connect to server\n* Closing connection 0\n`,
    );
    return 7;
  }
  call.err(greeting(port, certificate));
  if (port === '6443') return 0;
  // etcd wants a certificate of whoever asks.
  call.err('* Send failure: Broken pipe\n* OpenSSL SSL_write: Broken pipe, errno 32\n* Failed sending HTTP request\n');
  return 55;
};

/** `curl -skf -o /dev/null https://127.0.0.1:PORT/healthz` of a controller manager or a scheduler (recorded, 1.35.4). */
export const askHealth = function* (call: Call, port: string): Task<number> {
  const { kernel, world, components } = call.host;
  yield kernel.now + world.random.between(5, 30);
  return components.get(port === '10257' ? 'kube-controller-manager' : 'kube-scheduler')?.state === 'running' ? 0 : 7;
};
