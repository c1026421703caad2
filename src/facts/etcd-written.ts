import { writtenSince } from '../commands/etcdctl.ts';
import { defineFact, type Fact } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';
import { throughEtcd } from './through-etcd.ts';

/** By type, as its keys are called: how many objects. */
type Counts = Readonly<Record<string, number>>;

/** What was written to etcd after a revision; `uncounted` says why nobody went through it. */
export type EtcdWritten =
  | { readonly uncounted: 'many' | 'unasked' }
  /** `changed`: written, and older than that. What was deleted since is in neither. */
  | { readonly made: Counts; readonly changed: Counts };

const read = (stdout: string): EtcdWritten | undefined => {
  const lines = linesBeforeEnd({ stdout, stderr: '', code: 0 });
  if (lines === undefined || stdout === '') return undefined;
  const [first] = lines;
  if (first === 'many' || first === 'unasked') return { uncounted: first };
  const counts: Record<'create' | 'mod', Record<string, number>> = { create: {}, mod: {} };
  for (const line of lines) {
    const [, which, count = '', type = ''] = /^(create|mod) (\d+) (\S+)$/.exec(line) ?? [];
    if (which !== 'create' && which !== 'mod') return undefined;
    counts[which][type] = Number(count);
  }
  const changed = Object.entries(counts.mod).flatMap(([type, count]) => {
    const older = count - (counts.create[type] ?? 0);
    return older > 0 ? [[type, older] as const] : [];
  });
  return { made: counts.create, changed: Object.fromEntries(changed) };
};

/** Source: etcdctl get --keys-only --min-create-rev, --min-mod-rev; recorded on the lab, etcd 3.6.8. */
export const etcdWritten = (revision: number): Fact<EtcdWritten> =>
  defineFact({
    id: 'etcd-written',
    parameters: [String(revision)],
    subject: 'cluster',
    through: 'etcd',
    command: writtenSince(revision),
    parse: throughEtcd(read),
  });
