import { z } from 'zod';
import { readEtcdJson } from '../facts/through-etcd.ts';
import type { BackupManifest } from './manifest.ts';

/** What `testRestore` (commands/restore-test.ts) found; recorded on the lab, etcd 3.6.6. */
const outcome = z.object({
  snapshot: z.object({ hash: z.number(), revision: z.number(), totalKey: z.number() }),
  endpoint: z.tuple([z.object({ Status: z.object({ header: z.object({ revision: z.number() }) }) })]),
  keys: z.number(),
  bytes: z.number(),
  kubeSystem: z.number(),
  nodes: z.number(),
});

/** A restore that was tried. */
export interface RestoreOutcome {
  readonly revision: number;
  readonly keys: number;
  readonly bytes: number;
  readonly nodes: number;
  /** What is not as the manifest says; nothing where all is. */
  readonly wrong: readonly string[];
}

const compared = (what: string, is: number, should: number): readonly string[] =>
  is === should ? [] : [`${what} is ${is}, the manifest says ${should}`];

/** Judges what the second etcd held against the manifest; undefined for a text of another form. */
export const readRestore = (text: string, { etcd }: BackupManifest): RestoreOutcome | undefined => {
  const found = outcome.safeParse(readEtcdJson(text)).data;
  if (found === undefined) return undefined;
  const { snapshot, endpoint, keys, bytes, kubeSystem, nodes } = found;
  const { revision } = endpoint[0].Status.header;
  return {
    revision,
    keys,
    bytes,
    nodes,
    wrong: [
      ...compared('the snapshot’s revision', snapshot.revision, etcd.revision),
      ...compared('the number of its keys', snapshot.totalKey, etcd.keys),
      ...compared('the hash of its content', snapshot.hash, etcd.hash),
      ...compared('the restored revision', revision, etcd.revision),
      ...(kubeSystem === 0 ? ['the namespace kube-system is not in it'] : []),
      ...(nodes === 0 ? ['no node is in it'] : []),
      ...(bytes === 0 ? ['its values cannot be read'] : []),
    ],
  };
};
