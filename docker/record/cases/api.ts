import { claimLease, createLease, getLease, releaseLease, renewLease } from '../../../src/commands/lease.ts';
import { apply, diff, drain, dryEvictions, kubectlArgv, patchNode } from '../../../src/commands/kubectl.ts';
import { disruptionBudgets } from '../../../src/facts/disruption-budgets.ts';
import { movablePods } from '../../../src/facts/movable-pods.ts';
import { nodeRoom } from '../../../src/facts/node-room.ts';
import { tiedVolumes } from '../../../src/facts/tied-volumes.ts';
import { read, write } from '../../../src/commands/build.ts';
import { asking, kubectlRead, kubectlWrite, onControlPlane, type ByHand, type RecordCase } from './case.ts';

const claim = {
  holder: 'recorder@lab/1',
  epoch: 3,
  annotations: { 'nodeops.dev/run': 'recording' },
  at: Date.UTC(2026, 10, 21, 9),
};
const later = claim.at + 20_000;

const leaseCases: readonly RecordCase[] = [
  { name: 'no lease', on: 'cp1', line: ({ api }) => getLease(api) },
  {
    name: 'no lease, named',
    on: 'cp1',
    line: kubectlRead('get', 'lease', 'nodeops', '-n', 'kube-system', '-o', 'json'),
  },
  { name: 'patch of a lease that is not there', on: 'cp1', line: ({ api }) => renewLease(api, claim, later) },
  { name: 'create a lease', on: 'cp1', line: ({ api }) => createLease(api, claim) },
  { name: 'create it again', on: 'cp1', line: ({ api }) => createLease(api, claim) },
  { name: 'the lease', on: 'cp1', line: ({ api }) => getLease(api) },
  { name: 'renew the lease', on: 'cp1', line: ({ api }) => renewLease(api, claim, later) },
  {
    name: 'renew somebody else’s lease',
    on: 'cp1',
    line: ({ api }) => renewLease(api, { ...claim, holder: 'x' }, later),
  },
  { name: 'renew with another epoch', on: 'cp1', line: ({ api }) => renewLease(api, { ...claim, epoch: 2 }, later) },
  {
    name: 'claim a lease that has changed',
    on: 'cp1',
    line: ({ api }) => claimLease(api, { ...claim, epoch: 4 }, '1'),
  },
  {
    name: 'release the lease',
    on: 'cp1',
    line: ({ api }) => releaseLease(api, claim, { 'nodeops.dev/outcome': 'done' }, later),
    restore: [onControlPlane('kubectl -n kube-system delete lease nodeops')],
  },
];

const questions: readonly RecordCase[] = [
  ...['/readyz', '/healthz', '/livez', '/version'].map((path): RecordCase => ({
    name: `get ${path}`,
    on: 'cp1',
    line: kubectlRead('get', '--raw', path),
  })),
  { name: 'no such node', on: 'cp1', line: kubectlRead('get', 'node', 'nobody', '-o', 'json') },
  {
    name: 'no such configuration map',
    on: 'cp1',
    line: kubectlRead('get', 'configmap', 'nothing', '--namespace=kube-system'),
  },
  { name: 'no such kind', on: 'cp1', line: kubectlRead('get', 'gadgets') },
  { name: 'no jobs', on: 'cp1', line: kubectlRead('get', 'jobs', '-n', 'kube-system', '-o', 'name') },
  { name: 'names of nodes', on: 'cp1', line: kubectlRead('get', 'nodes', '-o', 'name') },
  { name: 'no configuration file', on: 'w1', line: kubectlRead('get', 'nodes') },
];

const by = 'nodeops.dev/cordoned-by';
const cordonPatch = [
  { op: 'test', path: '/spec/unschedulable', value: null },
  { op: 'add', path: '/metadata/annotations/nodeops.dev~1cordoned-by', value: 'recording' },
  { op: 'add', path: '/spec/unschedulable', value: true },
];
const uncordonPatch = [
  { op: 'test', path: '/metadata/annotations/nodeops.dev~1cordoned-by', value: 'recording' },
  { op: 'remove', path: '/metadata/annotations/nodeops.dev~1cordoned-by' },
  { op: 'remove', path: '/spec/unschedulable' },
];

