import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  addLearner,
  beginReplacement,
  closeReplacement,
  lookAtMember,
  notAsked,
  promoteMember,
  removeMember,
  setDataAside,
  startMember,
} from '../../src/commands/etcd-replacement.ts';
import { awayPoint } from '../../src/commands/etcd-restore.ts';
import { manifestFile } from '../../src/commands/manifest.ts';
import { putBack } from '../../src/commands/restore-point.ts';
import { etcdOnNode } from '../../src/facts/etcd-on-node.ts';
import { EtcdSandbox } from './etcd-sandbox.ts';

const replacement = '1-3e9';
const url = 'https://10.0.0.12:2380';
const initialCluster = `cp1=https://10.0.0.11:2380,cp2=${url},cp3=https://10.0.0.13:2380`;
const ok = { code: 0, stderr: '' };
const began = `nodeops-etcd/members/${replacement}`;
const kept = 'nodeops-etcd/away/files';

interface Wish {
  readonly running?: boolean;
  readonly mounted?: boolean;
  readonly data?: boolean;
  readonly flags?: readonly string[];
  readonly etcdctl?: string;
}

/** A control plane whose member was lost; its etcd may still run, its data may be there. */
const lostPlane = ({ running = false, mounted = false, data = true, flags, etcdctl = ':' }: Wish = {}): EtcdSandbox => {
  const sandbox = new EtcdSandbox({ etcdctl, dataDir: 'DATA' });
  const directory = sandbox.path('lib/etcd');
  mkdirSync(`${directory}${data ? '/member/wal' : ''}`, { recursive: true });
  if (data) {
    sandbox.write('lib/etcd/member/old', 'the old data');
    sandbox.write('lib/etcd/member/wal/0000000000000000-0000000000000000.wal', 'the log');
  }
  const own = flags ?? [`--initial-advertise-peer-urls=${url}`, `--initial-cluster=cp2=${url}`];
  const command = ['etcd', `--data-dir=${directory}`, ...own, '--name=cp2', '--snapshot-count=10000'];
  sandbox.write(
    'manifests/etcd.yaml',
    `spec:\n  containers:\n  - command:\n${command.map((word) => `    - ${word}\n`).join('')}    image: registry.k8s.io/etcd:3.6.6-0\n`,
  );
  const words = ['etcd', `--data-dir=${directory}`, '--cert-file=/etc/kubernetes/pki/etcd/server.crt'];
  sandbox.write('proc/42/cmdline', words.map((word) => `${word}\0`).join(''));
  if (!running) rmSync(sandbox.path('proc/42/comm'));
  sandbox.program('mountpoint', mounted ? ':' : 'exit 32');
  sandbox.program('sync');
  sandbox.program('sleep');
  return sandbox;
};

const seen = async (sandbox: EtcdSandbox) => {
  const { stdout, stderr, code } = await sandbox.run(lookAtMember);
  if (etcdOnNode.source.kind !== 'command') throw new Error('it is asked by a command');
  const parsed = etcdOnNode.source.parse({ stdout, stderr, code: code ?? -1 });
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed));
  return parsed.value;
};
const asideOf = async (sandbox: EtcdSandbox): Promise<EtcdSandbox> => {
  expect(await sandbox.run(beginReplacement(replacement))).toMatchObject(ok);
  expect(await sandbox.run(setDataAside(replacement))).toMatchObject(ok);
  return sandbox;
};

const manifestOf = (sandbox: EtcdSandbox): readonly string[] => sandbox.read('manifests/etcd.yaml').split('\n');
/** A control plane of those that are well. */
const well = (etcdctl: string): EtcdSandbox => new EtcdSandbox({ etcdctl });
const typed = (sandbox: EtcdSandbox): readonly string[] =>
  sandbox.calls.filter((call) => call.startsWith('etcdctl')).map((call) => call.replace(/^.*?(member .*)$/, '$1'));

