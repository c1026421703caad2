import { describe, expect, it } from 'vitest';
import { putBack } from '../../src/commands/restore-point.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { putBackManifests } from '../../src/steps/put-back-manifests.ts';
import { pointOf } from './points.ts';
import { bound, health, onControlPlane, staticPodsOf } from './values.ts';

const step = bound(putBackManifests, { version: '1.35.4' }, onControlPlane());
const repair = bound(putBackManifests, { version: '1.35.4', onlyWhere: 'unwell' }, onControlPlane());
const manifests = ['kube-apiserver', 'etcd', 'kube-scheduler'].map((name) => `/etc/kubernetes/manifests/${name}.yaml`);
const differing = pointOf({ differing: [...manifests, '/var/lib/kubelet/config.yaml'] });
const well = { ready: true, detail: 'ok' };
const seen = { points: [differing], pods: staticPodsOf('1.36.3'), api: well };
const full = (index: number) => ({ ...health(index, false), error: 'Active Alarm(s): NOSPACE ' });
const waits = pending(
  `etcd to have quorum (${[1, 2].map((index) => health(index).endpoint).join(', ')} not healthy): without it no API server of any version serves`,
);
const todo = needed('put back kube-apiserver.yaml, kube-scheduler.yaml');

describe('put-back-manifests', () => {
  it.each([
    ['all but etcd’s', seen, todo],
    ['the same already', { ...seen, points: [pointOf({ differing: manifests.slice(1, 2) })] }, satisfied],
    ['a point of another version', { ...seen, points: [pointOf({ from: '1.34.4', differing: manifests })] }, satisfied],
    ['none kept', { ...seen, points: [] }, satisfied],
    ['the newest of two', { ...seen, points: [pointOf({ run: 'r2' }), differing] }, satisfied],
  ])('%s', (_what, given, verdict) => expect(step.check(given)).toEqual(verdict));

  it.each([
    ['its API server answers', well, satisfied],
    ['it does not', { ready: false, detail: 'refused' }, todo],
    ['nothing is known of it', undefined, todo],
  ])('where unwell only: %s', (_what, api, verdict) => expect(repair.check({ ...seen, api })).toEqual(verdict));

  it.each([
    ['one of three members is away', [health(0), health(1, false), health(2)], todo],
    ['two of three are', [health(0), health(1, false), health(2, false)], waits],
    ['each calls itself unhealthy for an alarm', [full(0), full(1)], todo],
    ['etcd has hosts of its own', undefined, todo],
  ])('where unwell only: %s', (_what, members, verdict) =>
    expect(repair.check({ ...seen, api: undefined, ...(members === undefined ? {} : { health: members }) })).toEqual(
      verdict,
    ),
  );

  it('puts back in one go', () => {
    const files = [manifests[0] ?? '', manifests[2] ?? ''];
    expect(step.typed(seen)).toEqual([`paris-cp1: ${quote(putBack(differing.path, files).argv)}`]);
  });
});
