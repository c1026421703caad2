import type { Task } from '../../kernel.ts';
import { minorNumber } from '../../cluster/component-versions.ts';
import { manifestPath } from '../../cluster/manifests.ts';
import { isReady, type JobObject, listOf, metadata, suffix } from '../../cluster/objects.ts';
import { companionsOf } from '../../cluster/component-versions.ts';
import { refuseFor, type Complaint } from './kubeadm-complaints.ts';
import type { KubeadmRun } from './kubeadm-run.ts';

const jobObject = (run: KubeadmRun): JobObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metadata(
    { random: run.world.random, now: () => run.host.kernel.now },
    { name: `upgrade-health-check-${suffix(run.world.random, 5)}`, namespace: 'kube-system' },
  ),
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { labels: {} },
      spec: {
        tolerations: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
        containers: [
          { name: 'upgrade-health-check', image: `registry.k8s.io/pause:${companionsOf(run.version).pause}` },
        ],
      },
    },
  },
  status: {},
});

/** Skipped where every node is cordoned; 15 s, a minute from 1.36 on (kubeadm-facts 2). */
const createJob = function* (run: KubeadmRun): Task<readonly Complaint[]> {
  const { objects } = run.world;
  if (listOf(objects, 'Node').every(({ spec }) => spec.unschedulable === true)) return [];
  const job = jobObject(run);
  const { name } = job.metadata;
  const limit = minorNumber(run.version) >= 36 ? 60_000 : 15_000;
  run.put(job);
  const until = run.host.kernel.now + limit;
  while (job.status.succeeded === undefined && run.host.kernel.now < until) yield run.host.kernel.now + 1000;
  yield* run.api('could not delete Job');
  objects.remove('Job', 'kube-system', name, run.call.actor);
  if (job.status.succeeded !== undefined) return [];
  const text = `Job "${name}" in the namespace "kube-system" did not complete in ${limit === 15_000 ? '15s' : '1m0s'}: client rate limiter Wait returned an error: context deadline exceeded`;
  return [{ id: 'CreateJob', text }];
};

const nodesReady = (run: KubeadmRun): readonly Complaint[] => {
  const away = listOf(run.world.objects, 'Node').filter(
    (node) => node.metadata.labels?.['node-role.kubernetes.io/control-plane'] !== undefined && !isReady(node),
  );
  if (away.length === 0) return [];
  const names = away.map(({ metadata: { name } }) => name).join(' ');
  return [{ id: 'ControlPlaneNodesReady', text: `there are NotReady control-planes in the cluster: [${names}]` }];
};

const manifestsThere = (run: KubeadmRun): readonly Complaint[] => {
  const missing = (['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const)
    .map(manifestPath)
    .filter((path) => run.host.files.stat(path) === undefined);
  if (missing.length === 0) return [];
  return [{ id: 'StaticPodManifest', text: `manifest files not found: [${missing.join(' ')}]` }];
};

/** `[upgrade] Running cluster health checks`: what plan and apply ask before anything else. */
export const clusterHealth = function* (run: KubeadmRun): Task<void> {
  run.say('[upgrade] Running cluster health checks');
  yield* run.api('[upgrade/health] FATAL');
  const complaints = [...(yield* createJob(run)), ...nodesReady(run), ...manifestsThere(run)];
  refuseFor(run, '[upgrade/health] FATAL: ', complaints);
};
