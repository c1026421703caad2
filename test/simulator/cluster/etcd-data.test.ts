import { describe, expect, it } from 'vitest';
import {
  clusterIdOf,
  databaseFile,
  digestOf,
  memberDirectory,
  memberIdOf,
  readDatabase,
  restoredDatabase,
} from '../../../src/simulator/cluster/etcd-data.ts';
import type { WorldEvent } from '../../../src/simulator/world/events.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { snapshotText } from '../../../src/simulator/tools/kubernetes/etcd-snapshot-file.ts';
import { hostOf, ours, pass, run, smallWorld } from '../kubernetes/run-tool.ts';
import { toolbox } from '../kubernetes/ask.ts';

const person = { kind: 'person', name: 'ana' } as const;

const lose = (world: World, ...nodes: readonly string[]): void => {
  for (const node of nodes) hostOf(world, node).files.remove(memberDirectory, person, { recursive: true });
};
const end = (world: World, ...nodes: readonly string[]): void => {
  for (const node of nodes) world.containers.stop(hostOf(world, node), 'etcd', person);
  for (const node of nodes) world.containers.start(hostOf(world, node), 'etcd', person);
};
const etcdOf = (world: World, node: string): string => hostOf(world, node).components.get('etcd')?.state ?? '';

const kubectl = (world: World, ...words: readonly string[]) =>
  run(hostOf(world, 'paris-cp1'), [
    'kubectl',
    '--kubeconfig=/etc/kubernetes/admin.conf',
    '--server=https://172.31.0.11:6443',
    ...words,
  ]);

describe('identities of a restored etcd', () => {
  // Recorded on the lab: etcdutl 3.6.6, `added member`.
  const members = 'hb-cp1=https://10.0.0.1:2380,hb-cp2=https://10.0.0.2:2380';
  it('are those that etcdutl gives', () => {
    expect(BigInt(clusterIdOf({ members, token: 't1' })).toString(16)).toBe('867990243d353d54');
    expect(BigInt(memberIdOf('https://10.0.0.1:2380', 't1')).toString(16)).toBe('747dfd7d4281455e');
    expect(BigInt(memberIdOf('https://10.0.0.2:2380', 't1')).toString(16)).toBe('ffda289f18ec611f');
  });

  it('a database says what it was made of', () => {
    const data = { members, token: 't1', snapshot: digestOf('x'), revision: 1_000_000_792, compacted: true };
    expect(readDatabase('paris', restoredDatabase(data))).toEqual({ kind: 'restored', ...data });
    expect(readDatabase('paris', '\0'.repeat(64))).toBeUndefined();
  });
});

describe('an etcd whose files are gone', () => {
  it('does not notice while it runs', () => {
    const world = smallWorld();
    lose(world, 'paris-cp1');
    pass(world, 60_000);
    expect(kubectl(world, 'get', 'nodes', '-o', 'json').code).toBe(0);
  });

  it('founds an empty cluster when it is started, of which the API server knows nobody (lab, 1.35.4)', () => {
    const world = smallWorld();
    const events: WorldEvent[] = [];
    world.listen((event) => void events.push(event));
    lose(world, 'paris-cp1');
    end(world, 'paris-cp1');
    pass(world, 60_000);
    const { code, stderr } = kubectl(world, 'get', 'nodes', '-o', 'json');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'Error from server (Forbidden): nodes is forbidden: User "kubernetes-admin" cannot list resource "nodes" in API group "" at the cluster scope\n',
    });
    expect(kubectl(world, 'get', '--raw=/readyz').stdout).toBe('ok');
    expect(world.etcd).toMatchObject({ empty: true });
    expect(events.filter(({ type }) => type === 'pod-gone')).toEqual([]);
    const worker = hostOf(world, 'paris-w1');
    worker.services.kubelet.stop(ours);
    worker.services.kubelet.start(ours);
    const gone = events.filter((event) => event.type === 'pod-gone');
    expect(gone.length).toBeGreaterThan(0);
    for (const event of gone) expect(event).toMatchObject({ node: 'paris-w1', how: 'forgotten', actor: ours });
  });

  it('of three members: the one that founded the cluster comes back while the others have a quorum', () => {
    const world = smallWorld({ controlPlanes: 3 });
    lose(world, 'paris-cp1');
    end(world, 'paris-cp1');
    pass(world, 60_000);
    expect(etcdOf(world, 'paris-cp1')).toBe('running');
    expect(world.etcd).toMatchObject({ empty: false });
  });

  it.each([
    ['is gone', (world: World) => lose(world, 'paris-cp3')],
    ['is torn', (world: World) => hostOf(world, 'paris-cp3').files.write(databaseFile, '\0', person)],
  ])('of three members: what %s on one that joined ends it again and again, later each time', (_what, spoil) => {
    const world = smallWorld({ controlPlanes: 3 });
    const ends: number[] = [];
    world.listen((event) => {
      if (event.type === 'component-stopped' && event.host === 'paris-cp3') ends.push(world.kernel.now);
    });
    spoil(world);
    end(world, 'paris-cp3');
    pass(world, 120_000);
    const waits = ends.slice(1).map((at, index) => at - (ends[index] ?? 0));
    expect(waits.length).toBeGreaterThanOrEqual(3);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(world.etcd.hasQuorum()).toBe(true);
  });
});

