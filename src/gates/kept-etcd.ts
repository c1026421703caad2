import { z } from 'zod';
import { keptEtcd as keptFact } from '../facts/kept-etcd.ts';
import { staticPods, type EtcdFiles } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { minorOf } from '../model/version.ts';
import { keptOf } from '../steps/put-back-etcd.ts';
import { defineStep } from '../steps/step.ts';

/** What must not change with the manifest: other data would be served, or the others would not find it. */
const lasting: readonly (readonly [keyof EtcdFiles, string])[] = [
  ['dataDir', '--data-dir'],
  ['clientUrl', '--advertise-client-urls'],
  ['certFile', '--cert-file'],
  ['keyFile', '--key-file'],
  ['caFile', '--trusted-ca-file'],
];

/** A control plane kept the manifest of an etcd of the wished minor, and it is about the data that are served now. */
export const keptEtcd = defineStep({
  id: 'kept-etcd',
  subject: 'node',
  title: ({ minor }) => `etcd’s manifest of ${minor} is kept`,
  with: z.strictObject({ minor: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ pods: staticPods, kept: keptFact }),

  check: ({ pods: { components, etcd }, kept }, { minor }, on) => {
    const version = components['etcd']?.version;
    if (etcd === undefined || (version !== undefined && minorOf(version) === minor)) return satisfied;
    const back = keptOf(kept, minor);
    if (back === undefined)
      return blocked(
        `${on.node} kept no etcd.yaml of ${minor}: no upgrade by nodeops took its etcd from there`,
        'etcd can stay as it is: it serves older API servers. By hand: etcd.io, "Downgrade etcd from v3.6 to v3.5"',
      );
    const [other] = lasting.filter(([key]) => back[key] !== etcd[key]);
    if (other === undefined) return satisfied;
    const [key, flag] = other;
    return blocked(
      `${on.node}: ${back.point} kept an etcd with ${flag}=${back[key]}, and the one that runs has ${etcd[key]}`,
      `etcd can stay as it is; or make the two alike in ${back.point}/files/etc/kubernetes/manifests/etcd.yaml`,
    );
  },

  foreseen: true,
  explain: {
    why: 'What was changed since (another data directory after a restore, other certificates) would be lost with the old manifest.',
    source: 'docs/etcd.md; docs/rollback.md',
    type: [
      'diff /var/lib/nodeops-restore/RUN_VERSION/files/etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/manifests/',
    ],
  },
});
