import { describe, expect, it } from 'vitest';
import { read } from '../../src/commands/build.ts';
import { defineFact } from '../../src/facts/fact.ts';
import { throughEtcd } from '../../src/facts/through-etcd.ts';
import { hostSays, noManifest } from '../../src/commands/find-etcd.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { observeCluster } from '../../src/run/observe.ts';
import { makeCluster, makeNode, stage, type Answer } from './scripted.ts';

const cluster = makeCluster('cp1', 'cp2', 'cp3', 'w1');

const ofApi = defineFact<string>({
  id: 'of-the-api',
  subject: 'cluster',
  command: read(['kubectl']),
  parse: ({ stdout, stderr, code }) => (code === 0 ? { value: stdout.trim() } : { unavailable: stderr }),
});
const ofEtcd = defineFact<string>({
  id: 'of-etcd',
  subject: 'cluster',
  through: 'etcd',
  command: read(['etcdctl']),
  parse: throughEtcd((stdout) => (stdout.trim() === '' ? undefined : stdout.trim())),
});

const down: Answer = { code: 1, stderr: 'down' };
const elsewhere: Answer = { code: 1, stderr: noManifest };
type Table = Readonly<Record<string, Readonly<Record<string, Answer>>>>;

/** What comes of both facts, and in which order control planes were asked what. */
const observed = async (table: Table, inHand: readonly string[] = [], of: Cluster = cluster) => {
  const asked: string[] = [];
  const { session } = stage(of, {
    facts: (node, key) => {
      if (key === 'static-pods') return undefined;
      asked.push(`${node} ${key}`);
      return table[node]?.[key] ?? { stdout: `${key} by ${node}` };
    },
  });
  for (const node of inHand) session.inHand.add(node);
  const { observations, place } = await observeCluster(session, [ofApi, ofEtcd]);
  const told = (key: string): string => {
    const found = observations.get(key);
    if (found === undefined) return 'nothing';
    return found.kind === 'value' ? String(found.value) : found.kind;
  };
  return { api: told('of-the-api'), etcd: told('of-etcd'), place: place.node, asked };
};

describe('who answers for a cluster whose etcd has hosts of its own', () => {
  const external = { ...cluster, etcdHosts: [makeNode('e1', 'etcd'), makeNode('e2', 'etcd')] };

  it('is a control plane for the API, and an etcd host for etcd', async () => {
    expect(await observed({}, [], external)).toEqual({
      api: 'of-the-api by cp1',
      etcd: 'of-etcd by e1',
      place: 'cp1',
      asked: ['e1 of-etcd', 'cp1 of-the-api'],
    });
  });

  it('is the next etcd host where one does not answer, and never a control plane', async () => {
    const stopped = { 'of-etcd': { code: 1, stderr: `${hostSays}etcd does not run on its host` } };
    expect(await observed({ e1: stopped }, [], external)).toMatchObject({ etcd: 'of-etcd by e2' });
    expect(await observed({ e1: stopped, e2: stopped }, [], external)).toMatchObject({
      api: 'of-the-api by cp1',
      etcd: 'unavailable',
      asked: ['e1 of-etcd', 'e2 of-etcd', 'cp1 of-the-api'],
    });
  });

  it('is etcd also where no API server answers', async () => {
    const away: Table = Object.fromEntries(['cp1', 'cp2', 'cp3'].map((name) => [name, { 'of-the-api': down }]));
    expect(await observed(away, [], external)).toMatchObject({ api: 'unavailable', etcd: 'of-etcd by e1' });
  });

  it('is nobody where every host is lost', async () => {
    expect(await observed({}, [], { ...cluster, etcdHosts: [] })).toMatchObject({ etcd: 'unavailable' });
  });
});

describe('who answers for the cluster', () => {
  it('is one control plane in one round trip, where it can', async () => {
    expect(await observed({})).toEqual({
      api: 'of-the-api by cp1',
      etcd: 'of-etcd by cp1',
      place: 'cp1',
      asked: ['cp1 of-the-api', 'cp1 of-etcd'],
    });
  });

  it('is not the control plane that is being worked on, where another one can', async () => {
    expect(await observed({}, ['cp1'])).toMatchObject({ place: 'cp2', asked: ['cp2 of-the-api', 'cp2 of-etcd'] });
    expect(await observed({ cp2: { 'of-the-api': down }, cp3: { 'of-the-api': down } }, ['cp1'])).toMatchObject({
      api: 'of-the-api by cp1',
    });
  });

  it('is another one for the API alone: what etcd said stands', async () => {
    expect(await observed({ cp1: { 'of-the-api': down } })).toEqual({
      api: 'of-the-api by cp2',
      etcd: 'of-etcd by cp1',
      place: 'cp2',
      asked: ['cp1 of-the-api', 'cp1 of-etcd', 'cp2 of-the-api'],
    });
  });

  it('is etcd where no API server answers anywhere', async () => {
    const without = { 'of-the-api': down };
    expect(await observed({ cp1: without, cp2: without, cp3: without })).toMatchObject({
      api: 'unavailable',
      etcd: 'of-etcd by cp1',
      place: 'cp1',
    });
  });

  it('is another one where this one’s etcd does not answer; what is written goes where the API was looked through', async () => {
    expect(await observed({ cp1: { 'of-etcd': down }, cp2: { 'of-etcd': down } })).toMatchObject({
      api: 'of-the-api by cp1',
      etcd: 'of-etcd by cp3',
      place: 'cp1',
    });
  });

  it('is not one that has no etcd of its own, as long as another one has', async () => {
    expect(await observed({ cp1: { 'of-etcd': elsewhere } })).toMatchObject({ etcd: 'of-etcd by cp2' });
    const all = { 'of-etcd': elsewhere };
    expect(await observed({ cp1: all, cp2: all, cp3: all })).toMatchObject({ etcd: 'absent' });
    expect(await observed({ cp1: all, cp2: { 'of-etcd': down }, cp3: all })).toMatchObject({ etcd: 'unavailable' });
  });

  it('is asked no more than needed: a look at the API stops at the first that answers', async () => {
    const { asked } = await observed({ cp1: { 'of-the-api': down, 'of-etcd': down } });
    expect(asked).toEqual(['cp1 of-the-api', 'cp1 of-etcd', 'cp2 of-the-api', 'cp2 of-etcd']);
  });
});

it('an etcd whose control plane has no manifest of an API server answers all the same', async () => {
  const { session } = stage(makeCluster('cp1'), {
    facts: (_node, key) => (key === 'static-pods' ? { stdout: '' } : { stdout: `${key} told` }),
  });
  const { observations } = await observeCluster(session, [ofApi, ofEtcd]);
  expect(observations.get('of-etcd')).toMatchObject({ kind: 'value', value: 'of-etcd told' });
  expect(observations.get('of-the-api')).toEqual({ kind: 'unavailable', why: 'cp1 names no API server of its own' });
});