const saved = (world: World): string => {
  const host = hostOf(world, 'paris-cp1');
  host.files.makeDirectory('/root', person, { parents: true });
  const text = snapshotText(host, '3.6.6');
  host.files.write('/root/s.db', text, person);
  world.etcd.keep('paris-cp1', text);
  return text;
};
describe('data that were restored', () => {
  const members = 'paris-cp1=https://172.31.0.11:2380';
  const restore = (world: World, ...more: readonly string[]) => {
    const host = hostOf(world, 'paris-cp1');
    host.files.write('/root/etcdutl', '\x7fELF etcdutl 3.6.6\n', person, { mode: 0o755 });
    return run(
      host,
      [
        '/root/etcdutl',
        'snapshot',
        'restore',
        '/root/s.db',
        '--data-dir=/root/new',
        '--name=paris-cp1',
        `--initial-cluster=${members}`,
        '--initial-cluster-token=t1',
        '--initial-advertise-peer-urls=https://172.31.0.11:2380',
        ...more,
      ],
      { toolbox },
    );
  };
  const raised = ['--bump-revision=1000000000', '--mark-compacted'];

  it('are what the API shows once they have a quorum, at the raised revision', () => {
    const world = smallWorld();
    const before = world.objects.revision;
    const uid = world.objects.get('ConfigMap', 'kube-system', 'coredns')?.metadata.uid;
    saved(world);
    world.objects.remove('ConfigMap', 'kube-system', 'coredns', person);
    const { code, stderr } = restore(world, ...raised);
    expect(code).toBe(0);
    expect(stderr).toContain(
      `"latest-revision":${before},"bump-amount":1000000000,"new-latest-revision":${before + 1e9}`,
    );
    const { files } = hostOf(world, 'paris-cp1');
    world.containers.stop(hostOf(world, 'paris-cp1'), 'etcd', person);
    files.remove(memberDirectory, person, { recursive: true });
    files.move('/root/new/member', memberDirectory, person);
    world.containers.start(hostOf(world, 'paris-cp1'), 'etcd', person);
    pass(world, 30_000);
    expect(world.objects.get('ConfigMap', 'kube-system', 'coredns')?.metadata.uid).toBe(uid);
    expect(world.objects.revision).toBeGreaterThanOrEqual(before + 1e9);
    expect(world.etcd.compacted).toBe(before + 1e9);
    expect(world.etcd.runOf('paris-cp1')).toMatchObject({
      clusterId: clusterIdOf({ members, token: 't1' }),
      memberId: memberIdOf('https://172.31.0.11:2380', 't1'),
      live: true,
      quorum: true,
    });
  });

  it.each([
    ['a torn snapshot', 'torn', 'Error: snapshot missing hash but --skip-hash-check=false\n'],
    ['no snapshot', undefined, 'Error: open /root/s.db: no such file or directory\n'],
  ])('are not made of %s (lab, 3.6.6)', (_what, text, says) => {
    const world = smallWorld();
    saved(world);
    const { files } = hostOf(world, 'paris-cp1');
    if (text === undefined) files.remove('/root/s.db', person);
    else files.write('/root/s.db', text, person);
    const { code, stderr } = restore(world, ...raised);
    expect(code).toBe(1);
    expect(stderr.endsWith(says)).toBe(true);
  });

  it('take no place of others (lab, 3.6.6)', () => {
    const world = smallWorld();
    saved(world);
    restore(world, ...raised);
    expect(restore(world, ...raised)).toMatchObject({
      code: 1,
      stderr: 'Error: data-dir "/root/new" not empty or could not be read\n',
    });
  });

  it('are nothing that is guessed at: a revision that is raised and not compacted', () => {
    const world = smallWorld();
    saved(world);
    expect(() => restore(world, '--bump-revision=1000000000')).toThrow('etcdutl snapshot restore');
  });
});
