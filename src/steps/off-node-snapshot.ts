import { removeSnapshot, takeSnapshot } from '../commands/etcd-snapshot.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { keptArtifact } from '../facts/kept-artifact.ts';
import type { Action } from '../model/action.ts';

/** The facts that tell whether a snapshot of that name, without ending, lies with the operator. */
export const snapshotFacts = (name: string) => ({
  snapshot: keptArtifact(`${name}.db`),
  status: keptArtifact(`${name}.json`),
});

/** Takes a snapshot of a node's own etcd in the run's directory, verifies it, copies it off, and leaves none there. */
export const snapshotActions = (node: string, run: string, name: string): readonly Action[] => {
  const kept = `${nodeDirectory}/${run}/${name.slice(name.lastIndexOf('/') + 1)}`;
  return [
    { do: 'exec', on: node, command: takeSnapshot(kept) },
    { do: 'fetch', on: node, path: `${kept}.db`, artifact: `${name}.db` },
    { do: 'fetch', on: node, path: `${kept}.json`, artifact: `${name}.json` },
    { do: 'exec', on: node, command: removeSnapshot(kept) },
  ];
};

/** What is seen once both files are with the operator. */
export const snapshotExpected = () => {
  const expected = { path: '', bytes: 1, sha256: '' };
  return { snapshot: expected, status: expected };
};

/** Of both steps that take one: where it is described, and what a person would type. */
export const snapshotByHand = {
  source: 'etcd.io, Disaster recovery, "Snapshotting the keyspace"; kubernetes.io, Operating etcd clusters',
  type: [
    'cd /proc/$(pgrep -x etcd)/root/usr/local/bin',
    './etcdctl … snapshot save /root/x.db',
    './etcdutl snapshot status /root/x.db -w json',
    'scp it off the node and delete it there',
  ],
} as const;
