import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inventoryJsonSchema } from '../../src/inventory/json-schema.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import type { Inventory } from '../../src/inventory/load.ts';
import { asList, asMap } from '../../src/documents/raw.ts';
import { read, refusal } from './read.ts';

const root = new URL('../..', import.meta.url).pathname;

const load = (name: string): Inventory =>
  loadInventory({
    file: `inventory/${name}`,
    env: { USER: 'me' },
    home: '/home/me',
    cwd: root,
    readFile: (path) => readFileSync(path, 'utf8'),
  });

const shape = ({ clusters }: Inventory): Record<string, string> =>
  Object.fromEntries(
    clusters.map(({ name, version, nodes, source }) => [name, `${version} ${nodes.length} nodes ${source}`]),
  );

const examples = {
  'backups.yaml': { paris: '1.36.3 2 nodes inventory/backups.yaml:2' },
  'fleet.yaml': {
    dev: '1.36.3 2 nodes inventory/fleet.yaml:56',
    'staging-west': '1.36.3 2 nodes inventory/fleet.yaml:61',
    'staging-north': '1.36.3 2 nodes inventory/fleet.yaml:66',
    paris: '1.36.3 2 nodes inventory/fleet.yaml:71',
    oslo: '1.36.3 2 nodes inventory/fleet.yaml:77',
  },
  'single.yaml': { home: '1.36.3 3 nodes inventory/single.yaml:2' },
  'lab.yaml': { lab: '1.36.3 5 nodes inventory/lab.yaml:2' },
  'production.yaml': {
    staging: '1.36.3 3 nodes inventory/production.yaml:17',
    paris: '1.36.3 6 nodes inventory/production.yaml:36',
    oslo: '1.35.7 4 nodes inventory/production.yaml:59',
  },
};

it.each(Object.entries(examples))('inventory/%s is read', (name, expected) => {
  expect(shape(load(name))).toEqual(expected);
});

it('no example is left out', () => {
  const files = readdirSync(`${root}/inventory`).filter((name) => name.endsWith('.yaml'));
  expect(files.toSorted()).toEqual(Object.keys(examples).toSorted());
});

it('fleet: what clusters share by their labels', () => {
  const settings = load('fleet.yaml').clusters.map(({ drain, maxApiDowntimeMs, nodes, atOnce }) => [
    drain.timeoutMs / 60_000,
    maxApiDowntimeMs,
    nodes[0]?.ssh.jump?.host,
    atOnce,
  ]);
  const [west, north] = ['eu-west', 'eu-north'].map((value) => [{ label: 'region', value, most: 2 }]);
  expect(settings).toEqual([
    [2, undefined, 'bastion.eu-west.example.com', west],
    [10, undefined, 'bastion.eu-west.example.com', west],
    [10, undefined, 'bastion.eu-north.example.com', north],
    [20, 300_000, 'bastion.eu-west.example.com', west],
    [20, 300_000, 'bastion.eu-north.example.com', north],
  ]);
});

it('production: the ways to the nodes', () => {
  const oslo = load('production.yaml').clusters.find(({ name }) => name === 'oslo');
  expect(oslo?.nodes[0]?.ssh).toMatchObject({
    host: '10.2.0.11',
    user: 'ops',
    passphrase: { env: 'SSH_PASSPHRASE' },
    jump: { host: 'gate.oslo.example.com', user: 'gate', jump: { host: 'bastion.example.com', port: 2222 } },
  });
  expect(oslo?.nodes.at(-1)?.ssh).not.toHaveProperty('jump');
});

it('production: windows are known with their place', () => {
  expect(load('production.yaml').clusters.map(({ window }) => window)).toEqual([
    undefined,
    {
      cron: '0 1 * * SAT',
      durationMs: 4 * 3_600_000,
      timezone: 'Europe/Paris',
      blackouts: [],
      source: 'inventory/production.yaml:40',
    },
    {
      cron: '0 2 * * SUN',
      durationMs: 3.5 * 3_600_000,
      timezone: 'Europe/Oslo',
      blackouts: [],
      source: 'inventory/production.yaml:64',
    },
  ]);
});

it('production: who may touch what is protected', () => {
  const operators = load('production.yaml').clusters.map((cluster) => [cluster.protected, cluster.operators]);
  expect(operators).toEqual([
    [false, ['ana', 'ben@bastion']],
    [true, ['ana', 'ben@bastion']],
    [true, ['ana']],
  ]);
});

it('backups: where they go, and what saves the volumes', () => {
  const [paris] = load('backups.yaml').clusters;
  expect(paris?.backup.to.map(({ kind }) => kind)).toEqual(['ssh', 's3']);
  expect(paris?.backup.ssh.identityFiles).toEqual(['/home/me/.ssh/id_backup']);
  expect(paris?.backup.application.map(({ name, place, covers }) => [name, place.kind, covers.length])).toEqual([
    ['velero', 'operator', 2],
    ['wiki-database', 'control-plane', 1],
    ['build-cache', 'node', 1],
  ]);
});

const docs = readFileSync(`${root}/docs/inventory.md`, 'utf8');

/** Every name under `properties` anywhere in a JSON Schema. */
const keysOf = (schema: unknown): string[] => {
  const map = asMap(schema);
  if (map === undefined) return asList(schema).flatMap(keysOf);
  const own = Object.keys(asMap(map['properties']) ?? {});
  return [...own, ...Object.values(map).flatMap(keysOf)];
};

it.each([...new Set(keysOf(inventoryJsonSchema()))])('the page explains %s', (key) => {
  expect(docs).toMatch(new RegExp(`^\\| [^|]*\`${key}\``, 'm'));
});

const blocks = [...docs.matchAll(/(?<!wrong -->\n+)^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text);

it.each(blocks)('the page has an example that works: %s', (text) => {
  expect(read(text).clusters.length).toBeGreaterThan(0);
});

it('the page shows the errors as they are', () => {
  const [, text = '', message = ''] = /<!-- wrong -->\n+```yaml\n(.*?)^```.*?^```text\n(.*?)^```/ms.exec(docs) ?? [];
  expect(refusal(text)).toBe(message.trimEnd());
});
