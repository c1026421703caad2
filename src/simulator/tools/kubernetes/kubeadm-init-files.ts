import type { Task } from '../../kernel.ts';
import { certificate } from '../../cluster/certificates.ts';
import { minorNumber } from '../../cluster/component-versions.ts';
import { kubeadmFlagsFile, kubeletConfigFile } from '../../cluster/kubelet.ts';
import {
  kubeadmFlags,
  kubeconfig,
  kubeletCredentials,
  opaque,
  ownCertificates,
} from '../../cluster/kubernetes-files.ts';
import { manifestPath, manifestText } from '../../cluster/manifests.ts';
import { kubeletUnitOf } from '../../host/kubelet-unit.ts';
import { FileError } from '../../world/files.ts';
import type { InitWish } from './kubeadm-init-wish.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

const day = 86_400_000;
const pki = '/etc/kubernetes/pki';

/**
 * Go's os.WriteFile makes the file before it writes: on a full disk an empty one is left, which the next try finds.
 * Source: os.WriteFile; kubeadm, pkiutil, `WriteKey`.
 */
const write = (run: KubeadmRun, path: string, text: string, mode = 0o600): void => {
  const { files } = run.host;
  const directory = path.slice(0, path.lastIndexOf('/'));
  if (files.stat(directory) === undefined)
    files.makeDirectory(directory, run.call.actor, { parents: true, mode: 0o755 });
  try {
    files.write(path, text, run.call.actor, { mode });
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'ENOSPC') throw error;
    files.write(path, '', run.call.actor, { mode });
    throw new KubeadmError(`write ${path}: no space left on device`);
  }
};

const textOf = ({ host: { files } }: KubeadmRun, path: string): string | undefined =>
  files.stat(path)?.kind === 'file' ? files.read(path) : undefined;

const nowOf = ({ world }: KubeadmRun): number => Math.floor(world.kernel.now / 1000) * 1000;

/** In kubeadm's order; `ca`, `front-proxy-ca` and `etcd/ca` sign what follows them. Recorded, 1.35.4. */
const order = [
  'ca',
  'apiserver',
  'apiserver-kubelet-client',
  'front-proxy-ca',
  'front-proxy-client',
  'etcd/ca',
  'etcd/server',
  'etcd/peer',
  'etcd/healthcheck-client',
  'apiserver-etcd-client',
] as const;

const isAuthority = (name: string): boolean => /(?:^|-|\/)ca$/.test(name);

const signed = (run: KubeadmRun, name: string, cluster: string): string => {
  const from = nowOf(run);
  if (isAuthority(name)) {
    const commonName = name === 'ca' ? 'kubernetes' : name.replace('/', '-');
    const about = `${cluster} ${name === 'ca' ? 'ca' : commonName}`;
    return certificate({ commonName, about, from, until: from + 3650 * day, authority: true });
  }
  const subject = ownCertificates.find(([file]) => file === name)?.[1] ?? run.host.name;
  return certificate({
    commonName: subject,
    about: `${cluster} ${run.host.name} ${subject}`,
    from,
    until: from + 365 * day,
  });
};

const sayNames = (run: KubeadmRun, name: string, { node, address, endpoint = '' }: InitWish): void => {
  const named = /^([a-z][^:]*):/.exec(endpoint)?.[1];
  const names = [
    node,
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  const all = [...names, ...(named === undefined ? [] : [named])].toSorted().join(' ');
  if (name === 'apiserver')
    run.say(`[certs] apiserver serving cert is signed for DNS names [${all}] and IPs [10.96.0.1 ${address}]`);
  else if (name === 'etcd/server' || name === 'etcd/peer')
    run.say(
      `[certs] ${name} serving cert is signed for DNS names [${node} localhost] and IPs [${address} 127.0.0.1 ::1]`,
    );
};

/** A certificate that can be read is used as it is. Half of a pair is not. Source: kubeadm 1.35, certs.go, `runCertPhase`. */
const certify = function* (run: KubeadmRun, name: string, wish: InitWish): Task<void> {
  const [crt, key] = [`${pki}/${name}.crt`, `${pki}/${name}.key`];
  const [hasCrt, hasKey] = [textOf(run, crt), textOf(run, key)];
  if (hasCrt?.includes('-----END CERTIFICATE-----') === true) {
    run.say(
      isAuthority(name)
        ? `[certs] Using existing ${name} certificate authority`
        : `[certs] Using existing ${name} certificate and key on disk`,
    );
    return;
  }
  run.say(`[certs] Generating "${name}" certificate and key`);
  yield* run.work(20, 600);
  if (hasCrt !== undefined || hasKey !== undefined)
    throw new KubeadmError(
      `error execution phase certs/${name.replace('/', '-')}: failure loading ${name} certificate: couldn't load the certificate file ${crt}: ${hasCrt === undefined ? `open ${crt}: no such file or directory` : `error reading ${crt}: data does not contain any valid RSA or ECDSA certificates`}`,
    );
  write(run, key, opaque('PRIVATE KEY', `${isAuthority(name) ? wish.cluster : run.host.name} ${name}`));
  write(run, crt, signed(run, name, wish.cluster), 0o644);
  sayNames(run, name, wish);
};

const certifyAll = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  run.say(`[certs] Using certificateDir folder "${pki}"`);
  for (const name of order) yield* certify(run, name, wish);
  const [key, pub] = [`${pki}/sa.key`, `${pki}/sa.pub`];
  if (textOf(run, key)?.includes('-----END') === true) {
    run.say('[certs] Using the existing "sa" key');
    return;
  }
  run.say('[certs] Generating "sa" key and public key');
  yield* run.work(10, 300);
  write(run, key, opaque('PRIVATE KEY', `${wish.cluster} sa`));
  write(run, pub, opaque('PUBLIC KEY', `${wish.cluster} sa`));
};

