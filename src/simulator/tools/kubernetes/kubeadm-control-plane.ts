import { SimulatorGap } from '../../gap.ts';
import { certificate } from '../../cluster/certificates.ts';
import { joinedManifest } from '../../cluster/joined-manifest.ts';
import { kubeconfig, opaque, ownCertificates } from '../../cluster/kubernetes-files.ts';
import { manifestDirectory, manifestPath, manifestText } from '../../cluster/manifests.ts';
import type { Task } from '../../kernel.ts';
import type { Component } from '../../world/host.ts';
import { configurationOf, extraArgsIn, podSubnetOf, proxiesOf } from './kubeadm-environment.ts';
import type { KubeadmRun } from './kubeadm-run.ts';

const yearMs = 365 * 86_400_000;
/** Clocks of others may be behind. Recorded, 1.35.4. */
const backdatedMs = 300_000;

const signed = ({ host, world }: KubeadmRun, commonName: string): string => {
  const now = Math.floor((host.kernel.now + host.clockOffsetMs) / 1000) * 1000;
  return certificate({
    commonName,
    about: `${world.cluster} ${host.name} ${commonName} ${now}`,
    from: now - backdatedMs,
    until: now + yearMs,
  });
};

/** Whom a certificate of a server is for. Recorded, 1.35.4. */
const signedFor = ({ host, world }: KubeadmRun, file: string): string | undefined => {
  const { name, address } = host;
  if (file === 'apiserver') {
    const ips = [...new Set(['10.96.0.1', address, world.endpoint.split(':', 1)[0]])];
    const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
    return `[${[name, ...service, 'kubernetes.default.svc.cluster.local'].join(' ')}] and IPs [${ips.join(' ')}]`;
  }
  return file === 'etcd/server' || file === 'etcd/peer'
    ? `[${name} localhost] and IPs [${address} 127.0.0.1 ::1]`
    : undefined;
};

/**
 * A control plane's own certificates, signed by the authorities that are there; what is there already is used. In a fixed
 * order, where kubeadm has none. Recorded, 1.35.4.
 */
export const writeCertificates = function* (run: KubeadmRun): Task<void> {
  const { files } = run.host;
  if (files.stat('/etc/kubernetes/pki/ca.key') === undefined)
    throw new SimulatorGap('kubeadm: a control plane whose authority is kept elsewhere');
  run.say('[certs] Using certificateDir folder "/etc/kubernetes/pki"');
  for (const [file, subject] of ownCertificates) {
    const path = `/etc/kubernetes/pki/${file}`;
    if (files.stat(`${path}.crt`) !== undefined && files.stat(`${path}.key`) !== undefined) {
      yield* run.work(10, 120);
      run.say(`[certs] Using the existing "${file}" certificate and key`);
      continue;
    }
    run.say(`[certs] Generating "${file}" certificate and key`);
    yield* run.work(10, 300);
    const whom = signedFor(run, file);
    if (whom !== undefined) run.say(`[certs] ${file} serving cert is signed for DNS names ${whom}`);
    run.writeIn(`${path}.key`, opaque('PRIVATE KEY', `${run.host.name} ${file} ${run.host.kernel.now}`));
    run.writeIn(`${path}.crt`, signed(run, subject ?? run.host.name), 0o644);
  }
  run.say('[certs] Valid certificates and keys now exist in "/etc/kubernetes/pki"');
  run.say('[certs] Using the existing "sa" key');
};

/** What an administrator, controller manager and scheduler talk to the API with; used where it is there. Recorded, 1.35.4. */
export const writeKubeconfigs = function* (run: KubeadmRun): Task<void> {
  const { host, world } = run;
  run.say('[kubeconfig] Generating kubeconfig files\n[kubeconfig] Using kubeconfig folder "/etc/kubernetes"');
  const own = `${host.address}:6443`;
  const wanted = [
    { file: 'admin.conf', server: world.endpoint, user: 'kubernetes-admin' },
    { file: 'controller-manager.conf', server: own, user: 'system:kube-controller-manager' },
    { file: 'scheduler.conf', server: own, user: 'system:kube-scheduler' },
  ];
  for (const { file, server, user } of wanted) {
    const path = `/etc/kubernetes/${file}`;
    yield* run.work(10, 150);
    if (host.files.stat(path) !== undefined) {
      run.say(`[kubeconfig] Using existing kubeconfig file: "${path}"`);
      continue;
    }
    run.say(`[kubeconfig] Writing "${file}" kubeconfig file`);
    run.writeIn(path, kubeconfig(world.cluster, server, user, signed(run, user)));
  }
};

const textOf = (run: KubeadmRun, name: Component['name'], version: string): string =>
  manifestText(
    name,
    version,
    run.host,
    run.world.cluster,
    proxiesOf(run.call.env),
    podSubnetOf(run.world),
    extraArgsIn(configurationOf(run.world), name),
  );

/** Manifests of all but etcd, written anew each time. Recorded, 1.35.4. */
export const writeManifests = function* (run: KubeadmRun, version: string): Task<void> {
  run.say(`[control-plane] Using manifest folder "${manifestDirectory}"`);
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const) {
    run.say(`[control-plane] Creating static Pod manifest for "${name}"`);
    run.writeIn(manifestPath(name), textOf(run, name, version));
    yield* run.work(2, 20);
  }
};

/** etcd's manifest, with all the members that there are from now on. Recorded, 1.35.4. */
export const writeEtcdManifest = (
  run: KubeadmRun,
  version: string,
  members: readonly { readonly name: string; readonly address: string }[],
): void => {
  run.say('[etcd] Creating static Pod manifest for "etcd"');
  if (run.host.files.stat('/var/lib/etcd') === undefined) run.makeDirectory('/var/lib/etcd');
  run.writeIn(manifestPath('etcd'), joinedManifest(textOf(run, 'etcd', version), members));
};
