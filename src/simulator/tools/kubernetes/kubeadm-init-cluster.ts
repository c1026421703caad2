import type { Task } from '../../kernel.ts';
import { coreDns, configMaps, kubeProxy } from '../../cluster/first-objects.ts';
import { controlPlaneTaint, roleLabels } from '../../cluster/first-nodes.ts';
import { objectOf, type Maker } from '../../cluster/objects.ts';
import type { KubeObject } from '../../world/world.ts';
import { durationMs } from './flags.ts';
import { keptConfiguration, type InitWish } from './kubeadm-init-wish.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';
import { putToken, tokenSecret, usualToken } from './kubeadm-token.ts';
import { born } from './manifest-objects.ts';

const makerOf = (run: KubeadmRun): Maker => ({ random: run.world.random, now: () => run.world.kernel.now });

/** Created, or brought to what is wished. Source: kubeadm, apiclient, `CreateOrUpdate`. */
const putOne = (run: KubeadmRun, object: KubeObject): void => {
  const { kind, metadata } = object;
  const found = run.world.objects.get(kind, metadata.namespace, metadata.name);
  run.put(
    found === undefined
      ? object
      : { ...object, metadata: found.metadata, ...('status' in found ? { status: found['status'] } : {}) },
  );
};

const ownMaps = (run: KubeadmRun, { cluster, version }: InitWish): ReadonlyMap<string, KubeObject> =>
  new Map(configMaps(makerOf(run), cluster, '', version).map((map) => [map.metadata.name, map]));

const uploadConfig = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  yield* run.api('error execution phase upload-config/kubeadm: error uploading the kubeadm ClusterConfiguration');
  const maps = ownMaps(run, wish);
  const [own, kubelets] = [maps.get('kubeadm-config'), maps.get('kubelet-config')];
  run.say(
    '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace',
  );
  if (own !== undefined) putOne(run, { ...own, data: { ClusterConfiguration: keptConfiguration(wish) } });
  yield* run.work(20, 200);
  run.say(
    '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster',
  );
  if (kubelets !== undefined) putOne(run, { ...kubelets, data: { kubelet: wish.kubelet } });
  yield* run.work(20, 100);
  run.say('[upload-certs] Skipping phase. Please see --upload-certs');
};

/** Source: kubeadm, timeouts.kubernetesAPICall: the Node object is waited for as long. */
const nodeMs = 60_000;

/** Taints that the node has already stay; others of the same key and effect give way. Recorded, 1.35.4. */
const markNode = function* (run: KubeadmRun, { node, taints = [controlPlaneTaint] }: InitWish): Task<void> {
  run.say(
    `[mark-control-plane] Marking the node ${node} as control-plane by adding the labels: [${Object.keys(roleLabels).join(' ')}]`,
  );
  if (taints.length > 0)
    run.say(
      `[mark-control-plane] Marking the node ${node} as control-plane by adding the taints [${taints.map(({ key, value, effect }) => `${key}${value === undefined ? '' : `=${value}`}:${effect}`).join(' ')}]`,
    );
  const until = run.world.kernel.now + nodeMs;
  for (;;) {
    yield* run.api('error execution phase mark-control-plane: error applying control-plane label and taints');
    const found = objectOf(run.world.objects, 'Node', undefined, node);
    if (found !== undefined) {
      const kept = (found.spec.taints ?? []).filter(
        (each) => !taints.some(({ key, effect }) => key === each.key && effect === each.effect),
      );
      const all = [...taints, ...kept];
      found.metadata.labels = { ...found.metadata.labels, ...roleLabels };
      if (all.length > 0) found.spec.taints = all;
      run.put(found);
      return;
    }
    if (run.world.kernel.now >= until)
      throw new KubeadmError(
        `error execution phase mark-control-plane: error applying control-plane label and taints: nodes "${node}" not found`,
      );
    yield run.world.kernel.now + 500;
  }
};

/** Recorded, 1.35.4. */
const rbacLines = [
  'Configured RBAC rules to allow Node Bootstrap tokens to get nodes',
  'Configured RBAC rules to allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials',
  'Configured RBAC rules to allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token',
  'Configured RBAC rules to allow certificate rotation for all node client certificates in the cluster',
];

const makeToken = function* (run: KubeadmRun, { token }: InitWish): Task<void> {
  run.say('[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles');
  yield* run.api('error execution phase bootstrap-token: error updating or creating token');
  if (token !== undefined) {
    const { id, secret, ttl } = token;
    run.world.objects.remove('Secret', 'kube-system', tokenSecret(id), run.call.actor);
    putToken(run, { ms: durationMs(ttl), ...usualToken, given: { id, secret } });
  }
  for (const line of rbacLines) {
    run.say(`[bootstrap-token] ${line}`);
    yield* run.work(20, 250);
  }
  run.say('[bootstrap-token] Creating the "cluster-info" ConfigMap in the "kube-public" namespace');
  const info = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cluster-info', namespace: 'kube-public', uid: '', resourceVersion: '', creationTimestamp: '' },
    data: { kubeconfig: `apiVersion: v1\nclusters:\n- cluster:\n    server: https://${run.world.endpoint}\n` },
  };
  putOne(run, born(run.call, info));
  yield* run.work(50, 400);
};

/** The phases that write into the API, up to the token; `addons` come after the kubelet's certificate. */
export const initCluster = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  yield* uploadConfig(run, wish);
  yield* markNode(run, wish);
  yield* makeToken(run, wish);
};

/** Both addons, with their configuration. An object that is there is brought to what this version has. */
export const initAddons = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  const maps = ownMaps(run, wish);
  const apply = (name: string, workload: KubeObject): void => {
    const map = maps.get(name);
    if (map !== undefined) putOne(run, map);
    if (run.world.objects.get(workload.kind, 'kube-system', name) === undefined) run.put(workload);
  };
  yield* run.api('error execution phase addon/coredns');
  yield* run.work(200, 1200);
  apply('coredns', coreDns(makerOf(run), wish.version));
  run.say('[addons] Applied essential addon: CoreDNS');
  yield* run.api('error execution phase addon/kube-proxy');
  yield* run.work(100, 600);
  apply('kube-proxy', kubeProxy(makerOf(run), wish.version));
  run.say('[addons] Applied essential addon: kube-proxy');
};
