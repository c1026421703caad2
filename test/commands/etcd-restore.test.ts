import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  awayPoint,
  closeRestore,
  lookAtRestores,
  restartKubeletOnce,
  restoreData,
  stageRestore,
  swapData,
  takeManifestsAway,
} from '../../src/commands/etcd-restore.ts';
import { manifestFile } from '../../src/commands/manifest.ts';
import { putBack } from '../../src/commands/restore-point.ts';
import { etcdRestores } from '../../src/facts/etcd-restores.ts';
import { EtcdSandbox } from './etcd-sandbox.ts';
import type { Ended } from './sandbox.ts';

const restore = '1-2026-11-21-235810-875f';
const url = 'https://10.0.0.11:2380';
const member = {
  restore,
  initialCluster: `cp1=${url}`,
  token: `nodeops-${restore}`,
  name: 'cp1',
  peerUrl: url,
  bumpRevision: 1_000_000_000,
};
const ok = { code: 0, stderr: '' };

/** etcdutl that makes a data directory of what it is given, as the real one does: it refuses one that is there. */
const etcdutl = `case "$*" in
*--help*) echo '--bump-revision uint' ;;
*status*) echo '{"revision":2530}' ;;
*restore*) for each; do case $each in --data-dir=*) to=\${each#*=} ;; esac; done
  [ ! -e "$to" ] || { echo exists >&2; exit 1; }
  mkdir -p "$to/member/wal" && cp "$3" "$to/member/restored" ;;
esac`;

/** A control plane with an etcd that has data, whose manifests are in their place. */
const controlPlane = ({ running = false, mounted = false } = {}): EtcdSandbox => {
  const sandbox = new EtcdSandbox({ etcdutl, dataDir: 'DATA' });
  const data = sandbox.path('lib/etcd');
  mkdirSync(`${data}/member`, { recursive: true });
  sandbox.write('lib/etcd/member/old', 'the old data');
  sandbox.write(
    'manifests/etcd.yaml',
    `spec:\n  containers:\n  - command:\n    - etcd\n    - --data-dir=${data}\n    - --name=cp1\n    - --initial-advertise-peer-urls=${url}\n    image: registry.k8s.io/etcd:3.6.6-0\n`,
  );
  for (const each of ['kube-apiserver', 'kube-vip']) sandbox.write(`manifests/${each}.yaml`, each);
  const words = ['etcd', `--data-dir=${data}`, '--cert-file=/etc/kubernetes/pki/etcd/server.crt'];
  sandbox.write('proc/42/cmdline', words.map((word) => `${word}\0`).join(''));
  if (!running) rmSync(sandbox.path('proc/42/comm'));
  sandbox.program('mountpoint', mounted ? ':' : 'exit 32');
  sandbox.program('sync');
  return sandbox;
};
const staged = async (sandbox: EtcdSandbox): Promise<EtcdSandbox> => {
  mkdirSync(sandbox.path(`nodeops-etcd/${restore}`), { recursive: true });
  sandbox.write(`nodeops-etcd/${restore}/etcd-snapshot.db`, 'the snapshot');
  sandbox.program(
    'ctr',
    `case "$*" in *' mount '*) for to; do :; done; cp -a '${sandbox.path('proc/42/root')}/.' "$to" ;; *) rm -rf "$5"/* ;; esac`,
  );
  expect(await sandbox.run(stageRestore(restore, '42'))).toMatchObject(ok);
  return sandbox;
};
const stagedHere = (): Promise<EtcdSandbox> => staged(controlPlane());
const seen = async (sandbox: EtcdSandbox) => {
  const { stdout, stderr, code } = await sandbox.run(lookAtRestores);
  if (etcdRestores.source.kind !== 'command') throw new Error('it is asked by a command');
  const parsed = etcdRestores.source.parse({ stdout, stderr, code: code ?? -1 });
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed));
  return parsed.value;
};
const base = 'lib/etcd-nodeops-restores';
const restoreAndSwap = async (sandbox: EtcdSandbox): Promise<Ended> => {
  const made = await sandbox.run(restoreData(member));
  return made.code === 0 ? sandbox.run(swapData(restore)) : made;
};

