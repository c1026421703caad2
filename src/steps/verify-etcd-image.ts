import { z } from 'zod';
import { parseEtcdImage } from '../model/etcd-image.ts';
import type { NodeSubject } from '../model/subject.ts';
import { etcdBack, etcdBackExplained, etcdBackFacts } from './etcd-back.ts';
import { defineStep } from './step.ts';

/** The member of this node is back with the version of its image, and every member is well. */
export const verifyEtcdImage = defineStep({
  id: 'verify-etcd-image',
  subject: 'node',
  title: ({ image }) => `etcd is back from ${image}`,
  with: z.strictObject({ image: z.string() }),
  detect: (_wish, _on: NodeSubject) => etcdBackFacts,

  check: (seen, { image }) => {
    const wanted = parseEtcdImage(image)?.version;
    return etcdBack(seen, wanted ?? image, (version) => version === wanted);
  },

  limits: () => ({ pendingMs: 300_000 }),
  explain: etcdBackExplained,
});