const cordons: readonly RecordCase[] = [
  { name: 'cordon by a patch', on: 'cp1', line: ({ api, node }) => patchNode(api, node('w1'), cordonPatch) },
  { name: 'cordon by a patch, again', on: 'cp1', line: ({ api, node }) => patchNode(api, node('w1'), cordonPatch) },
  { name: 'uncordon by a patch', on: 'cp1', line: ({ api, node }) => patchNode(api, node('w1'), uncordonPatch) },
  { name: 'uncordon by a patch, again', on: 'cp1', line: ({ api, node }) => patchNode(api, node('w1'), uncordonPatch) },
  {
    name: 'remove an annotation that is not there',
    on: 'cp1',
    line: ({ api, node }) =>
      patchNode(api, node('w1'), [{ op: 'remove', path: `/metadata/annotations/${by.replace('/', '~1')}` }]),
  },
  { name: 'patch of a node that is not there', on: 'cp1', line: ({ api }) => patchNode(api, 'nobody', cordonPatch) },
  { name: 'cordon', on: 'cp1', line: kubectlWrite(({ node }) => ['cordon', node('w2')]) },
  { name: 'cordon again', on: 'cp1', line: kubectlWrite(({ node }) => ['cordon', node('w2')]) },
  { name: 'uncordon', on: 'cp1', line: kubectlWrite(({ node }) => ['uncordon', node('w2')]) },
  { name: 'uncordon again', on: 'cp1', line: kubectlWrite(({ node }) => ['uncordon', node('w2')]) },
  { name: 'cordon of a node that is not there', on: 'cp1', line: kubectlWrite(() => ['cordon', 'nobody']) },
];

const strict = onControlPlane(`kubectl patch pdb web --type=merge -p '{"spec":{"minAvailable":2}}'; sleep 2`);
const lenient = onControlPlane(`kubectl patch pdb web --type=merge -p '{"spec":{"minAvailable":1}}'`);
const allIn = onControlPlane('kubectl get nodes -o name | xargs -n 1 kubectl uncordon; sleep 1');
/** Both replicas ready, wherever. */
const webBack = onControlPlane('kubectl rollout status deployment/web --timeout=90s');

const pod = (name: string, extra: string): ByHand =>
  onControlPlane(
    `image=$(kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}'); ` +
      `kubectl apply -f - <<END\n${extra.replaceAll('IMAGE', '$image')}\nEND\nkubectl wait --for=condition=Ready --timeout=60s ${name}`,
  );

const bare = (on: string): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: lonely, namespace: default}, spec: {nodeName: ${on}, terminationGracePeriodSeconds: 1, containers: [{name: c, image: IMAGE, args: [pause]}]}}`;

const gonePod = onControlPlane('kubectl delete pod lonely --now');

/** `CLUSTER` is put in when the suite begins. */
const drains: readonly RecordCase[] = [
  {
    name: 'drain that a budget blocks',
    on: 'cp1',
    prepare: [strict],
    line: ({ api, node }) => write(drain(api, node('w1'), { timeoutMs: 8000, deleteEmptyDirData: true }).argv),
    restore: [lenient, allIn, webBack],
    patienceMs: 8000,
  },
  {
    name: 'prediction of a drain that a budget blocks',
    on: 'cp1',
    prepare: [strict],
    line: kubectlRead(
      'drain',
      'CLUSTER-w1',
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--dry-run=server',
      '--timeout=6s',
    ),
    restore: [lenient, allIn, webBack],
  },
  {
    name: 'prediction of a drain that would end',
    on: 'cp1',
    line: kubectlRead('drain', 'CLUSTER-w1', '--ignore-daemonsets', '--dry-run=server', '--timeout=6s'),
  },
  {
    name: 'prediction of a drain that meets a bare pod',
    on: 'cp1',
    prepare: [pod('pod/lonely', bare('CLUSTER-w2'))],
    line: kubectlRead('drain', 'CLUSTER-w2', '--ignore-daemonsets', '--dry-run=server', '--timeout=6s'),
  },
  {
    name: 'prediction of a drain that would force a bare pod',
    on: 'cp1',
    line: kubectlRead('drain', 'CLUSTER-w2', '--ignore-daemonsets', '--force', '--dry-run=server', '--timeout=6s'),
    restore: [gonePod, allIn],
  },
  {
    name: 'what evictions are refused',
    on: 'cp1',
    line: ({ api, node }) => dryEvictions(api, [node('cp1'), node('w1')]),
  },
  ...[disruptionBudgets, movablePods, nodeRoom, tiedVolumes].map((fact): RecordCase => ({
    name: `the fact ${fact.id}`,
    on: 'cp1',
    line: ({ api }) => {
      if (fact.source.kind !== 'command') throw new Error(`${fact.id} is not asked by a command`);
      return fact.source.command(api);
    },
  })),
  {
    name: 'drain that meets a daemon set',
    on: 'cp1',
    line: kubectlWrite(({ node }) => ['drain', node('w1'), '--timeout=10s']),
    restore: [allIn],
  },
  {
    name: 'drain that meets a bare pod',
    on: 'cp1',
    prepare: [pod('pod/lonely', bare('CLUSTER-w2'))],
    line: ({ api, node }) => write(drain(api, node('w2'), { timeoutMs: 10_000, deleteEmptyDirData: true }).argv),
    restore: [gonePod, allIn],
  },
  {
    name: 'drain that meets local storage',
    on: 'cp1',
    prepare: [
      onControlPlane(
        `kubectl patch deployment web --type=json -p '[{"op":"add","path":"/spec/template/spec/volumes","value":[{"name":"scratch","emptyDir":{}}]}]'; kubectl rollout status deployment/web --timeout=90s; sleep 12`,
      ),
    ],
    line: ({ api, node }) => write(drain(api, node('w2'), { timeoutMs: 10_000, deleteEmptyDirData: false }).argv),
    restore: [
      allIn,
      onControlPlane(
        `kubectl patch deployment web --type=json -p '[{"op":"remove","path":"/spec/template/spec/volumes"}]'; kubectl rollout status deployment/web --timeout=90s; sleep 12`,
      ),
    ],
  },
  {
    name: 'drain',
    on: 'cp1',
    line: ({ api, node }) =>
      write(drain(api, node('w2'), { timeoutMs: 90_000, deleteEmptyDirData: true }).argv, { timeoutMs: 120_000 }),
    patienceMs: 45_000,
  },
  {
    name: 'drain of a drained node',
    on: 'cp1',
    line: ({ api, node }) => write(drain(api, node('w2'), { timeoutMs: 90_000, deleteEmptyDirData: true }).argv),
    restore: [allIn, webBack],
  },
  {
    name: 'drain of a node that is not there',
    on: 'cp1',
    line: ({ api }) => write(drain(api, 'nobody', { timeoutMs: 9000, deleteEmptyDirData: true }).argv),
  },
];

const role = (verb: string): string =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: recorded-reader\nrules:\n- apiGroups: [""]\n  resources: [pods]\n  verbs: [${verb}]\n`;

