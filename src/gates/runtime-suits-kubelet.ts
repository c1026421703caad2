import semver from 'semver';
import { nodes } from '../facts/nodes.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import { runtimeOffers, runtimeTarget } from '../facts/runtime-offers.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged } from '../model/verdict.ts';
import { runtimeWish } from '../steps/runtime-wish.ts';
import { defineStep } from '../steps/step.ts';
import { listedInstead } from './runtime-support.ts';

/** From here on kubelets speak CRI v1. Source: kubernetes.io, Container Runtime Interface (CRI). */
const speaksV1From = '1.23.0';
/**
 * Below it a container that starts again in a pod of 1.x cannot be reached any more: of a static pod, or of a DaemonSet,
 * which a drain leaves. Source: github.com/containerd/containerd, #11535, #11793, #11973.
 */
const takesOldPodsFrom = { '2.0': '2.0.6', '2.1': '2.1.3' } as const;

const tooEarly = (version: string): string | undefined =>
  Object.entries(takesOldPodsFrom).find(
    ([minor, from]) => version.startsWith(`${minor}.`) && semver.lt(version, from),
  )?.[1];

/** The kubelet of the node and the containerd to which it goes are made for each other. */
export const runtimeSuitsKubelet = defineStep({
  id: 'runtime-suits-kubelet',
  subject: 'node',
  title: ({ runtime }) => `containerd ${runtime} for its kubelet`,
  with: runtimeWish,
  detect: (_wish, _on: NodeSubject) => ({ nodes, daemon: runtimeDaemon, offers: runtimeOffers }),
  optional: ['daemon', 'offers'],

  check: ({ nodes: all, daemon, offers = {} }, { runtime: to }, { node }) => {
    const target = daemon === undefined ? undefined : runtimeTarget(daemon, offers, to);
    const kubelet = all.find(({ name }) => name === node)?.kubeletVersion;
    if (target === undefined || kubelet === undefined) return judged([], []);
    const mute = semver.major(target.version) >= 2 && semver.lt(kubelet, speaksV1From);
    const listed = listedInstead(target.version, kubelet);
    const crosses = semver.lt(semver.coerce(daemon?.running)?.version ?? target.version, '2.0.0');
    const early = crosses ? tooEarly(target.version) : undefined;
    return judged(
      mute
        ? [
            {
              because: `${node}: its kubelet ${kubelet} speaks CRI v1alpha2 only, which containerd 2 has no longer`,
              fix: 'upgrade Kubernetes first: nodeops upgrade',
            },
          ]
        : [],
      [
        ...(listed === undefined
          ? []
          : [
              {
                because: `${node}: Kubernetes ${kubelet} lists containerd ${listed}, and not ${target.version}`,
                fix: 'take one of those with --to, where the node is offered it',
              },
            ]),
        ...(early === undefined
          ? []
          : [
              {
                because: `${node}: below containerd ${early} a container that starts again in a pod made by 1.x is lost: static pods and those of DaemonSets stay through a drain`,
                fix: `take ${early} or later with --to, or restart the node afterwards: nodeops reboot ${node}`,
              },
            ]),
      ],
    );
  },

  waivable: true,
  explain: {
    why: 'Kubernetes 1.35 is the last that lists a containerd 1.x; a kubelet that the runtime does not answer leaves its node not Ready.',
    source:
      'containerd, RELEASES.md, "Kubernetes Support"; docs/containerd-2.0.md, "CRI v1alpha2 API has been removed"',
    type: ['kubectl get nodes -o wide', 'containerd --version'],
  },
});