describe('beginReplacement', () => {
  it('takes the manifests of etcd and its API server away, keeps them, and says that it was begun', async () => {
    const sandbox = lostPlane({ running: true });
    for (const each of ['kube-vip', 'kube-apiserver', 'kube-scheduler']) sandbox.write(`manifests/${each}.yaml`, each);
    expect(await seen(sandbox)).toMatchObject({ manifest: 'here', processes: [42], replacements: [], hasMember: true });
    for (const time of ['once', 'again']) {
      expect(await sandbox.run(beginReplacement(replacement)), time).toMatchObject(ok);
      expect(readdirSync(sandbox.path('manifests'))).toEqual(['kube-scheduler.yaml', 'kube-vip.yaml']);
      expect(await seen(sandbox)).toMatchObject({
        manifest: 'away',
        replacements: [{ name: replacement, marks: ['begun'] }],
        flags: { 'initial-advertise-peer-urls': url },
        restoring: false,
      });
    }
    expect(await sandbox.run(putBack(awayPoint, [manifestFile('kube-apiserver')]))).toMatchObject(ok);
    expect(sandbox.read('manifests/kube-apiserver.yaml')).toBe('kube-apiserver');
  });

  it('never leaves the manifest nowhere: what was cut off before it was kept is still in its place', async () => {
    const sandbox = lostPlane();
    sandbox.program('mv', 'exit 9');
    expect((await sandbox.run(beginReplacement(replacement))).code).toBe(9);
    expect(await seen(sandbox)).toMatchObject({ manifest: 'here', replacements: [{ marks: ['begun'] }] });
  });
});

describe('setDataAside', () => {
  it.each([
    ['beside', false, `lib/etcd-nodeops-restores/member-${replacement}/old/member`],
    ['within, where it is a mount point,', true, `lib/etcd/nodeops-restores/member-${replacement}/old/member`],
  ])('keeps what was there %s the data directory', async (_where, mounted, to) => {
    const sandbox = await asideOf(lostPlane({ mounted }));
    expect(sandbox.read(`${to}/old`)).toBe('the old data');
    expect(sandbox.has('lib/etcd/member')).toBe(false);
    expect((await seen(sandbox)).replacements).toEqual([{ name: replacement, marks: ['begun', 'aside'] }]);
  });

  it('does nothing a second time: what is there then is the new member’s', async () => {
    const sandbox = await asideOf(lostPlane());
    mkdirSync(sandbox.path('lib/etcd/member/wal'), { recursive: true });
    sandbox.write('lib/etcd/member/wal/1.wal', 'of the new one');
    expect(await sandbox.run(setDataAside(replacement))).toMatchObject(ok);
    expect((await seen(sandbox)).hasMember).toBe(true);
  });

  it('is content with no data at all, and goes on after it was killed between its rename and its mark', async () => {
    const sandbox = await asideOf(lostPlane({ data: false }));
    rmSync(sandbox.path(began, 'aside'));
    expect(await sandbox.run(setDataAside(replacement))).toMatchObject(ok);
    expect((await seen(sandbox)).replacements).toEqual([{ name: replacement, marks: ['begun', 'aside'] }]);
  });

  it('refuses while etcd runs, and while it could be started', async () => {
    const running = lostPlane({ running: true });
    await running.run(beginReplacement(replacement));
    expect(await running.run(setDataAside(replacement))).toMatchObject({
      code: 1,
      stderr: 'etcd still runs: process etcd 42\n',
    });
    const back = lostPlane();
    mkdirSync(back.path(began), { recursive: true });
    expect(await back.run(setDataAside(replacement))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is in its place'),
    });
    expect([running.has('lib/etcd/member/old'), back.has('lib/etcd/member/old')]).toEqual([true, true]);
  });
});

