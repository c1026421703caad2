import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { keepNodeOut } from '../../src/steps/keep-node-out.ts';
import { bound, kubectlLine, nodeObject, onControlPlane, onWorker } from './values.ts';

const workerNames = ['paris-w1', 'paris-w2'];
const wish = { run: 'r1', workerNames, maxUnavailable: 1 };
const step = bound(keepNodeOut, wish, onWorker());
const draining = bound(keepNodeOut, { ...wish, drains: true }, onWorker());
const serving = nodeObject('paris-w1');
const foreign = nodeObject('paris-w1', { unschedulable: true });
const ofARun = nodeObject('paris-w1', { unschedulable: true, cordonedBy: 'r0' });
const otherOut = nodeObject('paris-w2', { unschedulable: true });

const mark = '/metadata/annotations/nodeops.dev~1kept-out-by';
const runsMark = '/metadata/annotations/nodeops.dev~1cordoned-by';
const patched = (operations: string): string =>
  `paris-cp1: ${kubectlLine} patch node paris-w1 --type=json '--patch=[${operations}]'`;

describe('keep-node-out', () => {
  it.each([
    ['in service', serving, {}, needed('cordon')],
    ['kept out already', foreign, { 'paris-w1': 'r0' }, satisfied],
    ['cordoned by somebody else, whose it stays', foreign, {}, satisfied],
    [
      'cordoned by a run that would give it back',
      ofARun,
      {},
      needed('keep it out, which run r0 would have given back'),
    ],
    ['kept out once, and uncordoned by somebody', serving, { 'paris-w1': 'r0' }, needed('cordon')],
    [
      'not in the cluster',
      otherOut,
      {},
      blocked('the cluster has no node paris-w1', 'compare `kubectl get nodes` with the inventory'),
    ],
  ])('%s', (_what, node, kept, verdict) => expect(step.check({ nodes: [node], kept })).toEqual(verdict));

  it('a cordon alone takes nothing off the budget of workers, a drain does', () => {
    const seen = { nodes: [serving, otherOut], kept: {} };
    expect(step.check(seen)).toEqual(needed('cordon'));
    expect(draining.check(seen)).toMatchObject({
      kind: 'blocked',
      because: 'paris-w2 (cordoned by somebody else) out already: of 2 workers at most 1 may be out',
    });
  });

  it('waits for no worker that nobody brings back', () => {
    const silent = nodeObject('paris-w2', { ready: 'Unknown' });
    expect(draining.check({ nodes: [serving, silent], kept: {} })).toMatchObject({
      kind: 'blocked',
      because: 'not yet: paris-w2 (not Ready) to be back: of 2 workers at most 1 may be out',
    });
  });

  it('control planes have no such budget', () => {
    const plane = bound(keepNodeOut, { ...wish, drains: true }, onControlPlane());
    expect(plane.check({ nodes: [nodeObject('paris-cp1'), otherOut], kept: {} })).toEqual(needed('cordon'));
  });

  it('is one patch that fails where somebody was quicker', () => {
    expect(step.typed({ nodes: [serving], kept: {} })).toEqual([
      patched(
        `{"op":"test","path":"/spec/unschedulable","value":null},{"op":"add","path":"/spec/unschedulable","value":true},{"op":"add","path":"${mark}","value":"r1"}`,
      ),
    ]);
    expect(step.typed({ nodes: [ofARun], kept: {} })).toEqual([
      patched(
        `{"op":"test","path":"/spec/unschedulable","value":true},{"op":"test","path":"${runsMark}","value":"r0"},{"op":"remove","path":"${runsMark}"},{"op":"add","path":"${mark}","value":"r1"}`,
      ),
    ]);
  });
});