/** By file: whose it is, and where it leads. Since 1.33 the kubelet's leads to its own API server. */
const kubeconfigs = ({ address, endpoint, node }: InitWish): readonly (readonly [string, string, string])[] => {
  const all = endpoint ?? `${address}:6443`;
  const here = `${address}:6443`;
  return [
    ['admin.conf', all, 'kubernetes-admin'],
    ['super-admin.conf', all, 'kubernetes-super-admin'],
    ['kubelet.conf', here, `system:node:${node}`],
    ['controller-manager.conf', here, 'system:kube-controller-manager'],
    ['scheduler.conf', here, 'system:kube-scheduler'],
  ];
};

/** One that is there is used where it has a context. Source: kubeadm 1.35, kubeconfig.go, `validateKubeConfig`. */
const configure = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  run.say('[kubeconfig] Using kubeconfig folder "/etc/kubernetes"');
  for (const [name, server, user] of kubeconfigs(wish)) {
    const path = `/etc/kubernetes/${name}`;
    const found = textOf(run, path);
    yield* run.work(20, 500);
    if (found !== undefined && !found.includes('current-context: '))
      throw new KubeadmError(
        `error execution phase kubeconfig/${name.replace('.conf', '')}: failed to find CurrentContext in Contexts of the kubeconfig file ${path}`,
      );
    if (found !== undefined) {
      run.say(`[kubeconfig] Using existing kubeconfig file: "${path}"`);
      continue;
    }
    run.say(`[kubeconfig] Writing "${name}" kubeconfig file`);
    const pem = certificate({
      commonName: user,
      ...(name === 'kubelet.conf' ? { organization: 'system:nodes' } : {}),
      about: `${wish.cluster} ${run.host.name} ${user}`,
      from: nowOf(run),
      until: nowOf(run) + 365 * day,
    });
    write(run, path, kubeconfig(wish.cluster, server, user, pem));
  }
};

const placeManifests = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  const place = (name: Parameters<typeof manifestPath>[0]): void =>
    write(run, manifestPath(name), manifestText(name, wish.version, run.host, wish.cluster, [], wish.podSubnet));
  const { files } = run.host;
  if (files.stat('/var/lib/etcd') === undefined)
    files.makeDirectory('/var/lib/etcd', run.call.actor, { parents: true, mode: 0o700 });
  run.say('[etcd] Creating static Pod manifest for local etcd in "/etc/kubernetes/manifests"');
  place('etcd');
  yield* run.work(2, 20);
  run.say('[control-plane] Using manifest folder "/etc/kubernetes/manifests"');
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const) {
    run.say(`[control-plane] Creating static Pod manifest for "${name}"`);
    place(name);
    yield* run.work(2, 300);
  }
};

const runtime = 'unix:///run/containerd/containerd.sock';

/** What the kubelet is started with; it turns the certificate of its kubeconfig into a file of its own at once (recorded). */
const startKubelet = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  const unit = kubeletUnitOf(run.host);
  unit.stop(run.call.actor);
  yield* run.work(20, 400);
  run.say(`[kubelet-start] Writing kubelet environment file with flags to file "${kubeadmFlagsFile}"`);
  write(run, kubeadmFlagsFile, kubeadmFlags(wish.version), 0o644);
  const hasInstance = minorNumber(wish.version) >= 34;
  if (hasInstance) {
    const instance = '/var/lib/kubelet/instance-config.yaml';
    run.say(`[kubelet-start] Writing kubelet configuration to file "${instance}"`);
    write(run, instance, `containerRuntimeEndpoint: "${runtime}"\n`, 0o644);
    run.say(
      '[patches] Applied patch of type "application/strategic-merge-patch+json" to target "kubeletconfiguration"',
    );
  }
  run.say(`[kubelet-start] Writing kubelet configuration to file "${kubeletConfigFile}"`);
  const text = hasInstance
    ? wish.kubelet.replace('containerRuntimeEndpoint: ""', `containerRuntimeEndpoint: ${runtime}`)
    : wish.kubelet;
  write(run, kubeletConfigFile, text, 0o644);
  run.say('[kubelet-start] Starting the kubelet');
  const since = nowOf(run);
  const { certificate: client } = kubeletCredentials(run.host, { cluster: wish.cluster, server: '', since });
  write(run, '/var/lib/kubelet/pki/kubelet-client-current.pem', client);
  unit.start(run.call.actor);
  yield* run.work(300, 800);
};

/** The phases `certs`, `kubeconfig`, `etcd`, `control-plane` and `kubelet-start`: everything on the host itself. */
export const initFiles = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  yield* certifyAll(run, wish);
  yield* configure(run, wish);
  yield* placeManifests(run, wish);
  yield* startKubelet(run, wish);
};

/** From here on its certificate is the one that it renews itself. */
export const finaliseKubelet = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  run.say(
    '[kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate and key',
  );
  const { conf } = kubeletCredentials(run.host, {
    cluster: wish.cluster,
    server: `${wish.address}:6443`,
    since: nowOf(run),
  });
  write(run, '/etc/kubernetes/kubelet.conf', conf);
  const unit = kubeletUnitOf(run.host);
  unit.stop(run.call.actor);
  unit.start(run.call.actor);
  yield* run.work(200, 700);
};
