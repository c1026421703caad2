import { describe, expect, it } from 'vitest';
import { kernel } from '../../src/facts/kernel.ts';
import { kubeletVersions } from '../../src/facts/kubelet-versions.ts';
import { operatingSystem } from '../../src/facts/operating-system.ts';
import type { Fact } from '../../src/facts/fact.ts';
import type { Observed } from '../../src/model/observed.ts';
import { conditionOf, conditionTroubles } from '../../src/playbook/condition.ts';
import { keptBy } from '../../src/steps/condition.ts';
import { makeCluster } from '../run/scripted.ts';
import { onControlPlane, onWorker } from '../steps/values.ts';

const parameters = {
  version: { type: 'version', required: true },
  level: { type: 'string', required: false, default: 'info' },
  count: { type: 'number', required: false, default: 3 },
  sure: { type: 'boolean', required: false },
} as const;
const troubles = (text: string, nodes = true) =>
  conditionTroubles(text, parameters, nodes).map(({ message, hint }) =>
    hint === undefined ? message : `${message} (${hint})`,
  );

describe('what is wrong with a when:', () => {
  it.each([
    ['node.os.id == "debian"'],
    ['node.role == "worker" && !node.rebootRequired'],
    ['compareVersions(node.kubelet, parameters.version) < 0'],
    ['"zone" in node.labels && node.labels["zone"] in ["a", "b"]'],
    ['parameters.count > 2 || parameters.level == "debug"'],
    ['cluster.controlPlanes >= 3 && cluster.labels.environment == "prod"'],
    ['["w1", "w2"].exists(each, each == node.name)'],
  ])('nothing with %s', (text) => expect(troubles(text)).toEqual([]));

  it.each([
    ['node.os.idd == "x"', ['nothing is called node.os.idd (did you mean "node.os.id"?)']],
    [
      'node.kublet == "1" && node.rol == "worker"',
      [
        'nothing is called node.kublet (did you mean "node.kubelet"?)',
        'nothing is called node.rol (did you mean "node.role"?)',
      ],
    ],
    ['node.os == "debian"', ['node.os is no value by itself (valid here: node.os.id, node.os.version)']],
    ['parameters.cuont > 2', ['the playbook has no parameter "cuont" (did you mean "count"?)']],
    ['parameters.sure', ['the parameter sure may be missing (give it `default:`, or `required: true`)']],
    ['node.os.id == 12', ['no such overload: string == int']],
    ['node.cgroup == "1"', ['no such overload: int == string']],
    ['node.name', ['expected true or false, found string (compare it: node.os.id == "debian")']],
    ['unknown == 1', ['Unknown variable: unknown']],
    ['node.name.frobnicate("a")', ["found no matching overload for 'string.frobnicate(string)'"]],
    ['node.name ==', ['is no expression: Unexpected token: EOF (e.g. node.role == "worker" && node.cgroup == 1)']],
  ])('%s', (text, expected) => expect(troubles(text)).toEqual(expected));

  it('a phase about the cluster has no node', () => {
    expect(troubles('node.role == "worker"', false)).toEqual([
      'node.role is about a node, and this phase is `on: cluster`',
    ]);
    expect(troubles('cluster.workers > 2', false)).toEqual([]);
  });
});

const cluster = { ...makeCluster('paris-cp1', 'paris-w1'), labels: { environment: 'prod' } };
const values = { version: '1.36.3', level: 'info', count: 3, sure: true };
const condition = (text: string, on = onWorker()) => conditionOf(text, { cluster, on, parameters, values });
const value = <T>(fact: Fact<T>, seen: T): readonly [string, Observed<unknown>] => [
  fact.key,
  { kind: 'value', value: seen, at: 0, from: 'made up' },
];
const debian = value(operatingSystem, { id: 'debian', idLike: [], versionId: '12', name: 'Debian' });
const verdict = (text: string, known: readonly (readonly [string, Observed<unknown>])[] = [], on = onWorker()) => {
  const all = new Map(known);
  return keptBy(
    [condition(text, on)],
    ({ key }) => all.get(key) ?? { kind: 'unavailable', why: 'w1: connection refused' },
  );
};
const notWanted = (text: string) => ({ kind: 'satisfied', because: `not wanted here: ${text}` });

