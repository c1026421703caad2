import { describe, expect, it } from 'vitest';
import { readBaseline, takeBaseline, troubleOf, writeBaseline } from '../../src/run/baseline.ts';
import { podLine } from './pod-line.ts';
import { makeCluster, stage, type Answer } from './scripted.ts';

const rows = (lines: readonly string[]): Answer => ({ stdout: `${[...lines, String(lines.length)].join('\n')}\n` });

const taken = async (facts: Readonly<Record<string, Answer>>) => {
  const { session } = stage(makeCluster('cp1', 'w1'), { facts: (_node, key) => facts[key] });
  return takeBaseline(session);
};

const at = 1_795_255_170_000;

describe('how a cluster was before a run', () => {
  it('keeps replicas, restarts and what was not well, and no more of a pod than its name and the beginning of its uid', async () => {
    const before = await taken({
      'pod-health': rows([
        podLine({ name: 'web-5d4-a', owner: ['ReplicaSet', 'web-5d4'], hash: '5d4', n: 0xab_cd }),
        podLine({ name: 'db-0', container: ['db', 3, null, ['Error', 1]] }),
        podLine({
          name: 'bad-77-x',
          owner: ['ReplicaSet', 'bad-77'],
          hash: '77',
          container: ['app', 9, ['CrashLoopBackOff', 'back-off'], null],
        }),
        podLine({ name: 'new', phase: 'Pending', namespace: 'constructor' }),
      ]),
      workloads: rows(['["shop","Deployment","web",["i",null],2,2,2,1,1,1,1]']),
      'ending-namespaces': rows(['["old",true,[null]]', '["shop",false,[null]]']),
    });
    expect(before).toEqual({
      format: 1,
      at,
      ending: ['old'],
      workloads: [['shop', 'Deployment', 'web', 2, 1]],
      pods: {
        shop: {
          'web-5d4-a': '0000abcd',
          'db-0': ['00000001', { db: 3 }],
          'bad-77-x': ['00000001', { app: 9 }],
        },
        constructor: { new: '00000001' },
      },
      troubled: [
        ['shop', 'bad', 'CrashLoopBackOff'],
        ['constructor', 'new', 'Pending'],
      ],
    });
    expect(readBaseline(writeBaseline(before))).toEqual(before);
  });

  it('waits for nothing: without an API server there is nothing of it', async () => {
    expect(await taken({})).toEqual({ format: 1, at });
  });

  it('of 500 nodes and 15,000 pods is less than a mebibyte', async () => {
    const lines = Array.from({ length: 15_000 }, (_each, n) =>
      podLine({
        n,
        namespace: `team-${n % 100}`,
        name: `service-${n % 700}-78dc785779-${n.toString(36).padStart(5, 'x')}`,
        owner: ['ReplicaSet', `service-${n % 700}-78dc785779`],
        hash: '78dc785779',
      }),
    );
    const workloads = Array.from(
      { length: 5000 },
      (_each, n) => `["team-${n % 100}","Deployment","service-${n}",["registry/image:${n}",null],3,3,3,3,3,1,1]`,
    );
    const before = await taken({ 'pod-health': rows(lines), workloads: rows(workloads) });
    expect(Object.values(before.pods ?? {}).flatMap((own) => Object.keys(own))).toHaveLength(15_000);
    expect(Buffer.byteLength(writeBaseline(before))).toBeLessThan(1024 * 1024);
  });

  it.each(['', '{}', '{"format":2,"at":1}', 'null', '{"format":1,"at":1,"pods":{"a":{"b":1}}}'])(
    'is not read from %j',
    (text) => expect(readBaseline(text)).toBeUndefined(),
  );

  const pod = { namespace: 'shop', name: 'a', uid: '1', phase: 'Running', ready: false, mirror: false, labels: {} };
  it.each([
    ['ContainerCreating', 'Pending', 'Pending'],
    ['ContainerCreating', 'Running', undefined],
    ['ErrImagePull', 'Pending', 'ErrImagePull'],
    ['CrashLoopBackOff', 'Running', 'CrashLoopBackOff'],
  ])('a pod that waits for %s and is %s: %s', (reason, phase, trouble) => {
    const containers = [{ name: 'c', restarts: 0, waiting: { reason, message: '' } }];
    expect(troubleOf({ ...pod, phase, deleting: false, containers })).toBe(trouble);
    expect(troubleOf({ ...pod, phase, deleting: true, containers })).toBe('Terminating');
  });
});
