import { z } from 'zod';
import { labels } from '../facts/label-selector.ts';
import { readEtcdJson } from '../facts/through-etcd.ts';

/** What etcdutl read from a snapshot. Source: etcdutl snapshot status -w json; recorded on the lab, 3.6.6. */
const snapshotStatus = z.object({
  hash: z.number(),
  revision: z.number(),
  totalKey: z.number(),
  totalSize: z.number(),
});
export type SnapshotStatus = z.infer<typeof snapshotStatus>;

export const readSnapshotStatus = (text: string): SnapshotStatus | undefined =>
  snapshotStatus.safeParse(readEtcdJson(text)).data;

const endpoint = z.tuple([
  z.object({
    Status: z.object({
      header: z.object({ cluster_id: z.string() }),
      version: z.string(),
      leader: z.string().optional(),
    }),
  }),
]);

const members = z.object({
  members: z.array(
    z.object({ ID: z.string(), name: z.string().default(''), peerURLs: z.array(z.string()).default([]) }),
  ),
});

const claims = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string(), name: z.string(), labels: labels.default({}) }),
      spec: z.object({
        volumeName: z.string().default(''),
        storageClassName: z.string().default(''),
        resources: z.object({ requests: z.record(z.string(), z.string()).default({}) }).prefault({}),
      }),
    }),
  ),
});

const state = z.object({
  endpoint,
  members: members.nullable(),
  initialCluster: z.string(),
  claims: claims.nullable(),
  configuration: z.object({ items: z.array(z.unknown()) }).nullable(),
  apiTrouble: z.string(),
});
export type ClusterState = z.infer<typeof state>;

/** What `saveState` (commands/backup-files.ts) wrote. */
export const readState = (text: string): ClusterState | undefined => state.safeParse(readEtcdJson(text)).data;

export interface NodeVersions {
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly machineId: string;
  readonly system: string;
  readonly kubelet: string;
  readonly kubeadm: string;
  readonly containerd: string;
  readonly images: readonly string[];
}

/** What `saveNode` (commands/backup-files.ts) wrote: a word and a value a line. A program that is missing has no value. */
export const readNodeVersions = (text: string): NodeVersions | undefined => {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(/ (.*)/s, 2));
  const all = (word: string): string[] => rows.filter(([name]) => name === word).map(([, value = '']) => value.trim());
  const one = (word: string): string => all(word)[0] ?? '';
  if (one('end') !== 'here') return undefined;
  return {
    hostname: one('hostname'),
    addresses: one('addresses')
      .split(/\s+/)
      .filter((address) => address !== ''),
    machineId: one('machine-id'),
    system: one('system'),
    kubelet: /v\d\S*/.exec(one('kubelet'))?.[0] ?? '',
    kubeadm: one('kubeadm'),
    containerd: /(?:^| )v?(\d+\.\d\S*)/.exec(one('containerd'))?.[1] ?? '',
    images: all('image'),
  };
};
