import { plainFile } from '../../run/backup/verify-backup.ts';
import { readRestore, type RestoreOutcome } from '../../backup/restore-outcome.ts';
import type { BackupManifest } from '../../backup/manifest.ts';
import { snapshotFile } from '../../backup/names.ts';
import { quote } from '../../commands/quote.ts';
import type { Node } from '../../model/cluster.ts';
import { exitCode } from '../../model/errors.ts';
import type { BackupPlace } from '../../ports/backup-places.ts';
import { byteText } from '../../report/backup-text.ts';
import type { Found } from '../../run/backup/stored-backups.ts';
import { readText, writeStream } from '../../run/kept-text.ts';
import type { Session } from '../../run/session.ts';
import { restoreOutcome } from '../../steps/test-restore.ts';
import { notingRun } from '../first-run.ts';
import { askedSelection } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import { shippedPlaybook } from '../playbooks.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { runPlaybook } from '../playbook-run.ts';

export interface RestoreTest {
  readonly session: Session;
  readonly nodes: readonly Node[];
  readonly place: BackupPlace;
  readonly found: Found;
  readonly manifest: BackupManifest;
  readonly identities?: string;
}

type Options = PlaybookOptions & { readonly inventory?: string };

const tell = (parts: Parts, outcome: RestoreOutcome, { output }: Options): void => {
  const { keys, bytes, revision, nodes, wrong } = outcome;
  const text =
    wrong.length === 0
      ? `✓ restored for a test: revision ${revision}, ${keys} keys of ${byteText(bytes)}, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}\n`
      : `✗ restored for a test: do not restore from it\n${wrong.map((each) => `    ${each}\n`).join('')}`;
  parts.stdout.write(output === 'json' ? `${JSON.stringify({ type: 'restore-test', ...outcome })}\n` : text);
};

const runTest = async (
  parts: Parts,
  { session: { cluster }, nodes, found }: RestoreTest,
  snapshot: { readonly name: string; readonly bytes: number },
  options: Options,
): Promise<{ readonly code: number; readonly run: string }> => {
  const noting = notingRun(parts);
  const wish = {
    cluster,
    nodes,
    playbook: shippedPlaybook(parts, 'restore-test'),
    parameters: { snapshot: snapshot.name, bytes: snapshot.bytes },
    again: quote([
      'nodeops',
      'backup',
      'verify',
      found.id,
      '--restore-test',
      '--inventory',
      options.inventory ?? '',
      '--cluster',
      cluster.name,
    ]),
    asked: { command: 'run' as const, playbook: 'restore-test', ...askedSelection(parts, options, nodes) },
  };
  const code = await runPlaybook(noting.parts, [wish], options);
  return { code, run: noting.run() ?? 'none' };
};

/**
 * Restores a backup's snapshot beside the etcd of its cluster and reads it back. The exit code; 0 where all was as the
 * manifest says. Only while it is tried does the snapshot lie, decrypted, on this machine.
 */
export const restoreTest = async (parts: Parts, test: RestoreTest, options: Options): Promise<number> => {
  const { session, place, found, manifest, identities } = test;
  const { artifacts, cluster } = session;
  const name = `${cluster.name}/restore-test/${found.id}.db`;
  try {
    await writeStream(artifacts, name, await plainFile(session, place, found, snapshotFile, identities));
    const { code, run } = await runTest(parts, test, { name, bytes: manifest.etcd.snapshotBytes }, options);
    if (code !== exitCode.done || options.dryRun === true) return code;
    const kept = restoreOutcome(cluster.name, run);
    const text = await readText(artifacts, kept);
    // Whoever was asked and said no has heard so already.
    if (text === undefined) return exitCode.interrupted;
    await artifacts.remove(kept);
    const outcome = readRestore(text, manifest);
    if (outcome === undefined) throw new Error(`the restore test of ${found.id} left what nobody can read: ${text}`);
    tell(parts, outcome, options);
    return outcome.wrong.length === 0 ? exitCode.done : exitCode.failed;
  } finally {
    await artifacts.remove(name);
  }
};
