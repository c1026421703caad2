import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fairEntries, probe } from '../../docker/probe.ts';
import { freshCluster, type LabCluster } from './lab-cluster.ts';
import { objectLines } from './object-lines.ts';
import { operatorMachine, writesOf, type Ended } from './run-nodeops.ts';

const name = 'ci-restore';
const node = `${name}-cp1`;
const kinds =
  'namespaces,configmaps,secrets,serviceaccounts,services,deployments,daemonsets,replicasets,poddisruptionbudgets,clusterroles,clusterrolebindings,roles,rolebindings,nodes';

const checked = z.object({ findings: z.array(z.looseObject({ gate: z.string(), verdict: z.string() })) });

describe('a cluster that lost all data of its etcd', () => {
  const machine = operatorMachine();
  const place = mkdtempSync(join(tmpdir(), 'nodeops-backup-'));
  let cluster: LabCluster;
  let before: readonly string[];
  let podsBefore: string;

  const objects = async (): Promise<readonly string[]> =>
    objectLines(await cluster.kubectl('get', kinds, '--all-namespaces', '-o', 'json'));
  const pods = (): Promise<string> =>
    cluster.kubectl('get', 'pods', '-o', 'custom-columns=NAME:.metadata.name,UID:.metadata.uid,IP:.status.podIP');
  const inNode = (script: string): Promise<string> => cluster.exec(node, 'sh', '-c', script);
  const argvOf = (...args: readonly string[]): readonly string[] => [
    'restore',
    'last',
    '--inventory',
    cluster.inventory,
    '--cluster',
    name,
    '--from',
    place,
    ...args,
  ];
  const restore = (...args: readonly string[]): Promise<Ended> => machine.nodeops(argvOf(...args));
  /** etcd does not notice until it is started anew; then it founds an empty cluster. */
  const loseEverything = (): Promise<string> =>
    inNode(
      'rm -rf /var/lib/etcd/member; kill -9 $(pgrep -x etcd); until [ -d /var/lib/etcd/member ]; do sleep 1; done',
    );
  const marks = (): Promise<string> => inNode('cd /var/lib/nodeops-etcd && for d in *; do echo "$d" $(ls "$d"); done');

  beforeAll(async () => {
    cluster = await freshCluster({ name, topology: '1+1', version: '1.35.4' });
    await cluster.kubectl('create', 'configmap', 'kept', '--from-literal=is=old');
    const saved = await machine.nodeops(['backup', '--inventory', cluster.inventory, '--to', place, '--yes']);
    if (saved.code !== 0) throw new Error(saved.stdout + saved.stderr);
    [before, podsBefore] = [await objects(), await pods()];
    await cluster.kubectl('delete', 'configmap', 'kept');
    await cluster.kubectl('create', 'namespace', 'after');
  });
  afterAll(async () => {
    await cluster.dispose();
    machine.dispose();
    rmSync(place, { recursive: true, force: true });
  });

  it('is looked at without a write, and what would be lost is told', async () => {
    const dry = await restore('--dry-run');
    expect(dry.code, dry.stdout + dry.stderr).toBe(0);
    expect(writesOf(dry)).toBe(0);
    expect(dry.stdout).toMatch(/LOST: \d+ changes since /);
    expect(await inNode('ls -d /var/lib/nodeops-etcd 2> /dev/null || echo none')).toBe('none');
  });

  it('has every object of the backup again, and its pods have not noticed', async () => {
    await loseEverything();
    const stop = new AbortController();
    const asking = probe(fairEntries(cluster.nodes), stop.signal);
    const done = await restore('--yes');
    stop.abort();
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(await objects()).toEqual(before);
    expect(await pods()).toBe(podsBefore);
    expect(done.stdout).toMatch(/restored \S+: etcd at revision 1\d{9}, \d+ objects/);
    const asked = await asking;
    expect(asked.failures, JSON.stringify(asked)).toBe(0);
    expect(asked.requests).toBeGreaterThan(100);
  });

  it('keeps the old data, and no snapshot; the lease belongs to nobody and is younger than that of the backup', async () => {
    expect(await marks()).toMatch(/^1-\S+ done kubelet of restored staged swapped$/);
    expect(await inNode('ls /var/lib/etcd-nodeops-restores/*/old')).toBe('member');
    const [epoch = '0', ...holder] = (
      await cluster.kubectl(
        '-n',
        'kube-system',
        'get',
        'lease',
        'nodeops',
        '-o',
        'jsonpath={.spec.leaseTransitions} {.spec.holderIdentity}',
      )
    )
      .trim()
      .split(' ');
    expect([Number(epoch), holder]).toEqual([2, []]);
    expect(await inNode('head -n 1 /var/lib/nodeops/epoch | cut -d " " -f 1')).toBe('2');
  });

  it('has nothing to do a second time', async () => {
    const again = await restore('--yes');
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toMatch(new RegExp(`${name}: nothing to do: \\S+ was restored already \\(1-`));
    expect((await marks()).split('\n').length).toBe(1);
  });

  it.each([
    ['while all is stopped', 'etcd stopped: finished', 'the same command'],
    ['between the old data and the new', 'restored data in the place of etcd’s: done', 'nodeops resume'],
    ['over a restored etcd', 'etcd started: finished', 'the same command'],
  ])('killed %s it goes on where it was', async (_what, words, how) => {
    await loseEverything();
    await machine.killedAt(words, argvOf('--yes', '--again'));
    const on = await (how === 'nodeops resume' ? machine.nodeops(['resume', '--yes']) : restore('--yes'));
    expect(on.code, on.stdout + on.stderr).toBe(0);
    expect(on.stdout).not.toContain('stop kube-apiserver, kube-controller-manager, kube-scheduler: done');
    expect(await objects()).toEqual(before);
    expect(await pods()).toBe(podsBefore);
  });

  it('raised the revision further each time', async () => {
    const status = await machine.nodeops(['etcd', 'status', '--inventory', cluster.inventory]);
    expect(status.code, status.stderr).toBe(0);
    expect((await marks()).split('\n').map((line) => line.split('-')[0])).toEqual(['1', '2', '3', '4']);
    const listed = await cluster.kubectl('get', '--raw', '/api/v1/namespaces?limit=1');
    expect(Number(/"resourceVersion":"(\d+)"/.exec(listed)?.[1])).toBeGreaterThan(4_000_000_000);
  });

  it('can be upgraded and backed up as before', async () => {
    const check = await machine.nodeops([
      'check',
      '--inventory',
      cluster.inventory,
      '--to',
      '1.36.3',
      '--output',
      'json',
    ]);
    const { findings } = checked.parse(JSON.parse(check.stdout));
    expect(findings.length).toBeGreaterThan(0);
    // The only worker of 1 + 1 cannot be drained.
    const blocking = findings.filter(({ gate, verdict }) => verdict === 'block' && gate !== 'drain-prediction');
    expect(blocking).toEqual([]);
    const saved = await machine.nodeops(['backup', '--inventory', cluster.inventory, '--to', place, '--yes']);
    expect(saved.code, saved.stdout + saved.stderr).toBe(0);
  });
});
