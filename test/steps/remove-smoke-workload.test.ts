import { describe, expect, it } from 'vitest';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { removeSmokeWorkload } from '../../src/steps/remove-smoke-workload.ts';
import { bound, kubectlLine, onCluster } from './values.ts';

const step = bound(removeSmokeWorkload, {}, onCluster);
const kept = bound(removeSmokeWorkload, { keep: true }, onCluster);
const ours = { there: true, ours: true, terminating: false, remaining: [] };
const seen = (namespace: object) => ({ namespace, workload: { pods: [] } });

describe('remove-smoke-workload', () => {
  it.each([
    ['nothing is there', { there: false }, satisfied],
    ['it is ours', ours, needed('delete namespace nodeops-smoke with everything in it')],
    ['it is somebody else’s', { ...ours, ours: false }, satisfied],
    ['it is going', { ...ours, terminating: true }, pending('namespace nodeops-smoke to be gone')],
    [
      'it is stuck',
      { ...ours, terminating: true, remaining: ['pods. has 1 resource instances', 'a finalizer'] },
      pending('namespace nodeops-smoke to be gone: pods. has 1 resource instances; a finalizer'),
    ],
  ])('%s', (_what, namespace, verdict) => expect(step.check(seen(namespace))).toEqual(verdict));

  it('leaves it where that was asked for', () => expect(kept.check(seen(ours))).toEqual(satisfied));

  it('deletes by label as well, and waits by looking', () =>
    expect(step.typed(seen(ours))).toEqual([
      `paris-cp1: ${kubectlLine} delete namespaces --selector=nodeops.dev/smoke=workload --field-selector=metadata.name=nodeops-smoke --wait=false`,
    ]));
});
