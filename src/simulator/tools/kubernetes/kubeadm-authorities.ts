import { createCipheriv, createDecipheriv } from 'node:crypto';
import { parseAllDocuments } from 'yaml';
import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';
import { putToken } from './kubeadm-token.ts';
import { born } from './manifest-objects.ts';
import { isMap } from './value.ts';

export const authoritiesSecret = 'kubeadm-certs';

/** What every control plane has the same of, by its name in the Secret. Recorded, 1.35.4. */
const shared = ['ca.crt', 'ca.key', 'etcd-ca.crt', 'etcd-ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key'];
const keysOfAccounts = ['sa.key', 'sa.pub'];
const names = [...shared, ...keysOfAccounts];

const pathOf = (name: string): string => `/etc/kubernetes/pki/${name.replace(/^etcd-/, 'etcd/')}`;
const nonceBytes = 12;
const tagBytes = 16;

/** AES-GCM with the nonce before it. Source: kubeadm, util/crypto, `EncryptBytes`. */
const sealed = (text: string, key: Buffer, nonce: Buffer): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'latin1'), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]);
};

/** @throws KubeadmError for another key. Recorded, 1.35.4. */
const opened = (data: Buffer, key: Buffer): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, nonceBytes));
  decipher.setAuthTag(data.subarray(data.length - tagBytes));
  const body = decipher.update(data.subarray(nonceBytes, data.length - tagBytes));
  try {
    return Buffer.concat([body, decipher.final()]).toString('latin1');
  } catch {
    throw new KubeadmError(
      'error downloading certs: error decoding secret data with provided key: cipher: message authentication failed',
    );
  }
};

const keyOf = (hex: string): Buffer => {
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new SimulatorGap('kubeadm: a certificate key that is none');
  return Buffer.from(hex, 'hex');
};

interface Configured {
  readonly kind?: string;
  readonly certificateKey?: string;
}

const keyIn = (run: KubeadmRun): string => {
  const text = run.host.files.read(run.call.path(run.parsed.flags.get('config') ?? ''));
  const documents = parseAllDocuments(text).map((each): Configured => each.toJS());
  const key = documents.find(({ kind }) => kind === 'InitConfiguration')?.certificateKey;
  // Without it kubeadm would ask the internet for the newest version.
  if (key === undefined || !documents.some(({ kind }) => kind === 'ClusterConfiguration'))
    throw new SimulatorGap(run.call.argv.join(' '));
  return key;
};

/** A token keeps it alive: two hours later both are gone. Source: kubeadm, copycerts, `createShortLivedBootstrapToken`. */
const aliveMs = 7_200_000;

/** `kubeadm certs certificate-key`. */
export const certificateKey = (run: KubeadmRun): number => {
  run.say(run.world.random.hex(64));
  return 0;
};

/**
 * `kubeadm init phase upload-certs --upload-certs --config=FILE --skip-certificate-key-print`. Of an authority that is kept
 * elsewhere there is no key to upload. Recorded, 1.35.4; the empty entry from kubeadm, copycerts, `getSecretData`.
 */
export const uploadAuthorities = function* (run: KubeadmRun): Task<void> {
  const { flags } = run.parsed;
  if (flags.get('upload-certs') !== 'true' || flags.get('skip-certificate-key-print') !== 'true')
    throw new SimulatorGap(run.call.argv.join(' '));
  const key = keyOf(keyIn(run));
  run.say(`[upload-certs] Storing the certificates in Secret "${authoritiesSecret}" in the "kube-system" Namespace`);
  yield* run.api('error execution phase upload-certs: error uploading certs: error to get token');
  const { name, uid } = putToken(run, {
    ms: aliveMs,
    description: 'Proxy for managing TTL for the kubeadm-certs secret',
  });
  yield* run.work(5, 40);
  const { files, world } = run.host;
  const data = names.map((each) => {
    const path = pathOf(each);
    const nonce = Buffer.from(world.random.hex(nonceBytes * 2), 'hex');
    return [each, files.stat(path) === undefined ? '' : sealed(files.read(path), key, nonce).toString('base64')];
  });
  run.put(
    born(run.call, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: authoritiesSecret,
        namespace: 'kube-system',
        uid: '',
        resourceVersion: '',
        creationTimestamp: '',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Secret', name, uid, controller: true }],
      },
      type: 'Opaque',
      data: Object.fromEntries(data),
    }),
  );
};

/** The phase download-certs of a join. @throws KubeadmError as recorded, 1.35.4. */
export const downloadAuthorities = (run: KubeadmRun, hexKey: string): void => {
  run.say(
    `[download-certs] Downloading the certificates in Secret "${authoritiesSecret}" in the "kube-system" Namespace`,
  );
  const data = run.world.objects.get('Secret', 'kube-system', authoritiesSecret)?.['data'];
  if (!isMap(data))
    throw new KubeadmError(
      `error downloading certs: error downloading the secret: Secret "${authoritiesSecret}" was not found in the "kube-system" Namespace. This Secret might have expired. Please, run \`kubeadm init phase upload-certs --upload-certs\` on a control plane to generate a new one`,
    );
  const key = keyOf(hexKey);
  const texts = names.map((name) => {
    const text = data[name];
    const entry = Buffer.from(typeof text === 'string' ? text : '', 'base64');
    return [name, entry.length === 0 ? '' : opened(entry, key)] as const;
  });
  run.say('[download-certs] Saving the certificates to the folder: "/etc/kubernetes/pki"');
  for (const [name, text] of texts)
    if (text !== '') run.writeIn(pathOf(name), text, name.endsWith('.key') ? 0o600 : 0o644);
};
