import { describe, expect, it } from 'vitest';
import type { BackupHook } from '../../src/model/cluster.ts';
import { head, oneNode, read, refusal, yaml } from './read.ts';

const hooks = (text: string, cluster = 0): readonly BackupHook[] | undefined =>
  read(text).clusters[cluster]?.backup.application;
/** `backup: { application: [ … ] }` on line 3, the hook from column 27 on. */
const one = (hook: string): string => `${head}backup: { application: [ ${hook} ] }\n${oneNode}`;
const claims = 'a claim as NAMESPACE/NAME, or a map with namespace, selector, or both';
const commands = 'a list of words, or the text of a script for sh';

describe('hooks of backup.application', () => {
  it('the least that can be said', () =>
    expect(hooks(one('{ name: velero, command: [velero, backup] }'))).toEqual([
      {
        name: 'velero',
        argv: ['velero', 'backup'],
        place: { kind: 'operator', directory: '/repo' },
        covers: [],
        timeoutMs: 3_600_000,
      },
    ]));

  it('all that can be said', () => {
    const text = yaml`
      backup:
        application:
          - name: shop-db
            on: cp1
            command: |
              pg_dump "@{PGDATABASE}" > /srv/dump
              sync
            timeout: 30m
            covers:
              - shop/data
              - { namespace: shop, selector: "app=db,tier in (a, b)" }
              - { namespace: blog }
              - { selector: backup=velero }
      nodes: [{ name: cp1, host: 10.0.0.1, role: control-plane }]`;
    expect(hooks(head + text.replace('@', '$'))).toEqual([
      {
        name: 'shop-db',
        // Variables of a script are the script's own.
        argv: ['sh', '-ec', 'pg_dump "${PGDATABASE}" > /srv/dump\nsync\n'],
        place: { kind: 'node', node: 'cp1' },
        covers: [
          { kind: 'named', claim: 'shop/data' },
          {
            kind: 'selected',
            namespace: 'shop',
            selector: {
              text: 'app=db,tier in (a, b)',
              labels: [
                { key: 'app', operator: 'In', values: ['db'] },
                { key: 'tier', operator: 'In', values: ['a', 'b'] },
              ],
            },
          },
          { kind: 'selected', namespace: 'blog', selector: { text: '', labels: [] } },
          {
            kind: 'selected',
            selector: { text: 'backup=velero', labels: [{ key: 'backup', operator: 'In', values: ['velero'] }] },
          },
        ],
        timeoutMs: 1_800_000,
      },
    ]);
  });

  it.each([
    ['operator', { kind: 'operator', directory: '/repo' }],
    ['control-plane', { kind: 'control-plane' }],
    ['cp1', { kind: 'node', node: 'cp1' }],
  ])('on: %s', (on, place) => expect(hooks(one(`{ name: a, command: [b], on: ${on} }`))?.[0]?.place).toEqual(place));

  it('those of a cluster replace those of the defaults', () => {
    const text = yaml`
      defaults: { backup: { to: /backup, application: [{ name: velero, command: [velero] }] } }
      clusters:
        - { name: a, nodes: [{ name: n, host: h1, role: control-plane }] }
        - { name: b, backup: { application: [] }, nodes: [{ name: n, host: h2, role: control-plane }] }`;
    expect(hooks(head + text, 0)?.map(({ name }) => name)).toEqual(['velero']);
    expect(hooks(head + text, 1)).toEqual([]);
  });
});

