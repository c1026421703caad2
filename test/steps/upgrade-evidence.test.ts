import { describe, expect, it } from 'vitest';
import type { RecordedCommand } from '../../src/facts/recorded-commands.ts';
import { provenBy, recordOf } from '../../src/steps/upgrade-evidence.ts';

const version = '1.36.3';
/** A try of `apply-upgrade` from 1000 to 1500. */
const record = (changes: Partial<RecordedCommand> = {}): RecordedCommand => ({
  run: 'r0',
  unit: 'apply-upgrade-ab-1-1',
  exit: 0,
  startedAt: 1000,
  finishedAt: 1500,
  version,
  running: false,
  ...changes,
});
const killed = (changes: Partial<RecordedCommand> = {}): RecordedCommand => {
  const { exit: _exit, finishedAt: _finished, ...rest } = record({ startedAt: 2000, ...changes });
  return rest;
};
const unversioned = (): RecordedCommand => {
  const { version: _version, ...rest } = record();
  return rest;
};

describe('provenBy', () => {
  it.each<[string, readonly RecordedCommand[], number | undefined, boolean]>([
    ['nothing was recorded', [], 900, false],
    ['an earlier run ended well, with the kubeadm that is still there', [record()], 900, true],
    ['kubeadm was unpacked since: it may have been elsewhere and back', [record()], 1600, false],
    ['kubeadm was unpacked in the very second', [record()], 1500, false],
    ['nobody knows when kubeadm was unpacked', [record()], undefined, false],
    ['this run, whatever the clock says', [record({ run: 'r1' })], 1600, true],
    ['this run, but for another version', [record({ run: 'r1', version: '1.35.4' })], 900, false],
    ['another version', [record({ version: '1.35.4' })], 900, false],
    ['a record that names no version', [unversioned()], 900, false],
    ['another step', [record({ unit: 'upgrade-node-ab-1-1' })], 900, false],
    [
      'this run, after a clock was set back: an earlier one seems to be later',
      [record({ run: 'r1' }), record({ version: '1.35.4', startedAt: 9000, finishedAt: 9100 })],
      9000,
      true,
    ],
    ['it ended badly', [record({ exit: 1 })], 900, false],
    ['it was killed', [killed()], 900, false],
    ['the node was restarted while it ran', [killed({ rebooted: true })], 900, false],
    ['well, then a later try was killed', [record(), killed()], 900, false],
    ['well, then a later try of this run was killed', [record(), killed({ run: 'r1' })], 900, false],
    ['well, then a later try failed', [record(), record({ exit: 1, startedAt: 2000, finishedAt: 2100 })], 900, false],
    ['killed, then well', [killed({ startedAt: 500 }), record()], 400, true],
    ['the order in which they are listed says nothing', [record(), killed({ startedAt: 500 })], 400, true],
    [
      'well, then one that never began',
      [record(), { run: 'r1', unit: 'apply-upgrade-cd-1-1', running: false }],
      900,
      true,
    ],
    [
      'well, then elsewhere by a run of ours',
      [record(), record({ version: '1.37.0', startedAt: 2000, finishedAt: 2500 })],
      900,
      false,
    ],
  ])('%s', (_what, records, kubeadmAt, proven) => {
    expect(provenBy({ records, kubeadmAt }, 'apply-upgrade', version, 'r1')).toBe(proven);
  });

  it('what a step expects proves it, whatever was before', () => {
    const records = [record({ exit: 1, startedAt: 9000 }), recordOf('apply-upgrade', 'kubeadm', 'r1', version)];
    expect(provenBy({ records, kubeadmAt: undefined }, 'apply-upgrade', version, 'r1')).toBe(true);
  });
});
