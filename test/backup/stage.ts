import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ageCipher } from '../../src/adapters/age-cipher.ts';
import { createArtifactStore } from '../../src/adapters/files/artifact-store.ts';
import { createLocalCommands } from '../../src/adapters/local-commands.ts';
import { createBackupPlaces } from '../../src/adapters/places/open-places.ts';
import type { BackupSettings } from '../../src/model/cluster.ts';
import type { EventBody } from '../../src/model/event.ts';
import type { Emit } from '../../src/run/emit.ts';
import { writeText } from '../../src/run/kept-text.ts';
import { createSession } from '../../src/run/session.ts';
import { LockWorld } from '../run/lock-world.ts';
import { countingEntropy, makeCluster, ScriptedTransport, VirtualClock } from '../run/scripted.ts';

const recorded = (name: string): string => readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');

/** A session that gathers on a real disk and stores in a real directory, or bucket; it reaches no node. */
export const backupStage = (change: Partial<BackupSettings> = {}, env: Readonly<Record<string, string>> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'nodeops-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const clock = new VirtualClock();
  const plain = makeCluster('cp1', 'w1');
  const cluster = { ...plain, backup: { ...plain.backup, ...change } };
  const artifacts = createArtifactStore(join(folder, 'state'));
  const session = createSession({
    cluster,
    clock,
    artifacts,
    entropy: countingEntropy(),
    transport: new ScriptedTransport({}, [], new LockWorld(() => clock.now())),
    storage: () =>
      Promise.resolve({
        nodeops: '1.2.3',
        cipher: ageCipher,
        local: createLocalCommands(process.env),
        places: createBackupPlaces({ env, transport: () => Promise.reject(new Error('no host is expected')) }),
      }),
  });
  const events: EventBody[] = [];
  const emit: Emit = {
    event: (event) => Promise.resolve(void events.push(event)),
    transition: () => Promise.resolve(),
    output: () => undefined,
  };
  /** What the steps of a run leave on the operator's side, as the lab's nodes wrote it. */
  const gather = async (id: string, snapshot = 'snapshot of etcd'): Promise<void> => {
    const write = (name: string, text: string) => writeText(artifacts, `paris/${id}/${name}`, text);
    await write('etcd-snapshot.db', snapshot);
    await write('etcd-snapshot.json', recorded('etcd-snapshot.json'));
    await write('cluster-state.json', recorded('cluster-state.json'));
    for (const node of ['cp1', 'w1']) {
      await write(`node-${node}.tar`, `archive of ${node}`);
      await write(`node-${node}.txt`, recorded('node-control-plane.txt'));
    }
  };
  return { folder, place: join(folder, 'place'), session, clock, artifacts, events, emit, gather };
};