describe('hooks that are refused', () => {
  it.each([
    [
      '{ command: [a] }',
      '3:26: backup.application[0].name: missing; expected a name of lower-case letters, digits, - and .',
    ],
    ['{ name: a }', `3:26: backup.application[0].command: missing; expected ${commands}`],
    ['{ name: a, command: [] }', `3:46: backup.application[0].command: expected ${commands}, found an empty list`],
    ['{ name: a, command: "" }', `3:46: backup.application[0].command: expected ${commands}, found ""`],
    [
      '{ name: a, command: [b, 1] }',
      '3:50: backup.application[0].command[1]: expected a word, found 1\n    put it in quotes: "1"',
    ],
    ['{ name: a, comand: [b] }', '3:37: backup.application[0].comand: unknown key\n    did you mean "command"?'],
    [
      '{ name: a, command: [b], covers: [data] }',
      `3:60: backup.application[0].covers[0]: expected ${claims}, found "data"`,
    ],
    [
      '{ name: a, command: [b], covers: [a/b/c] }',
      `3:60: backup.application[0].covers[0]: expected ${claims}, found "a/b/c"`,
    ],
    [
      '{ name: a, command: [b], covers: [{}] }',
      `3:60: backup.application[0].covers[0]: expected ${claims}, found a map`,
    ],
    [
      '{ name: a, command: [b], covers: [{ selector: "a b" }] }',
      '3:72: backup.application[0].covers[0].selector: expected a label selector such as app=db or "tier in (a, b)", found "a b"',
    ],
    [
      '{ name: a, command: [b], timeout: 5 }',
      '3:60: backup.application[0].timeout: expected a duration such as 90s, 10m or 1h30m, found 5\n    add a unit, e.g. 5s',
    ],
    [
      '{ name: a, command: [b], on: cp2 }',
      '3:55: backup.application[0].on: no node of cluster "cluster" is called "cp2"\n    did you mean "cp1"?',
    ],
    [
      '{ name: a, command: [b] }, { name: a, command: [b] }',
      '3:61: backup.application[1].name: the hook name "a" is already used on line 3',
    ],
  ])('%s', (hook, message) => expect(refusal(one(hook))).toBe(`inv.yaml:${message}`));

  it('a node of the defaults that one of the clusters does not have', () => {
    const text = yaml`
      defaults: { backup: { application: [{ name: velero, command: [velero], on: n1 }] } }
      clusters:
        - { name: a, nodes: [{ name: n1, host: h1, role: control-plane }] }
        - { name: b, nodes: [{ name: n2, host: h2, role: control-plane }] }
        - { name: c, backup: { application: [] }, nodes: [{ name: n3, host: h3, role: control-plane }] }`;
    expect(refusal(head + text)).toBe(
      'inv.yaml:3:76: defaults.backup.application[0].on: no node of cluster "b" is called "n1"\n    did you mean "n2"?',
    );
  });
});

const maintenance = (hook: string) => read(`${head}hooks: [ ${hook} ]\n${oneNode}`).clusters[0]?.hooks;

describe('hooks of a maintenance', () => {
  it('the least that can be said', () =>
    expect(maintenance('{ name: balancer, after: ./add }')).toEqual([
      {
        name: 'balancer',
        of: 'node',
        after: ['sh', '-ec', './add'],
        on: 'operator',
        timeoutMs: 300_000,
        always: false,
      },
    ]));

  it('all that can be said', () =>
    expect(
      maintenance(
        '{ name: silence, of: cluster, before: [./mute], after: [./unmute], on: cp1, timeout: 30s, always: true }',
      ),
    ).toEqual([
      {
        name: 'silence',
        of: 'cluster',
        before: ['./mute'],
        after: ['./unmute'],
        on: { node: 'cp1' },
        timeoutMs: 30_000,
        always: true,
      },
    ]));

  it.each([
    ['node', 'itself'],
    ['control-plane', 'control-plane'],
    ['operator', 'operator'],
  ])('on %s', (on, place) => expect(maintenance(`{ name: a, before: x, on: ${on} }`)).toMatchObject([{ on: place }]));

  it('a cluster’s own go before those of the defaults', () => {
    const text = `${head}defaults: { hooks: [{ name: a, before: x }] }\nclusters: [{ name: one, ${oneNode.trim()} }, { name: two, hooks: [], nodes: [{ name: cp1, host: 10.0.0.2, role: control-plane }] }]\n`;
    expect(read(text).clusters.map(({ hooks: found = [] }) => found.map(({ name }) => name))).toEqual([['a'], []]);
  });

  it('two of one name, and one on a node that there is not, are told with their places', () =>
    expect(refusal(`${head}hooks: [{ name: a, before: x }, { name: a, before: y, on: cp2 }]\n${oneNode}`)).toBe(
      'inv.yaml:3:41: hooks[1].name: the hook name "a" is already used on line 3\n' +
        'inv.yaml:3:59: hooks[1].on: no node of cluster "cluster" is called "cp2"\n    did you mean "cp1"?',
    ));
});
