import { z } from 'zod';
import { putBackEtcd as putBack } from '../commands/etcd-image.ts';
import { keptEtcd, type KeptEtcd } from '../facts/kept-etcd.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { minorOf } from '../model/version.ts';
import { configuredWith } from './etcd-pull.ts';
import { defineStep } from './step.ts';

/** The newest manifest of a minor that a control plane kept. */
export const keptOf = (kept: readonly KeptEtcd[], minor: string): KeptEtcd | undefined =>
  kept.find(({ version }) => version !== undefined && minorOf(version) === minor);

/**
 * etcd of the minor before, with the flags that it had: those of 3.6 are no flags of 3.5. Only what the gate `kept-etcd`
 * has compared with what runs now.
 */
export const putBackEtcd = defineStep({
  id: 'put-back-etcd',
  subject: 'node',
  title: ({ minor }) => `etcd as it was on ${minor}`,
  with: z.strictObject({ minor: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ pods: staticPods, kept: keptEtcd, config: kubeadmConfig }),

  check: ({ pods: { components }, kept }, { minor }) => {
    const now = components['etcd'];
    const back = keptOf(kept, minor);
    if (now === undefined || back === undefined) return satisfied;
    return now.version !== undefined && minorOf(now.version) === minor
      ? satisfied
      : needed(`${now.image} → ${back.image}`);
  },
  apply: ({ kept, config }, { minor }, on) => {
    const back = keptOf(kept, minor);
    if (back === undefined) return [];
    return [
      { do: 'exec', on: on.node, command: putBack(back.point, back.image, configuredWith(config.raw, back.image)) },
    ];
  },
  expect: ({ pods, kept }, { minor }) => {
    const back = keptOf(kept, minor);
    if (back === undefined || pods.components['etcd'] === undefined) return {};
    const { image, version } = back;
    const etcd = { image, ...(version === undefined ? {} : { version }) };
    return { pods: { ...pods, components: { ...pods.components, etcd } } };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'The older etcd does not know the newer one’s flags, so that another image alone would not start.',
    source: 'etcd.io, "Downgrade etcd from v3.6 to v3.5"; kubeadm, etcd.yaml of 1.33 and 1.34',
    type: [
      'cp /var/lib/nodeops-restore/RUN_VERSION/files/etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/etcd.yaml',
      'mv /etc/kubernetes/etcd.yaml /etc/kubernetes/manifests/etcd.yaml',
    ],
  },
});
