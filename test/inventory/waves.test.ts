import { describe, expect, it } from 'vitest';
import { head, read, refusal } from './read.ts';

const clusters = `clusters:
  - { name: a, labels: { stage: dev }, nodes: [{ name: a1, host: a, role: control-plane }] }
  - { name: b, labels: { stage: prod }, nodes: [{ name: b1, host: b, role: control-plane }] }
`;
const waveOf = (settings: string) =>
  read(`${head}waves: [{ name: all, selector: stage${settings} }]\n${clusters}`).clusters[0]?.wave;

describe('waves', () => {
  it('what is not said', () =>
    expect(waveOf('')).toEqual({
      name: 'all',
      order: 0,
      selector: { text: 'stage', labels: [{ key: 'stage', operator: 'Exists', values: [] }] },
      soakMs: 0,
      maxFailedClusters: { count: 0 },
      inFlight: 'finish',
      approval: false,
      checks: [],
      source: 'inv.yaml:3',
    }));

  it.each([
    [', canary: 1', { canary: { count: 1 } }],
    [', canary: "10%"', { canary: { percent: 10 } }],
    [', maxFailedClusters: 0', { maxFailedClusters: { count: 0 } }],
    [', maxFailedClusters: "0%"', { maxFailedClusters: { percent: 0 } }],
    [
      ', soak: 1h30m, parallel: 3, inFlight: stop, approval: true',
      { soakMs: 5_400_000, parallel: 3, inFlight: 'stop' },
    ],
    [
      ', checks: [{ name: shop, command: [./ask.sh, a] }]',
      {
        checks: [
          {
            name: 'shop',
            question: { kind: 'command', argv: ['./ask.sh', 'a'], directory: '/repo' },
            timeoutMs: 60_000,
            retries: 0,
            forMs: 0,
          },
        ],
      },
    ],
    [
      ', checks: [{ name: front, http: { url: https://shop.example.com/healthz }, retries: 3, for: 2m }]',
      {
        checks: [
          {
            question: { kind: 'http', url: 'https://shop.example.com/healthz', status: 200, headers: {} },
            timeoutMs: 10_000,
            retries: 3,
            forMs: 120_000,
          },
        ],
      },
    ],
    [
      ', checks: [{ name: front, http: { url: http://a/, status: 401, text: ok, headers: { Authorization: { env: A } } } }]',
      { checks: [{ question: { status: 401, text: 'ok', headers: { Authorization: { env: 'A' } } } }] },
    ],
    [
      ', checks: [{ name: db, tcp: "[2001:db8::5]:5432" }]',
      { checks: [{ question: { kind: 'tcp', host: '2001:db8::5', port: 5432 } }] },
    ],
    [
      ', checks: [{ name: errors, prometheus: { url: http://prom:9090, query: "sum(up)", condition: "< 1e-2" } }]',
      {
        checks: [
          {
            question: {
              kind: 'prometheus',
              url: 'http://prom:9090',
              query: 'sum(up)',
              condition: { operator: '<', value: 0.01 },
              noData: 'fail',
              headers: {},
            },
          },
        ],
      },
    ],
  ])('%s', (settings, expected) => expect(waveOf(settings)).toMatchObject(expected));

  it('each cluster has its own, in the order of the list', () => {
    const text = `${head}waves: [{ name: prod, selector: stage=prod }, { name: rest, selector: stage!=prod }]\n${clusters}`;
    expect(read(text).clusters.map(({ name, wave }) => [name, wave?.name, wave?.order])).toEqual([
      ['a', 'rest', 1],
      ['b', 'prod', 0],
    ]);
  });

  it.each([
    [', canary: 0', 'canary: expected a number of clusters from 1, or a share such as "25%", found 0'],
    [
      ', canary: "3"',
      'canary: expected a number of clusters from 1, or a share such as "25%", found "3"\n    write 3 without quotes',
    ],
    [', maxFailedClusters: 101%', 'expected a number of clusters from 0, or a share such as "25%", found "101%"'],
    [', parallel: 0', 'parallel: expected a number of clusters from 1, found 0'],
    [', soak: 30', 'soak: expected a duration such as 90s, 10m or 1h30m, found 30\n    add a unit, e.g. 30s'],
    [', inFlight: abort', 'inFlight: expected finish or stop, found "abort"'],
    [', checks: [{ name: shop, command: [] }]', 'command: expected a command as a list, e.g. [./ask.sh, paris]'],
    [', checks: [{ name: shop }]', 'checks[0]: expected name and one of command, http, tcp and prometheus'],
    [
      ', checks: [{ name: shop, tcp: "a:1", command: [a] }]',
      'checks[0]: expected name and one of command, http, tcp and prometheus',
    ],
    [', checks: [{ name: db, tcp: db }]', 'tcp: expected a host and a port, e.g. db.example.com:5432, found "db"'],
    [
      ', checks: [{ name: a, prometheus: { url: http://a, query: up, condition: "1" } }]',
      'condition: expected a condition such as "< 0.01", found "1"\n    one of < <= > >= == != and a number',
    ],
    [
      ', checks: [{ name: a, http: { url: "http://me:pw@a/" } }]',
      'a login is never written in an inventory: headers: { Authorization: { env: NAME } }',
    ],
    [
      ', checks: [{ name: a, http: { url: http://a/, headers: { X-Api-Key: abc } } }]',
      'headers.X-Api-Key: expected { env: NAME }, found a value written out (not shown)\n    a secret is never written in an inventory: name the variable that holds it',
    ],
    [', checks: [{ name: a, http: { url: http://a/, status: 99 } }]', 'status: expected a status from 100 to 599'],
    [', checks: [{ name: a, tcp: "a:1", retries: -1 }]', 'retries: expected a number from 0'],
  ])('refused: %s', (settings, message) =>
    expect(refusal(`${head}waves: [{ name: all, selector: stage${settings} }]\n${clusters}`)).toContain(message),
  );

  it('a selector that is none is all that is said of the waves', () =>
    expect(refusal(`${head}waves: [{ name: all, selector: "a>b" }]\n${clusters}`)).toBe(
      'inv.yaml:3:32: waves[0].selector: expected a label selector such as environment=prod,region in (eu-west,eu-central), found "a>b"',
    ));
});
