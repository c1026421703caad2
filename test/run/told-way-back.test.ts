import { describe, expect, it } from 'vitest';
import type { NodeThen } from '../../src/plan/hops-back.ts';
import type { ArtifactStore } from '../../src/ports/artifact-store.ts';
import { backInPlace, snapshotLoss } from '../../src/run/told-way-back.ts';
import { makeCluster, stage } from './scripted.ts';

const cluster = makeCluster('cp1', 'w1');
/** Two hours before what the clock of a stage shows. */
const run = `${new Date(1_795_255_170_000 - 7_200_000).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')}-1f3a`;
const kept: NodeThen = {
  name: 'cp1',
  role: 'control-plane',
  points: [
    { run, from: '1.34.4', to: '1.35.4' },
    { run, from: '1.35.4', to: '1.36.3' },
  ],
  components: [],
};

const refuse = (): Promise<never> => Promise.reject(new Error('nothing is written'));
const artifactsOf = (files: Readonly<Record<string, string>>): ArtifactStore => ({
  open: refuse,
  remove: refuse,
  removeAll: refuse,
  list: () => Promise.resolve(Object.keys(files)),
  find: (name) =>
    Promise.resolve(name in files ? { name, path: `/artifacts/${name}`, bytes: 1, sha256: 'ab' } : undefined),
  read: async (name) => {
    const text = files[name];
    return text === undefined
      ? undefined
      : (async function* () {
          yield await Promise.resolve(Buffer.from(text));
        })();
  },
});
const name = `paris/${run}/etcd-before-1.35.4`;
const snapshot = artifactsOf({ [`${name}.db`]: 'x', [`${name}.json`]: '{"hash":1,"revision":1000,"totalKey":5}' });

const status = (revision: number): string =>
  `[{"Endpoint":"https://127.0.0.1:2379","Status":{"header":{"cluster_id":1,"member_id":2,"revision":${revision},"raft_term":2},"version":"3.6.8","dbSize":1,"leader":2}}]\n`;

const told = async (answers: Readonly<Record<string, string>>, artifacts = snapshot, nodes = [kept]) => {
  const { session } = stage(
    cluster,
    { facts: (_node, key) => (key in answers ? { stdout: answers[key] ?? '', code: 0 } : undefined) },
    artifacts,
  );
  return snapshotLoss(session, '1.34.4', nodes);
};
const last = `the snapshot of etcd from the run ${run}, begun 2h ago, is the last way back to 1.34.4, by hand: /artifacts/${name}.db`;

describe('what the snapshot would lose', () => {
  it.each([
    [
      'in numbers, what is fleeting left out',
      {
        'etcd-to-save': status(1512),
        'etcd-written 1000':
          'create 3 pods\ncreate 40 events\ncreate 1 configmaps\nmod 5 pods\nmod 40 events\nmod 9 leases\nmod 1 configmaps\nend\n',
      },
      `${last}; it would lose the 512 writes since revision 1000: objects made since 4 (3 pods, 1 configmaps), changed since 2 (2 pods), beside events and leases; deleted ones come back`,
    ],
    [
      'many types',
      {
        'etcd-to-save': status(1512),
        'etcd-written 1000': `${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((type) => `create 1 ${type}\nmod 1 ${type}`).join('\n')}\nend\n`,
      },
      `${last}; it would lose the 512 writes since revision 1000: objects made since 8 (1 a, 1 b, 1 c, 1 d, 1 e, 1 f, 2 more types), changed since 0, beside events and leases; deleted ones come back`,
    ],
    [
      'too many to go through',
      { 'etcd-to-save': status(1512), 'etcd-written 1000': 'many\nend\n' },
      `${last}; it would lose the 512 writes since revision 1000 (which objects is not gone through: there are more than 100000)`,
    ],
    [
      'an etcdctl that cannot ask',
      { 'etcd-to-save': status(1512), 'etcd-written 1000': 'unasked\nend\n' },
      `${last}; it would lose the 512 writes since revision 1000 (which objects, the etcdctl of this etcd cannot ask)`,
    ],
    ['etcd says nothing', {}, `${last}; what it would lose, etcd does not tell`],
    ['etcd is another one now', { 'etcd-to-save': status(999) }, `${last}; what it would lose, etcd does not tell`],
  ])('%s', async (_what, answers, says) => expect(await told(answers)).toEqual([says]));

  it('says where there is none on this machine', async () =>
    expect(await told({}, artifactsOf({}))).toEqual([
      `the snapshot of etcd from the run ${run}, begun 2h ago, the last way back to 1.34.4, is not on this machine`,
    ]));

  it('says nothing where no control plane left that version', async () => {
    expect(await told({}, snapshot, [{ ...kept, points: [] }])).toEqual([]);
    expect(await told({}, snapshot, [{ ...kept, role: 'worker' }])).toEqual([]);
  });
});

it('what goes back in place', () => {
  expect(backInPlace('1.36.3', ['1.35.4', '1.34.4'])).toMatch(/^1\.36\.3 → 1\.35\.4 → 1\.34\.4 in place: packages,/);
  expect(backInPlace(undefined, ['1.35.4'])).toMatch(/^what is there → 1\.35\.4 in place/);
});
