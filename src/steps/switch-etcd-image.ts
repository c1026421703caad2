import { z } from 'zod';
import { switchEtcdImage as switchImage } from '../commands/etcd-image.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { staticPods } from '../facts/static-pods.ts';
import { parseEtcdImage } from '../model/etcd-image.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { parseVersion } from '../model/version.ts';
import { configuredWith } from './etcd-pull.ts';
import { defineStep } from './step.ts';

/** Another patch of etcd, in the static pod alone: the next upgrade by kubeadm brings its own image again. */
export const switchEtcdImage = defineStep({
  id: 'switch-etcd-image',
  subject: 'node',
  title: ({ image }) => `etcd from ${image}`,
  with: z.strictObject({ image: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ pods: staticPods, config: kubeadmConfig }),

  check: ({ pods: { components } }, { image }) => {
    const now = components['etcd']?.image;
    return now === undefined || now === image ? satisfied : needed(`${now} → ${image}`);
  },
  apply: ({ pods: { components }, config }, { image }, on) => [
    {
      do: 'exec',
      on: on.node,
      command: switchImage(components['etcd']?.image ?? '', image, configuredWith(config.raw, image)),
    },
  ],
  expect: ({ pods }, { image }) => {
    const { etcd, ...others } = pods.components;
    if (etcd === undefined) return {};
    const version = parseVersion(parseEtcdImage(image)?.tag ?? '');
    return {
      pods: { ...pods, components: { ...others, etcd: { image, ...(version === undefined ? {} : { version }) } } },
    };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A patch of etcd mends what the next minor would stumble over; the kubelet restarts the pod when its manifest changes.',
    source: 'etcd.io, "How to prevent a common failure when upgrading etcd v3.5 to v3.6"; docs/etcd.md',
    type: [
      'crictl pull registry.k8s.io/etcd:3.5.26-0',
      "sed 's|image: .*etcd:.*|image: registry.k8s.io/etcd:3.5.26-0|' /etc/kubernetes/manifests/etcd.yaml > /etc/kubernetes/etcd.yaml",
      'mv /etc/kubernetes/etcd.yaml /etc/kubernetes/manifests/etcd.yaml',
    ],
  },
});