describe('takeManifestsAway and putBack', () => {
  it('take kubeadm’s own by name, leave every other, and bring them back as they were', async () => {
    const sandbox = controlPlane();
    expect(await sandbox.run(takeManifestsAway(['kube-apiserver', 'kube-scheduler', 'etcd']))).toMatchObject(ok);
    expect(readdirSync(sandbox.path('manifests'))).toEqual(['kube-vip.yaml']);
    expect((await seen(sandbox)).manifests).toEqual({ 'kube-apiserver': 'away', etcd: 'away' });
    expect((await seen(sandbox)).flags['name'], 'read where it is kept').toBe('cp1');
    expect(await sandbox.run(takeManifestsAway(['kube-apiserver'])), 'once more').toMatchObject(ok);
    expect(await sandbox.run(putBack(awayPoint, [manifestFile('kube-apiserver')]))).toMatchObject(ok);
    expect(sandbox.read('manifests/kube-apiserver.yaml')).toBe('kube-apiserver');
    expect((await seen(sandbox)).manifests).toEqual({ 'kube-apiserver': 'here', etcd: 'away' });
  });

  it('never leave a manifest nowhere: what was cut off before it was kept is still in its place', async () => {
    const sandbox = controlPlane();
    sandbox.program('mv', 'exit 9');
    expect((await sandbox.run(takeManifestsAway(['etcd']))).code).toBe(9);
    expect((await seen(sandbox)).manifests).toMatchObject({ etcd: 'here' });
  });
});

describe('stageRestore', () => {
  it('takes etcdutl from the image where no etcd runs, and unmounts it', async () => {
    const sandbox = await stagedHere();
    const mount = sandbox.path(`nodeops-etcd/${restore}/image`);
    expect(sandbox.calls.filter((call) => call.startsWith('ctr'))).toEqual([
      `ctr --namespace=k8s.io images mount registry.k8s.io/etcd:3.6.6-0 ${mount}`,
      `ctr --namespace=k8s.io images unmount --rm ${mount}`,
    ]);
    expect(readdirSync(sandbox.path(`nodeops-etcd/${restore}`)).toSorted()).toEqual([
      'etcd-snapshot.db',
      'etcdutl',
      'of',
      'staged',
    ]);
    expect((await seen(sandbox)).restores).toEqual([{ name: restore, of: '42', marks: ['staged'] }]);
  });

  it('takes it from the etcd that runs, if one does', async () => {
    const sandbox = await staged(controlPlane({ running: true }));
    expect(sandbox.calls.filter((call) => call.startsWith('ctr'))).toEqual([]);
    expect((await seen(sandbox)).processes).toEqual({ etcd: [42] });
  });

  it.each([
    ['that cannot raise the revision', `case "$*" in *--help*) echo none ;; esac`, /cannot raise the revision/],
    [
      'that does not open the snapshot',
      `case "$*" in *--help*) echo --bump-revision ;; *) echo torn >&2; exit 1 ;; esac`,
      /torn/,
    ],
  ])('refuses an etcdutl %s', async (_what, body, says) => {
    const sandbox = controlPlane({ running: true });
    sandbox.inImage('etcdutl', body);
    mkdirSync(sandbox.path(`nodeops-etcd/${restore}`), { recursive: true });
    const { code, stderr } = await sandbox.run(stageRestore(restore, '42'));
    expect([code, stderr]).toEqual([1, expect.stringMatching(says)]);
    expect((await seen(sandbox)).restores).toEqual([{ name: restore, marks: [] }]);
  });
});

