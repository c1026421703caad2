import { z } from 'zod';
import { setImage } from '../commands/kubectl.ts';
import { restorePoints } from '../facts/restore-points.ts';
import { workloads, type Workload } from '../facts/workloads.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { pointBefore } from './restorable.ts';

/** kubeadm gives their containers the names of their workloads. */
const addons = ['coredns', 'kube-proxy'] as const;

interface Change {
  readonly name: (typeof addons)[number];
  readonly resource: string;
  readonly from: string;
  readonly to: string;
}

const changes = (images: Readonly<Record<string, string>> | undefined, all: readonly Workload[]): readonly Change[] =>
  addons.flatMap((name) => {
    const found = all.find((workload) => workload.namespace === 'kube-system' && workload.name === name);
    const [to, from] = [images?.[name], found?.images[0]];
    return found === undefined || to === undefined || from === undefined || to === from
      ? []
      : [{ name, resource: `${found.kind.toLowerCase()}/${name}`, from, to }];
  });

const tag = (image: string): string => image.slice(image.lastIndexOf(':') + 1);

/**
 * CoreDNS and kube-proxy go back before the older kubeadm is asked to: it refuses a CoreDNS that it does not know, and
 * would leave kube-proxy newer than the API server (lab, 1.36.3 → 1.35.4: `start version '1.14.2' not supported`).
 */
export const lowerAddons = defineStep({
  id: 'lower-addons',
  subject: 'node',
  title: ({ version }) => `CoreDNS and kube-proxy as they were on ${version}`,
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ points: restorePoints, workloads }),

  check: ({ points, workloads: all }, { version }) => {
    const wanted = changes(pointBefore(points, version)?.images, all);
    return wanted.length === 0
      ? satisfied
      : needed(...wanted.map(({ name, from, to }) => `${name} ${tag(from)} → ${tag(to)}`));
  },
  apply: ({ points, workloads: all }, { version }, _on, api) =>
    changes(pointBefore(points, version)?.images, all).map(({ resource, name, to }) => ({
      do: 'exec',
      on: api.node,
      command: setImage(api, resource, name, to),
    })),
  expect: ({ points, workloads: all }, { version }) => {
    const wanted = changes(pointBefore(points, version)?.images, all);
    return {
      workloads: all.map((workload) => {
        const to = wanted.find(
          ({ resource, name }) =>
            workload.namespace === 'kube-system' &&
            workload.name === name &&
            resource === `${workload.kind.toLowerCase()}/${name}`,
        )?.to;
        return to === undefined ? workload : { ...workload, images: [to, ...workload.images.slice(1)] };
      }),
    };
  },

  explain: {
    why: 'The older kubeadm refuses a CoreDNS that it does not know; ignoring that leaves the cluster half-way, with kube-proxy newer than its API server.',
    source: 'lab, 1.36.3 → 1.35.4; docs/rollback.md',
    type: ['kubectl -n kube-system set image deployment/coredns coredns=registry.k8s.io/coredns/coredns:v1.13.1'],
  },
});
