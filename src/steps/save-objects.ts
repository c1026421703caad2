import { z } from 'zod';
import { gatheredIn, objectsFile } from '../backup/names.ts';
import { removeFiles, saveObjects as saveCommand } from '../commands/backup-files.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { etcdToSave } from '../facts/etcd-here.ts';
import { keptArtifact } from '../facts/kept-artifact.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Every API object as text, where that was asked for: to look one up, or to bring one back by hand. */
export const saveObjects = defineStep({
  id: 'save-objects',
  subject: 'cluster',
  title: () => 'API objects as text, copied off the node',
  with: z.strictObject({ run: z.string(), objects: z.boolean().default(false), encrypted: z.boolean() }),
  detect: ({ run }, on: ClusterSubject) => ({
    etcd: etcdToSave,
    saved: keptArtifact(`${gatheredIn(on.cluster, run)}/${objectsFile}`),
  }),
  optional: ['saved'],

  check: ({ saved }, { objects, encrypted }) =>
    !objects || saved !== undefined ? satisfied : needed(encrypted ? 'save all' : 'save all but Secrets'),

  apply: (_seen, { run, encrypted }, on, place) => {
    const kept = `${nodeDirectory}/${run}/backup-objects`;
    const artifact = `${gatheredIn(on.cluster, run)}/${objectsFile}`;
    return [
      { do: 'exec', on: place.node, command: saveCommand(kept, place, encrypted) },
      { do: 'fetch', on: place.node, path: `${kept}.jsonl`, artifact },
      { do: 'exec', on: place.node, command: removeFiles(`${kept}.jsonl`) },
    ];
  },
  expect: () => ({ saved: { path: '', bytes: 1, sha256: '' } }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A snapshot comes back whole or not at all; a single object that was deleted is found here.',
    source: 'kubectl api-resources --help, "--verbs"; `kubectl get all` leaves out most kinds',
    type: ['kubectl api-resources --verbs=list -o name', 'kubectl get KIND --all-namespaces -o json'],
  },
});