describe('restoreData and swapData', () => {
  it('put the restored data in the place of the old, which stay beside them', async () => {
    const sandbox = await stagedHere();
    expect(await restoreAndSwap(sandbox)).toMatchObject(ok);
    expect(sandbox.read('lib/etcd/member/restored')).toBe('the snapshot');
    expect(sandbox.read(`${base}/${restore}/old/member/old`)).toBe('the old data');
    expect(statSync(sandbox.path('lib/etcd')).mode & 0o777).toBe(0o700);
    expect((await seen(sandbox)).restores[0]?.marks).toEqual(['staged', 'restored', 'swapped']);
    expect(sandbox.calls.map((call) => call.trim())).toContain('sync');
  });

  it('also where nothing was left, and where the data directory is a mount point', async () => {
    const empty = await stagedHere();
    rmSync(empty.path('lib/etcd'), { recursive: true });
    expect(await restoreAndSwap(empty)).toMatchObject(ok);
    expect(empty.read('lib/etcd/member/restored')).toBe('the snapshot');
    const mounted = await staged(controlPlane({ mounted: true }));
    expect((await seen(mounted)).base).toBe(mounted.path('lib/etcd/nodeops-restores'));
    expect((await seen(empty)).base).toBe(empty.path(base));
    expect(await restoreAndSwap(mounted)).toMatchObject(ok);
    expect(mounted.read(`lib/etcd/nodeops-restores/${restore}/old/member/old`)).toBe('the old data');
  });

  it('does nothing a second time: what etcd wrote since stays', async () => {
    const sandbox = await stagedHere();
    await restoreAndSwap(sandbox);
    sandbox.write('lib/etcd/member/new', 'written since');
    expect(await restoreAndSwap(sandbox)).toMatchObject(ok);
    expect(sandbox.read('lib/etcd/member/new')).toBe('written since');
  });

  it('refuses while an etcd runs over the data', async () => {
    const sandbox = await staged(controlPlane({ running: true }));
    expect(await restoreAndSwap(sandbox)).toMatchObject({ code: 1, stderr: 'etcd still runs: process etcd 42\n' });
    expect(sandbox.read('lib/etcd/member/old')).toBe('the old data');
  });

  it.each([
    ['before the first rename', 'mv', 1, 'before'],
    ['after the first rename', 'mv', 1, 'after'],
    ['before the second rename', 'mv', 2, 'before'],
    ['after the second rename', 'mv', 2, 'after'],
    ['before it was written down', 'touch', 1, 'before'],
  ])('ends the same way when it was killed %s', async (_what, program, call, when) => {
    const sandbox = await stagedHere();
    expect(await sandbox.run(restoreData(member))).toMatchObject(ok);
    const real = `/bin/${program} "$@"`;
    const strikes = `[ "$(grep -c '^${program} ' '${sandbox.path('calls')}')" -eq ${call} ]`;
    rmSync(sandbox.path('calls'));
    sandbox.program(
      program,
      when === 'before' ? `${strikes} && kill -9 $PPID || ${real}` : `${real}; ${strikes} && kill -9 $PPID || :`,
    );
    expect((await sandbox.run(swapData(restore))).signal).toBe('SIGKILL');
    sandbox.program(program, `exec ${real}`);
    expect(await sandbox.run(swapData(restore))).toMatchObject(ok);
    expect(readdirSync(sandbox.path('lib/etcd/member')).toSorted()).toEqual(['restored', 'wal']);
    expect(readdirSync(sandbox.path(`${base}/${restore}/old`))).toEqual(['member']);
    expect(sandbox.read(`${base}/${restore}/old/member/old`)).toBe('the old data');
  });

  it('makes the data anew where that was killed', async () => {
    const sandbox = await stagedHere();
    mkdirSync(sandbox.path(`${base}/${restore}/new/member`), { recursive: true });
    expect(await restoreAndSwap(sandbox)).toMatchObject(ok);
    expect(sandbox.read('lib/etcd/member/restored')).toBe('the snapshot');
  });
});

describe('the end of a restore', () => {
  it('restarts the kubelet once and leaves a mark, which a restart that failed does not', async () => {
    const sandbox = await stagedHere();
    sandbox.program('systemctl', 'exit 1');
    expect((await sandbox.run(restartKubeletOnce(restore))).code).toBe(1);
    expect((await seen(sandbox)).restores[0]?.marks).toEqual(['staged']);
    sandbox.program('systemctl');
    expect(await sandbox.run(restartKubeletOnce(restore))).toMatchObject(ok);
    expect(sandbox.calls).toContain('systemctl restart kubelet');
    expect((await seen(sandbox)).restores[0]?.marks).toEqual(['staged', 'kubelet']);
  });

  it('takes the snapshot off the node', async () => {
    const sandbox = await stagedHere();
    expect(await sandbox.run(closeRestore(restore))).toMatchObject(ok);
    expect(readdirSync(sandbox.path(`nodeops-etcd/${restore}`)).toSorted()).toEqual(['done', 'of', 'staged']);
  });
});
