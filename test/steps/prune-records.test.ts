import { describe, expect, it } from 'vitest';
import type { RunFiles } from '../../src/facts/run-files.ts';
import { needed } from '../../src/model/verdict.ts';
import { pruneRecords } from '../../src/steps/prune-records.ts';
import { bound, onWorker } from './values.ts';

const step = bound(pruneRecords, { run: 'now' }, onWorker());
const day = 86_400;
const mebibyte = 1024 * 1024;
const files = (run: string, days: number, mebibytes = 1, snapshots: readonly string[] = []): RunFiles => ({
  run,
  bytes: mebibytes * mebibyte,
  ageSeconds: days * day,
  snapshots,
});
const asked = (name: string): RunFiles => ({ ...files(name, 0, 80), asked: true });
const running = (run: string) => ({ run, unit: 'drain-node-ab-1-1', startedAt: 1000, running: true });
const db = ['etcd-before-1.36.3.db', 'etcd-before-1.36.3.json'];
const removing = (...lines: readonly string[]) => [
  `paris-w1: sh -c 'set -eu\ncd /var/lib/nodeops\n${lines.join('\n')}'`,
];

describe('prune-records', () => {
  it.each([
    ['nothing there', [], [], []],
    ['young and small', [files('a', 29), files('now', 0)], [], []],
    ['exactly as old as may be', [files('a', 30)], [], []],
    ['too old', [files('a', 31), files('b', 1)], [], removing('rm -rf --one-file-system a/')],
    ['exactly as much as may be', [files('a', 2, 32), files('b', 1, 32)], [], []],
    [
      'too much: the oldest, until it fits',
      [files('b', 2, 30), files('a', 3, 30), files('c', 1, 30)],
      [],
      removing('rm -rf --one-file-system a/'),
    ],
    [
      'too much even so: this run stays',
      [files('a', 1, 10), files('now', 0, 100)],
      [],
      removing('rm -rf --one-file-system a/'),
    ],
    ['this run, however old its files look', [files('now', 100, 100)], [], []],
    [
      'what went by age makes room',
      [files('a', 31, 60), files('b', 2, 60)],
      [],
      removing('rm -rf --one-file-system a/'),
    ],
    ['old, but one of its commands still runs', [files('a', 31)], [running('a')], []],
    ['too much, but written to just now', [files('a', 0.01, 100)], [], []],
    [
      'a snapshot that was left',
      [files('a', 1, 1, db)],
      [],
      removing(`rm -rf --one-file-system a/${db[0]} a/${db[1]}`),
    ],
    [
      'a snapshot of this run',
      [files('now', 0, 1, db)],
      [],
      removing(`rm -rf --one-file-system now/${db[0]} now/${db[1]}`),
    ],
    ['a snapshot of a run that has a command going', [files('a', 0, 1, db)], [running('a')], []],
    ['a snapshot goes with its run', [files('a', 31, 1, db)], [], removing('rm -rf --one-file-system a/')],
    [
      'what a question left, however young it is',
      [asked('asked-kubelet.aaaaaa'), files('a', 1, 60)],
      [],
      removing(
        'for d in asked-kubelet.aaaaaa; do',
        '  [ -d "$d" ] || continue',
        '  for place in /var/lib/nodeops/"$d"/kube-*; do [ ! -d "$place" ] || ctr --namespace=k8s.io images unmount --rm "$place" > /dev/null 2>&1 || :; done',
        '  flock -n "$d/lock" rm -rf --one-file-system "$d"',
        'done',
      ),
    ],
    [
      'both',
      [files('a', 31), files('b', 1, 1, db)],
      [],
      removing(`rm -rf --one-file-system b/${db[0]} b/${db[1]}`, 'rm -rf --one-file-system a/'),
    ],
  ])('%s', (_what, found, records, typed) => {
    const seen = { files: found, records };
    const { kind } = step.check(seen);
    expect(kind === 'needed' ? step.typed(seen) : kind).toEqual(typed.length === 0 ? 'satisfied' : typed);
  });

  it('says how much', () => {
    const seen = { files: [files('a', 31), files('b', 40), files('c', 1, 1, db), asked('q')], records: [] };
    expect(step.check(seen)).toEqual(
      needed('remove 2 old records', 'remove 1 left-over of a question', 'remove 2 snapshot files'),
    );
  });
});
