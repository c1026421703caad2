import { describe, expect, it } from 'vitest';
import { removeSnapshot, takeSnapshot } from '../../src/commands/etcd-snapshot.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { rescueEtcd } from '../../src/steps/rescue-etcd.ts';
import { cameTo, etcdHereAt, restore, untouched } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(rescueEtcd, { run: 'r1', restore }, onControlPlane());
const here = (change = {}) => ({ etcd: { here: etcdHereAt(change) }, restores: untouched, rescued: [] });
const wanted = needed('save revision 2690, verify, copy to the operator');

describe('rescue-etcd', () => {
  it.each([
    ['what answers is kept', here(), wanted],
    ['with quorum one member speaks for all', { ...here(), rescued: ['paris-cp2'] }, satisfied],
    ['without quorum each has its own', { ...here({ quorum: false }), rescued: ['paris-cp2'] }, wanted],
    ['once is enough', { ...here({ quorum: false }), rescued: ['paris-cp1'] }, satisfied],
    ['a learner gives no snapshot', here({ learner: true }), satisfied],
    ['what answers now is what was restored', { ...here(), restores: cameTo('swapped') }, satisfied],
    [
      'nothing runs: nothing to rescue',
      { etcd: { why: 'gone' }, restores: { ...untouched, processes: {} }, rescued: [] },
      satisfied,
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('goes on, with a warning, over an etcd that runs and does not answer', () => {
    const verdict = step.check({ etcd: { why: 'context deadline exceeded' }, restores: untouched, rescued: [] });
    expect(verdict.kind).toBe('satisfied');
    expect(JSON.stringify(verdict)).toContain(
      'etcd on paris-cp1 runs and gives no snapshot (context deadline exceeded)',
    );
  });

  it('copies the snapshot before its status, which says that it is whole, and leaves none on the node', () => {
    const kept = '/var/lib/nodeops/r1/etcd-before-restore';
    const folder = `paris/restores/${restore}`;
    expect(step.typed(here())).toEqual([
      `paris-cp1: ${quote(takeSnapshot(kept).argv)}`,
      `paris-cp1: copy ${kept}.db to the operator as ${folder}/etcd-before-paris-cp1.db`,
      `paris-cp1: copy ${kept}.json to the operator as ${folder}/rescued/paris-cp1.json`,
      `paris-cp1: ${quote(removeSnapshot(kept).argv)}`,
    ]);
  });
});
