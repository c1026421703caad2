import { describe, expect, it } from 'vitest';
import { etcdHealth } from '../../src/gates/etcd-health.ts';
import { blocked, judged, pending, satisfied } from '../../src/model/verdict.ts';
import { bound, health, kubeadmConfigOf, member, nodeObject, onCluster, status } from '../steps/values.ts';

const step = bound(etcdHealth, { version: '1.36.3' }, onCluster);
const to134 = bound(etcdHealth, { version: '1.34.4' }, onCluster);

const indices = (count: number) => Array.from({ length: count }, (_none, index) => index);
const cluster = (count: number) => ({
  nodes: indices(count).map((index) => nodeObject(`paris-cp${index + 1}`)),
  config: kubeadmConfigOf('1.35.4'),
  members: indices(count).map((index) => member(index)),
  health: indices(count).map((index) => health(index)),
  status: indices(count).map((index) => status(index)),
  alarms: [],
  quota: { bytes: 2_147_483_648 },
});
const three = cluster(3);
const look = 'look closer: nodeops etcd status';
const ofVersion = (version: string) => indices(3).map((index) => status(index, { version }));
const GiB = 1024 ** 3;
const sized = (dbSizeBytes: number, dbInUseBytes = dbSizeBytes) => [
  status(0, { dbSizeBytes, dbInUseBytes }),
  status(1),
  status(2),
];

const full = (size: string, percent: number) =>
  `the database of etcd member paris-cp1 takes ${size} MiB of its quota of 2048 MiB (${percent} %)`;
const noMargin = {
  because: 'etcd has two members and needs 2 of them: it tolerates no loss, less than one member alone would',
  fix: 'join a third one, or expect that the API is away whenever one of the two is',
};