const manifests: readonly RecordCase[] = [
  { name: 'difference of what is not there', on: 'cp1', line: ({ api }) => diff(api, role('get')) },
  { name: 'apply a manifest', on: 'cp1', line: ({ api }) => apply(api, role('get')) },
  { name: 'apply it again', on: 'cp1', line: ({ api }) => apply(api, role('get')) },
  { name: 'no difference', on: 'cp1', line: ({ api }) => diff(api, role('get')) },
  { name: 'a difference', on: 'cp1', line: ({ api }) => diff(api, role('list')) },
  {
    name: 'apply a changed manifest',
    on: 'cp1',
    line: ({ api }) => apply(api, role('list')),
    restore: [onControlPlane('kubectl delete clusterrole recorded-reader')],
  },
];

export const apiServerStopped: ByHand = {
  on: 'cp1',
  script:
    'mv /etc/kubernetes/manifests/kube-apiserver.yaml /root/; until ! curl -ks -m 2 https://127.0.0.1:6443/livez >/dev/null; do sleep 1; done; sleep 2',
};
export const apiServerStarted: ByHand = {
  on: 'cp1',
  script:
    'mv /root/kube-apiserver.yaml /etc/kubernetes/manifests/; until [ "$(curl -ks -m 2 https://127.0.0.1:6443/readyz)" = ok ]; do sleep 1; done; sleep 15',
};

const withoutServer: readonly RecordCase[] = [
  {
    name: 'get nodes without an API server',
    on: 'cp1',
    prepare: [apiServerStopped],
    line: kubectlRead('get', 'nodes', '-o', 'name'),
    given: ['api-server-stopped'],
  },
  {
    name: '/readyz without an API server',
    on: 'cp1',
    line: kubectlRead('get', '--raw', '/readyz'),
    given: ['api-server-stopped'],
  },
  {
    name: 'cordon by a patch without an API server',
    on: 'cp1',
    line: ({ api, node }) => patchNode(api, node('w1'), cordonPatch),
    given: ['api-server-stopped'],
  },
  {
    name: 'drain without an API server',
    on: 'cp1',
    line: ({ api, node }) => write(drain(api, node('w1'), { timeoutMs: 9000, deleteEmptyDirData: true }).argv),
    given: ['api-server-stopped'],
  },
  {
    name: 'create without an API server',
    on: 'cp1',
    line: ({ api }) => createLease(api, claim),
    given: ['api-server-stopped'],
  },
  {
    name: 'difference without an API server',
    on: 'cp1',
    line: ({ api }) => diff(api, role('get')),
    given: ['api-server-stopped'],
    restore: [apiServerStarted],
  },
  {
    name: 'a wrong port',
    on: 'cp1',
    line: ({ api }) => read(kubectlArgv({ ...api, apiServer: api.apiServer.replace(/6443$/, '6444') }, 'get', 'nodes')),
  },
];

export const apiCases: readonly RecordCase[] = [
  ...questions,
  ...leaseCases,
  ...cordons,
  ...manifests,
  ...drains,
  ...withoutServer,
  { name: 'kubectl’s own version', on: 'cp1', line: asking('kubectl', 'version', '--client') },
];
