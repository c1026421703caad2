import { z } from 'zod';
import { annotateNode } from '../commands/kubectl.ts';
import { containerRuntime } from '../facts/container-runtime.ts';
import { criSocketAnnotation, criSockets } from '../facts/cri-sockets.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { minorsBetween, type Version } from '../model/version.ts';
import { defineStep } from './step.ts';

/** From here on kubeadm asks the node's own files, and takes the annotation away. */
const firstWithout = '1.34.0';
const isRead = (version: Version): boolean => minorsBetween(version, firstWithout) > 0;

/** The runtime's socket where the older kubeadm looks for it: the newer one took that away from the Node object. */
export const returnCriSocket = defineStep({
  id: 'return-cri-socket',
  subject: 'node',
  title: () => 'kubeadm finds the runtime’s socket',
  with: z.strictObject({ version: z.string() }),
  detect: ({ version }, _on: NodeSubject) => (isRead(version) ? { noted: criSockets, runtime: containerRuntime } : {}),
  optional: ['runtime'],

  check: ({ noted, runtime }, _wish, { node }) => {
    if (noted === undefined || noted[node] !== undefined) return satisfied;
    return runtime?.socket === undefined
      ? blocked(
          `${node}: neither its Node object nor its kubelet’s files say which runtime it has`,
          `kubectl annotate node ${node} ${criSocketAnnotation}=unix:///run/containerd/containerd.sock (the runtime that runs there)`,
        )
      : needed(`${criSocketAnnotation}=unix://${runtime.socket}`);
  },
  apply: ({ runtime }, _wish, { node }, place) =>
    runtime?.socket === undefined
      ? []
      : [
          {
            do: 'exec',
            on: place.node,
            command: annotateNode(place, node, criSocketAnnotation, `unix://${runtime.socket}`),
          },
        ],
  expect: ({ noted, runtime }, _wish, { node }) =>
    runtime?.socket === undefined ? {} : { noted: { ...noted, [node]: `unix://${runtime.socket}` } },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'kubeadm 1.33 ends with `node doesn’t have kubeadm.alpha.kubernetes.io/cri-socket annotation` where 1.34 has been.',
    source: 'kubeadm, GetNodeRegistration and RemoveCRISocketAnnotation; lab, 1.34.4 → 1.33.13',
    type: ['kubectl annotate node NODE kubeadm.alpha.kubernetes.io/cri-socket=unix:///run/containerd/containerd.sock'],
  },
});
