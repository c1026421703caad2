import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import { reach } from '../../cluster/endpoints.ts';
import { renewCertificate } from './kubeadm-certificates.ts';
import { certificateKey } from './kubeadm-authorities.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

/** The file below /etc/kubernetes, how kubeadm calls it, and the authority that signs it: in kubeadm's order (recorded, 1.35.4). */
const renewed: readonly (readonly [file: string, title: string, authority: string])[] = [
  ['admin.conf', 'embedded in the kubeconfig file for the admin to use and for kubeadm itself', 'ca'],
  ['pki/apiserver.crt', 'for serving the Kubernetes API', 'ca'],
  ['pki/apiserver-etcd-client.crt', 'the apiserver uses to access etcd', 'etcd/ca'],
  ['pki/apiserver-kubelet-client.crt', 'for the API server to connect to kubelet', 'ca'],
  ['controller-manager.conf', 'embedded in the kubeconfig file for the controller manager to use', 'ca'],
  ['pki/etcd/healthcheck-client.crt', 'for liveness probes to healthcheck etcd', 'etcd/ca'],
  ['pki/etcd/peer.crt', 'for etcd nodes to communicate with each other', 'etcd/ca'],
  ['pki/etcd/server.crt', 'for serving etcd', 'etcd/ca'],
  ['pki/front-proxy-client.crt', 'for the front proxy client', 'front-proxy-ca'],
  ['scheduler.conf', 'embedded in the kubeconfig file for the scheduler manager to use', 'ca'],
  ['super-admin.conf', 'embedded in the kubeconfig file for the super-admin', 'ca'],
];

const readCluster = function* (run: KubeadmRun): Task<void> {
  run.say('[renew] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...');
  run.say("[renew] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.");
  yield* run.work(40, 300);
  const path = '/etc/kubernetes/admin.conf';
  const { files } = run.host;
  const text = files.stat(path) === undefined ? '' : files.read(path);
  const address = /^ *server: https:\/\/(\S+)$/m.exec(text)?.[1] ?? '';
  const { state } = reach(run.world, address);
  // One question: a refused connection is told at once, one that hangs after ten seconds (recorded; kubeadm, certs.go).
  if (!state.serving && state.why !== 'refused') yield* run.work(10_000, 10_100);
  if (!state.serving)
    run.say('[renew] Error reading configuration from the Cluster. Falling back to default configuration');
  run.say('');
};

/**
 * `kubeadm certs renew all`, with or without an API server. Recorded, 1.35.4: all there, one missing, an authority
 * without its key, no API server.
 */
const renewAll = function* (run: KubeadmRun): Task<void> {
  yield* readCluster(run);
  const { files } = run.host;
  for (const [file, title, authority] of renewed) {
    const path = `/etc/kubernetes/${file}`;
    if (files.stat(path) === undefined) run.say(`MISSING! certificate ${title}`);
    else if (files.stat(`/etc/kubernetes/pki/${authority}.key`) === undefined)
      run.say(
        `Detected external ${authority === 'etcd/ca' ? 'etcd-ca' : authority}, certificate ${title} can't be renewed`,
      );
    else {
      yield* run.work(30, 150);
      renewCertificate(run, path);
      run.say(`certificate ${title} renewed`);
    }
  }
  run.say(
    '\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.',
  );
};

/** `kubeadm certs …`. */
export const certs = function* (run: KubeadmRun): Task<number> {
  if (run.parsed.words.join(' ') === 'certs certificate-key' && run.parsed.flags.size === 0) return certificateKey(run);
  if (run.parsed.words.join(' ') !== 'certs renew all' || run.parsed.flags.size > 0)
    throw new SimulatorGap(run.call.argv.join(' '));
  try {
    yield* renewAll(run);
    return 0;
  } catch (error) {
    if (!(error instanceof KubeadmError)) throw error;
    run.call.err(`error: ${error.message}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
    return 1;
  }
};