describe('etcd-health', () => {
  it.each([
    ['one member, well', cluster(1), satisfied],
    ['three, all well', three, satisfied],
    ['two: what that means is said', cluster(2), judged([], [noMargin])],
    [
      'a learner',
      { ...three, members: [member(0), member(1, { learner: true, id: '16866227440322390996' }), member(2)] },
      blocked(
        'etcd member paris-cp2 is a learner',
        'nodeops etcd replace-member paris-cp2 promotes it where it is in sync, and makes it anew otherwise; or take it out with etcdctl member remove ea10e07ef15cabd4: it has no vote, and counts for no quorum',
      ),
    ],
    [
      'a member that never started',
      { ...three, members: [member(0), member(1), member(2, { name: '', started: false, clientUrls: [] })] },
      blocked(
        'etcd member 1002 (https://172.31.0.13:2380) has not started',
        'nodeops etcd replace-member NODE (the control plane at https://172.31.0.13:2380) ends what was begun; or take it out with etcdctl member remove 3ea',
      ),
    ],
    [
      'a member that was started without its data, and calls itself healthy',
      { ...three, status: [status(0), status(1), status(2, { clusterId: '78' })] },
      blocked(
        'etcd member paris-cp3 answers as another cluster: it was started without its data, and founded one of its own',
        'take its etcd.yaml out of /etc/kubernetes/manifests now, before the API server beside it shows an empty cluster; then nodeops etcd replace-member paris-cp3',
      ),
    ],
    [
      'a member that is away may come back',
      { ...three, health: [health(0), health(1, false), health(2)] },
      pending(
        'etcd member paris-cp2 is not healthy: context deadline exceeded',
        `${look}; where its data are lost: nodeops etcd replace-member paris-cp2`,
      ),
    ],
    [
      'a member that catches up',
      { ...three, status: [status(0), status(1, { raftAppliedIndex: 70_000 }), status(2)] },
      pending('etcd member paris-cp2 lags behind by 20000 entries', `wait until it has caught up; ${look}`),
    ],
    [
      'the member of a node that a run left in the middle: it is what is gone on with',
      {
        ...three,
        nodes: [nodeObject('paris-cp1'), nodeObject('paris-cp2', { cordonedBy: 'r0' }), nodeObject('paris-cp3')],
        health: [health(0), health(1, false), health(2)],
      },
      satisfied,
    ],
    [
      'no space, which every member calls its own trouble',
      {
        ...three,
        alarms: [{ memberId: '1001', alarm: 'NOSPACE' }],
        health: indices(3).map((index) => ({ ...health(index, false), error: 'Active Alarm(s): NOSPACE ' })),
      },
      blocked('etcd member paris-cp2 has the alarm NOSPACE', 'make room and disarm it: nodeops etcd alarms disarm'),
    ],
    [
      'data that differs',
      { ...three, alarms: [{ memberId: '1002', alarm: 'CORRUPT' }] },
      blocked(
        'etcd member paris-cp3 has the alarm CORRUPT',
        'its data differs from the others’: replace the member (etcd.io, "Data corruption") before anything else',
      ),
    ],
    ['a database below four fifths of its quota', { ...three, status: sized(1.59 * GiB) }, satisfied],
    [
      'a database above four fifths, most of it free inside',
      { ...three, status: sized(1.75 * GiB, GiB) },
      judged([], [{ because: full('1792', 87), fix: '768 MiB of it are free inside: nodeops etcd defrag' }]),
    ],
    [
      'a database that is nearly full',
      { ...three, status: sized(1.9 * GiB + 10_000_000) },
      blocked(
        full('1955', 95),
        'find out what fills it (events, large Secrets), or raise --quota-backend-bytes where etcd gets its settings (kubeadm-config and the manifests; the service of external etcd)',
      ),
    ],
    [
      'a quota of its own, told by etcd 3.6',
      { ...three, status: [status(0, { quotaBytes: 21_000_000 }), status(1), status(2)] },
      blocked(
        'the database of etcd member paris-cp1 takes 19 MiB of its quota of 20 MiB (95 %)',
        'find out what fills it (events, large Secrets), or raise --quota-backend-bytes where etcd gets its settings (kubeadm-config and the manifests; the service of external etcd)',
      ),
    ],
    [
      'no quota at all',
      { ...three, quota: {}, status: sized(7 * GiB).map(({ quotaBytes: _none, ...rest }) => rest) },
      satisfied,
    ],
    [
      'external etcd, whose hosts nobody has named',
      { nodes: three.nodes, config: { ...three.config, etcd: 'external', etcdEndpoints: ['https://10.0.0.9:2379'] } },
      blocked(
        'kubeadm-config of paris has external etcd (https://10.0.0.9:2379), and the inventory no host for it',
        'name each of its hosts under `nodes:`: { name: NAME-OF-THE-MEMBER, host: ADDRESS, role: etcd }; docs/inventory.md, "External etcd"',
      ),
    ],
    [
      'manifests that were taken away',
      { nodes: three.nodes, config: { ...three.config, etcd: 'local' } },
      blocked(
        'no control plane of paris has the manifest of etcd in /etc/kubernetes/manifests',
        'put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* there',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('tells all that stands in the way at once', () => {
    const seen = {
      ...cluster(3),
      members: [member(0), member(1, { learner: true }), member(2)],
      health: [health(0), health(1), health(2, false)],
      alarms: [{ memberId: '1000', alarm: 'NOSPACE' }],
      status: sized(1.99 * GiB),
    };
    expect(step.check(seen)).toMatchObject({
      kind: 'blocked',
      because: 'etcd member paris-cp2 is a learner',
      also: [
        { because: 'etcd member paris-cp1 has the alarm NOSPACE' },
        { because: expect.stringContaining('of its quota') },
        { because: expect.stringContaining('paris-cp3 is not healthy') },
      ],
    });
  });
});

describe('etcd-health, from etcd 3.5 to 3.6', () => {
  const crossing = expect.objectContaining({
    kind: 'blocked',
    because: expect.stringMatching(/^paris: kubeadm 1\.34\.4 takes etcd from 3\.5 to 3\.6, and paris-cp1 \(3\.5\.24\)/),
    fix: expect.stringContaining('nodeops etcd upgrade --cluster paris --image registry.k8s.io/etcd:3.5.26-0'),
  });
  it.each([
    ['3.5.24 is too old', { status: ofVersion('3.5.24') }, crossing],
    [
      'one of three is too old',
      { status: [status(0, { version: '3.5.24' }), ...ofVersion('3.5.26').slice(1)] },
      crossing,
    ],
    ['3.5.26 looks after itself', { status: ofVersion('3.5.26') }, satisfied],
    [
      'one is there already: the others follow',
      { status: [status(0, { version: '3.6.5' }), ...ofVersion('3.5.24').slice(1)] },
      satisfied,
    ],
    [
      'etcd’s tag is pinned to 3.5: nothing is crossed',
      { status: ofVersion('3.5.24'), config: { ...three.config, etcdImageTag: '3.5.24-0' } },
      satisfied,
    ],
    [
      'etcd’s tag is pinned to 3.6',
      { status: ofVersion('3.5.24'), config: { ...three.config, etcdImageTag: '3.6.5-0' } },
      crossing,
    ],
  ])('%s', (_what, change, verdict) => expect(to134.check({ ...three, ...change })).toEqual(verdict));

  it('a patch of 1.33 stays on 3.5', () => {
    const within = bound(etcdHealth, { version: '1.33.14' }, onCluster);
    expect(within.check({ ...three, status: ofVersion('3.5.24') })).toEqual(satisfied);
  });
});

describe('etcd-health of external etcd', () => {
  const hosts = ['e1', 'e2', 'e3'];
  const external = bound(etcdHealth, { version: '1.36.3', etcdHosts: hosts }, onCluster);
  const endpoints = ['https://172.31.0.11:2379', 'https://172.31.0.12:2379/', 'https://172.31.0.13:2379'];
  const named = {
    ...three,
    config: { ...three.config, etcd: 'external', etcdEndpoints: endpoints },
    members: indices(3).map((index) => member(index, { name: `e${index + 1}` })),
  };
  const service = 'see why on e2: systemctl status etcd; journalctl -u etcd';

  it.each([
    ['all well', named, satisfied],
    [
      'kubeadm-config has it on the control planes',
      { ...named, config: three.config },
      blocked(
        'the inventory of paris has hosts for etcd (e1, e2, e3), and kubeadm-config has etcd on the control planes',
        'take the nodes with `role: etcd` out of the inventory; where etcd was really moved, kubeadm-config has to say so: kubectl -n kube-system edit configmap kubeadm-config',
      ),
    ],
    [
      'a member that is away',
      { ...named, health: [health(0), health(1, false), health(2)] },
      pending('etcd member e2 is not healthy: context deadline exceeded', service),
    ],
    [
      'a learner: no step of nodeops promotes it',
      { ...named, members: [named.members[0], { ...named.members[1], learner: true }, named.members[2]] },
      blocked(
        'etcd member e2 is a learner',
        'once it is in sync: etcdctl member promote 3e9; or take it out with etcdctl member remove 3e9: it has no vote, and counts for no quorum',
      ),
    ],
    [
      'a member that was started without its data',
      { ...named, status: [status(0), status(1, { clusterId: '78' }), status(2)] },
      blocked(
        'etcd member e2 answers as another cluster: it was started without its data, and founded one of its own',
        'stop it now (systemctl stop etcd on e2), before an API server asks it; then replace the member: etcd.io, Runtime reconfiguration, "Remove a member"',
      ),
    ],
    [
      'an address in kubeadm-config that no member tells',
      { ...named, config: { ...named.config, etcdEndpoints: [...endpoints, 'https://old:2379'] } },
      judged(
        [],
        [
          {
            because:
              'kubeadm-config has external etcd at https://old:2379, where no member says that it is: the upgrade has the API servers use that',
            fix: 'compare it with `nodeops etcd members`; other names for the same members are fine',
          },
        ],
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(external.check(seen)).toEqual(verdict));

  it('is not taken from 3.5 to 3.6 by kubeadm', () => {
    const old = bound(etcdHealth, { version: '1.34.4', etcdHosts: hosts }, onCluster);
    expect(old.check({ ...named, status: ofVersion('3.5.24') })).toEqual(satisfied);
    expect(to134.check({ ...three, status: ofVersion('3.5.24') }).kind).toBe('blocked');
  });
});