describe('startMember', () => {
  const wanted = [
    `    - --initial-advertise-peer-urls=${url}`,
    `    - --initial-cluster=${initialCluster}`,
    '    - --initial-cluster-state=existing',
    '    - --name=cp2',
  ];
  const started = async (sandbox: EtcdSandbox) => {
    const { argv, ...rest } = startMember(replacement, initialCluster);
    const beside = sandbox.path('beside');
    return sandbox.run({ ...rest, argv: argv.map((word) => word.replaceAll('/etc/kubernetes/.nodeops-etcd', beside)) });
  };

  it.each([
    ['kubeadm init wrote', [`--initial-advertise-peer-urls=${url}`, `--initial-cluster=cp2=${url}`]],
    [
      'kubeadm join wrote',
      [
        `--initial-advertise-peer-urls=${url}`,
        `--initial-cluster=cp1=https://10.0.0.11:2380,cp2=${url}`,
        '--initial-cluster-state=existing',
      ],
    ],
    ['somebody put in quotes', [`--initial-advertise-peer-urls=${url}`, `"--initial-cluster=cp2=${url}"`]],
  ])('puts back with every member what %s', async (_who, flags) => {
    const sandbox = await asideOf(lostPlane({ flags }));
    expect(await started(sandbox)).toMatchObject(ok);
    const lines = manifestOf(sandbox);
    expect(lines.slice(lines.indexOf(wanted[0] ?? ''), -3)).toEqual(wanted);
    expect(await seen(sandbox)).toMatchObject({
      manifest: 'here',
      flags: { 'initial-cluster': initialCluster, 'initial-cluster-state': 'existing' },
    });
    const once = sandbox.read('manifests/etcd.yaml');
    expect(await started(sandbox), 'once more').toMatchObject(ok);
    expect(sandbox.read('manifests/etcd.yaml')).toBe(once);
    expect(readdirSync(sandbox.path('manifests'))).toEqual(['etcd.yaml']);
  });

  it('refuses a manifest that it does not understand, and over data that are still there', async () => {
    const sandbox = await asideOf(lostPlane({ flags: [`--initial-advertise-peer-urls=${url}`] }));
    expect(await started(sandbox)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has no single line with --initial-cluster'),
    });
    expect(readdirSync(sandbox.path('manifests'))).toEqual([]);
    rmSync(sandbox.path(began, 'aside'));
    expect(await started(sandbox)).toMatchObject({
      code: 1,
      stderr: 'the data of the lost member are still in their place\n',
    });
  });
});

describe('what is asked of another control plane', () => {
  it('names members by their IDs, learners by name and address', async () => {
    const sandbox = well(':');
    await sandbox.run(removeMember('3e9'));
    await sandbox.run(addLearner('cp2', url));
    await sandbox.run(promoteMember('7d0'));
    expect(typed(sandbox)).toEqual([
      'member remove 3e9',
      `member add cp2 --learner --peer-urls=${url}`,
      'member promote 7d0',
    ]);
  });

  it('a learner that is not in sync is asked about again, anything else is not', async () => {
    const sandbox = well(':');
    sandbox.inImage(
      'etcdctl',
      `[ "$(grep -c promote '${sandbox.path('calls')}')" -gt 2 ] || { echo 'Error: etcdserver: can only promote a learner member which is in sync with leader' >&2; exit 1; }`,
    );
    sandbox.program('sleep');
    expect(await sandbox.run(promoteMember('7d0'))).toMatchObject({ code: 0 });
    expect(typed(sandbox)).toHaveLength(3);
    const gone = well(`echo 'Error: etcdserver: member not found' >&2; exit 1`);
    expect(await gone.run(promoteMember('7d0'))).toMatchObject({
      code: 1,
      stdout: 'Error: etcdserver: member not found\n',
    });
    expect(typed(gone)).toHaveLength(1);
  });
});

describe('what is left', () => {
  it('is that it was done: the copy of the manifest goes', async () => {
    const sandbox = await asideOf(lostPlane());
    expect(sandbox.has(`${kept}${sandbox.path('manifests/etcd.yaml')}`)).toBe(true);
    expect(await sandbox.run(closeReplacement(replacement))).toMatchObject(ok);
    expect(sandbox.has(`${kept}${sandbox.path('manifests/etcd.yaml')}`)).toBe(false);
    expect((await seen(sandbox)).replacements).toEqual([{ name: replacement, marks: ['begun', 'aside', 'done'] }]);
  });

  it('a node that is not asked says so as one without etcd does', async () =>
    expect(await lostPlane().run(notAsked)).toMatchObject({
      code: 1,
      stderr: 'nodeops: this control plane has no etcd manifest\n',
    }));
});
