import { z } from 'zod';
import { getLease } from '../commands/lease.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { readJson } from './read-text.ts';
import { throughApi } from './through-api.ts';

/** What the cluster's lease says of the run that owns it, or of the last one that did. */
export interface OwnerLease {
  readonly resourceVersion: string;
  /** Empty once it was released. */
  readonly holder: string;
  readonly epoch: number;
  /** Milliseconds since the epoch by the holder's clock; absent where nobody ever wrote it. */
  readonly acquiredAt?: number;
  readonly renewedAt?: number;
  readonly annotations: Readonly<Record<string, string>>;
}

const time = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => !Number.isNaN(at));

/** Every field of the spec may be missing. Source: k8s.io/api/coordination/v1, types.go. */
const schema = z.object({
  metadata: z.object({
    resourceVersion: z.string().min(1),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      acquireTime: time.nullish(),
      renewTime: time.nullish(),
      leaseTransitions: z.int().nonnegative().nullish(),
    })
    .nullish(),
});

const parse = ({ stdout }: Output): Parsed<OwnerLease> => {
  if (stdout.trim() === '') return { absent: true };
  const lease = schema.safeParse(readJson(stdout));
  if (!lease.success) return { unreadable: stdout };
  const { metadata, spec } = lease.data;
  const { holderIdentity, acquireTime, renewTime, leaseTransitions } = spec ?? {};
  return {
    value: {
      resourceVersion: metadata.resourceVersion,
      holder: holderIdentity ?? '',
      epoch: leaseTransitions ?? 0,
      ...(typeof acquireTime !== 'number' ? {} : { acquiredAt: acquireTime }),
      ...(typeof renewTime !== 'number' ? {} : { renewedAt: renewTime }),
      annotations: metadata.annotations ?? {},
    },
  };
};

/** Absent in a cluster that nodeops has never changed. */
export const ownerLease = defineFact<OwnerLease>({
  id: 'owner-lease',
  subject: 'cluster',
  command: getLease,
  parse: throughApi(parse),
});
