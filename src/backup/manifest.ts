import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().min(0);
/** A name that leads nowhere else. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

const file = z.object({ name: fileName, bytes: size, sha256 });

const etcd = z.object({
  /** uint64 as decimal text, as are the members' IDs. */
  clusterId: z.string(),
  /** Of the member that gave the snapshot. */
  version: z.string(),
  /** What etcdutl read from the snapshot. */
  revision: z.number(),
  keys: z.number(),
  /** CRC of etcdutl; not the sha256 of the file. */
  hash: z.number(),
  snapshotBytes: size,
  /** False where it was taken without a leader: the newest writes may be missing. */
  quorum: z.boolean(),
  /** Empty where nobody could be asked: `initialCluster` is then what etcd was started with. */
  members: z.array(z.object({ id: z.string(), name: z.string(), peerUrls: z.array(z.string()) })),
  initialCluster: z.string(),
});

const node = z.object({
  name: z.string(),
  role: z.enum(['control-plane', 'worker']),
  hostname: z.string(),
  addresses: z.array(z.string()),
  machineId: z.string(),
  system: z.string(),
  kubelet: z.string(),
  kubeadm: z.string(),
  containerd: z.string(),
  /** Of its static pods. */
  images: z.array(z.string()),
});

const claim = z.object({
  claim: z.string(),
  /** The hook that saved its content in this run; missing where none did. */
  coveredBy: z.string().exactOptional(),
  volume: z.string(),
  storageClass: z.string(),
  requested: z.string(),
});

const hook = z.object({
  name: z.string(),
  /** Of the claims that there are. */
  claims: z.array(z.string()),
  /** A node's name, or the operator's machine. */
  on: z.string().exactOptional(),
  /** False: what it saves is not saved. */
  ok: z.boolean().default(true),
  /** `rc 3: connection refused` */
  trouble: z.string().exactOptional(),
  durationMs: z.number().exactOptional(),
});

/** How many claims there are, and how many of them no hook saved. */
const coverage = z.object({ total: size, notCovered: size });
export type Coverage = z.infer<typeof coverage>;

/** What a backup says of itself. */
export const manifestSchema = z.object({
  format: z.literal(1),
  kind: z.literal('nodeops backup'),
  id: z.string(),
  cluster: z.string(),
  nodeops: z.string(),
  /** When its files had been gathered, ISO 8601. */
  takenAt: z.iso.datetime(),
  etcd,
  nodes: z.array(node),
  /** Missing where no API server answered. */
  claims: z.array(claim).exactOptional(),
  /** Hooks of the inventory, and which claims they say they save. */
  application: z.array(hook),
  leftOut: z.array(z.object({ what: z.string(), why: z.string() })),
  /** As they are once decrypted. */
  files: z.array(file),
});

export type BackupManifest = z.infer<typeof manifestSchema>;

/** What lies in a place, as it lies there: without a key it tells whether anything was changed. */
export const checksumsSchema = z.object({
  format: z.literal(1),
  kind: z.literal('nodeops backup checksums'),
  id: z.string(),
  cluster: z.string(),
  takenAt: z.iso.datetime(),
  encrypted: z.boolean(),
  /** The manifest is among them. */
  files: z.array(file),
  /** As the manifest has it, which an encrypted backup does not show; missing where no API server answered. */
  claims: coverage.exactOptional(),
  /** How many hooks failed. */
  failedHooks: size.exactOptional(),
});

export type BackupChecksums = z.infer<typeof checksumsSchema>;

/** How it was verified, when, where. */
const verification = z.object({ at: z.iso.datetime(), how: z.enum(['checksums', 'restore']), place: z.string() });
export type Verification = z.infer<typeof verification>;

/** What this machine remembers of a backup: evidence that whoever can write to the place cannot change. */
export const recordSchema = z.object({
  format: z.literal(1),
  id: z.string(),
  cluster: z.string(),
  takenAt: z.iso.datetime(),
  /** By place, the sha256 of checksums.json. */
  places: z.record(z.string(), sha256),
  verified: z.array(verification),
  /** Older backups were looked through in all places. */
  tidied: z.boolean(),
  notCovered: z.array(z.string()),
  /** Missing where it is not known. */
  claims: coverage.exactOptional(),
  hooks: z.array(hook).default([]),
  failedHooks: z.array(z.object({ hook: z.string(), trouble: z.string() })).default([]),
  leftOut: z.array(z.object({ what: z.string(), why: z.string() })),
});

export type BackupRecord = z.infer<typeof recordSchema>;

/** Beside a backup in its place: so that from every machine it is known not to throw the last good one away. */
export const verifiedSchema = z.object({ format: z.literal(1), checksums: sha256, verified: z.array(verification) });

/** The text that readAs reads back. */
export const writeDocument = (document: BackupManifest | BackupChecksums | BackupRecord | object): string =>
  `${JSON.stringify(document, undefined, 2)}\n`;