describe('a when: in its place', () => {
  it.each([
    ['node.os.id == "debian"', [debian], true],
    ['node.os.id == "ubuntu"', [debian], false],
    ['node.os.version == "12"', [debian], true],
    ['compareVersions(node.kubelet, "1.36") < 0', [value(kubeletVersions, { installed: '1.9.9' })], true],
    ['compareVersions(node.kubelet, parameters.version) < 0', [value(kubeletVersions, { installed: '1.36.3' })], false],
    ['compareVersions(node.os.version, "24.04") < 0', [debian], true],
    ['node.role == "worker"', [], true],
    ['cluster.workers == 1 && cluster.controlPlanes == 1', [], true],
    ['cluster.labels.environment == "prod"', [], true],
    ['parameters.count > 3', [], false],
    ['parameters.sure && parameters.level == "info"', [], true],
  ] as const)('%s', (text, known, holds) => {
    expect(verdict(text, known)).toEqual(holds ? undefined : notWanted(text));
  });

  it('is about the node that it is asked for', () => {
    expect(verdict('node.role == "worker"', [], onControlPlane())).toEqual(notWanted('node.role == "worker"'));
  });
});

/** The verdict of several where no fact is known. */
const judge = (...texts: readonly string[]) =>
  keptBy(
    texts.map((each) => condition(each)),
    () => ({ kind: 'absent' }),
  )?.kind;

describe('what is not known is never taken for no', () => {
  const text = 'node.os.id == "debian"';
  const of = (observed: Observed<unknown>) => verdict(text, [[operatingSystem.key, observed]]);
  const cannotTell = 'cannot tell whether `when: node.os.id == "debian"` holds here: ';

  it('nothing there', () => {
    expect(of({ kind: 'absent' })).toMatchObject({
      kind: 'blocked',
      because: `${cannotTell}the node has nothing that would say node.os.id`,
    });
  });
  it('not understood', () => {
    const unreadable = { kind: 'unreadable', text: 'ID=\nX', from: 'w1' } as const;
    expect(of(unreadable)).toMatchObject({
      kind: 'blocked',
      because: `${cannotTell}node.os.id cannot be understood: ID= | X`,
    });
  });
  it('not now: it is waited for, and then a person has to look', () => {
    const waiting = verdict(text);
    expect(waiting).toMatchObject({ kind: 'pending', waitingFor: `${cannotTell}node.os.id: w1: connection refused` });
    expect(waiting).toHaveProperty('fix');
  });
  it('a fact that leaves it out', () => {
    const stopped = verdict('node.kubelet == "1.36.3"', [value(kubeletVersions, {})]);
    expect(stopped).toMatchObject({ kind: 'blocked' });
    expect(stopped).toHaveProperty('because', expect.stringContaining('nothing says what node.kubelet is'));
  });
  it.each([
    ['cluster.labels.region == "eu"', 'No such key: region'],
    ['compareVersions(node.name, "1.36") < 0', '"paris-w1" is no version'],
  ])('an expression that has no answer: %s', (without, why) => {
    expect(verdict(without)).toMatchObject({ kind: 'blocked' });
    expect(verdict(without)).toHaveProperty('because', expect.stringContaining(why));
  });

  it('of several, one that does not hold settles it; otherwise the one that is not known does', () => {
    expect(judge(text, 'node.role == "control-plane"')).toBe('satisfied');
    expect(judge('node.role == "worker"', text)).toBe('blocked');
    expect(judge('node.role == "worker"', 'parameters.sure')).toBeUndefined();
  });
});

it('asks for the facts that it names, and no others', () => {
  const { facts } = condition('node.os.id == "debian" && node.kernel != "" && node.name != ""');
  expect(Object.values(facts)).toEqual([operatingSystem, kernel]);
});
