import { z } from 'zod';
import { etcdHealth, type EtcdEndpointHealth } from '../facts/etcd-health.ts';
import { kubeletLog } from '../facts/kubelet-log.ts';
import { kubeletStart } from '../facts/kubelet-start.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import { nodeLeases } from '../facts/node-leases.ts';
import { nodes } from '../facts/nodes.ts';
import { ownApiServer, type OwnApiServer } from '../facts/own-api-server.ts';
import { podsOnNode } from '../facts/pods.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { imageVersion, versionedComponents } from './upgrade-evidence.ts';

/** Kubelets renew their lease every 10 s; the node controller gives up after 40 s (kubernetes.io, Nodes, "Heartbeats"). */
export const freshLeaseMs = 40_000;

/** Why the lease does not show that the kubelet that runs now is alive, or undefined. */
const leaseTrouble = (now: number, renewed: number | undefined, started: number | undefined): string | undefined => {
  if (renewed === undefined) return 'a lease';
  if (now - renewed > freshLeaseMs)
    return `a fresh lease (renewed ${Math.round((now - renewed) / 1000)} s ago by the clock of the control planes)`;
  return started === undefined || renewed < started
    ? 'a lease that the kubelet renewed since it was started (the one there is of the kubelet before)'
    : undefined;
};

const sickEndpoints = (etcd: readonly EtcdEndpointHealth[] | undefined): readonly string[] =>
  (etcd ?? []).filter(({ healthy }) => !healthy).map(({ endpoint }) => endpoint);

/** The kubelet of a control plane reports to the API server beside it, and that one needs its etcd. */
const whyUnreported = (api: OwnApiServer | undefined, sick: readonly string[]): string =>
  api?.ready === false
    ? `, whose API server is not ready: ${api.detail}${sick.length === 0 ? '' : `; etcd at ${sick.join(', ')} is not healthy`}`
    : '';

/**
 * A node is back when its kubelet runs the version and says so. A new kubelet restarts all static pods of its control
 * plane at once, and Ready comes up to half a minute before the API server: Ready is no gate (lab, 1.35 → 1.36). A kubelet
 * that gives up right after its start is `active` for a moment, under the Ready and the lease of the one before; one that
 * lives renews its lease within half a second (lab, 1.36.3, five starts).
 */
export const verifyNode = defineStep({
  id: 'verify-node',
  subject: 'node',
  title: ({ version }) => `the node is back${version === undefined ? '' : ` on ${version}`}`,
  with: z.strictObject({
    /** Missing where it stays on the one that it is on. */
    version: z.string().optional(),
    /** On a way back they are of a newer version still when the kubelet is not: well is enough then. */
    staticPods: z.literal('of-any-version').optional(),
  }),
  detect: (_wish, on: NodeSubject) => ({
    unit: kubeletUnit,
    start: kubeletStart,
    log: kubeletLog,
    nodes,
    leases: nodeLeases,
    pods: podsOnNode(on.node),
    manifests: staticPods,
    api: ownApiServer,
    etcd: etcdHealth,
  }),
  optional: ['api', 'etcd', 'log', 'start'],

  check: ({ unit, start, log, nodes: all, leases, pods, manifests, api, etcd }, { version, staticPods: which }, on) => {
    if (!unit.active)
      return pending(`the kubelet to run (${unit.subState})${log === undefined ? '' : `: ${log.lastError}`}`);
    const node = all.find(({ name }) => name === on.node);
    const sick = sickEndpoints(etcd);
    const unasked = whyUnreported(api, sick);
    if (node === undefined || (version !== undefined && node.kubeletVersion !== version))
      return pending(`the kubelet to register${version === undefined ? '' : ` as ${version}`}${unasked}`);
    if (node.ready !== 'True') return pending(`the node to be Ready${unasked}`);
    const stale = leaseTrouble(leases.now, leases.renewed[on.node], start);
    if (stale !== undefined) return pending(stale);
    if (on.role === 'worker') return satisfied;
    const anyVersion = version === undefined || which === 'of-any-version';
    if (api?.ready !== true) return pending(`its API server's /readyz${api === undefined ? '' : `: ${api.detail}`}`);
    if (!anyVersion && api.version !== version)
      return pending(`its API server to be ${version} (it is ${api.version ?? '?'})`);
    const lacking = Object.keys(manifests.components).filter((component) => {
      const mirror = pods.find(
        ({ namespace, name }) => namespace === 'kube-system' && name === `${component}-${on.node}`,
      );
      const versioned = !anyVersion && versionedComponents.some((name) => name === component);
      return mirror?.ready !== true || (versioned && !mirror.images.some((image) => imageVersion(image) === version));
    });
    if (lacking.length > 0) return pending(`the static pods ${lacking.join(', ')} to be ready`);
    return sick.length === 0 ? satisfied : pending(`etcd at ${sick.join(', ')} to be healthy`);
  },

  limits: () => ({ pendingMs: 300_000 }),
  explain: {
    why: 'Ready alone says little: it stays True for seconds after a kubelet died, and comes long before the API server.',
    source: 'kubernetes.io, Nodes, "Heartbeats"; seen on the lab, 1.35.4 → 1.36.3',
    type: [
      'systemctl is-active kubelet',
      'kubectl get node NODE',
      'kubectl --server=https://NODE:6443 get --raw /readyz',
    ],
  },
});
