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
      { checks: [{ name: 'shop', argv: ['./ask.sh', 'a'], directory: '/repo', timeoutMs: 60_000 }] },
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
  ])('refused: %s', (settings, message) =>
    expect(refusal(`${head}waves: [{ name: all, selector: stage${settings} }]\n${clusters}`)).toContain(message),
  );

  it('a selector that is none is all that is said of the waves', () =>
    expect(refusal(`${head}waves: [{ name: all, selector: "a>b" }]\n${clusters}`)).toBe(
      'inv.yaml:3:32: waves[0].selector: expected a label selector such as environment=prod,region in (eu-west,eu-central), found "a>b"',
    ));
});
