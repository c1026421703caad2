import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { read } from '../../src/commands/build.ts';
import { defineFact, followingFact, type Fact } from '../../src/facts/fact.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { createWorld } from '../../src/plan/world.ts';
import { look } from '../../src/run/look.ts';
import { defineStep } from '../../src/steps/step.ts';
import { makeCluster, stage, type Answer } from './scripted.ts';

const cluster = makeCluster('cp1', 'w1');
const plain = (id: string, subject: 'node' | 'cluster', ...argv: readonly string[]): Fact<string> =>
  defineFact<string>({
    id,
    subject,
    command: read(['look', ...argv]),
    parse: ({ stdout, stderr, code }) => {
      if (code === 3) return { absent: true };
      return code === 0 ? { value: stdout.trim() } : { unavailable: stderr.trim() };
    },
  });
const registry = plain('registry', 'cluster');
const mirror = plain('mirror', 'node');
const further = followingFact({
  id: 'further',
  parameters: ['x'],
  needs: [registry, mirror],
  ask: (whole, own) =>
    own === 'none' ? { value: 'nothing to ask' } : { ...plain('further', 'node', whole, own), key: 'further x' },
});

const step = (facts: Readonly<Record<string, Fact<unknown>>>, node = 'w1') =>
  defineStep({
    id: 'looks',
    subject: 'node',
    title: () => 'looks',
    with: z.strictObject({}),
    detect: () => facts,
    check: () => satisfied,
    explain: { why: '', source: '', type: [] },
  }).bind({}, { kind: 'node', cluster: 'paris', node, role: 'worker', kubeadm: { ignorePreflightErrors: [] } });

const saw = async (answers: Readonly<Record<string, Answer>>, facts: Readonly<Record<string, Fact<unknown>>>) => {
  const asked: string[] = [];
  const { session } = stage(cluster, {
    facts: (_node, key) => {
      if (key in answers) asked.push(key);
      return answers[key];
    },
  });
  const world = createWorld();
  const bound = step(facts);
  await look(session, [bound], world);
  return { asked, seen: world.get(bound.on, further) };
};
const whole: Answer = { stdout: 'r', stderr: '', code: 0 };
const own: Answer = { stdout: 'm', stderr: '', code: 0 };
const answered: Answer = { stdout: 'yes', stderr: '', code: 0 };

describe('a question that follows from others', () => {
  it('is asked once they are answered, though nobody else wants to know them', async () => {
    const { asked, seen } = await saw({ registry: whole, mirror: own, 'further x': answered }, { further });
    expect(seen).toMatchObject({ kind: 'value', value: 'yes', from: 'w1' });
    expect(asked.at(-1)).toBe('further x');
    expect(asked.toSorted()).toEqual(['further x', 'mirror', 'registry']);
  });

  it('asks nothing twice', async () => {
    const { asked } = await saw({ registry: whole, mirror: own, 'further x': answered }, { registry, mirror, further });
    expect(asked.toSorted()).toEqual(['further x', 'mirror', 'registry']);
  });

  it('need not be asked at all', async () => {
    const none: Answer = { stdout: 'none', stderr: '', code: 0 };
    const { asked, seen } = await saw({ registry: whole, mirror: none, 'further x': answered }, { further });
    expect(seen).toMatchObject({ kind: 'value', value: 'nothing to ask' });
    expect(asked).not.toContain('further x');
  });

  it.each<[string, Answer, object]>([
    ['not answered just now', { stdout: '', stderr: 'busy', code: 1 }, { kind: 'unavailable', why: 'busy' }],
    ['not there', { stdout: '', stderr: '', code: 3 }, { kind: 'absent' }],
  ])('is as little known as what it follows from: %s', async (_what, answer, seen) => {
    const told = await saw({ registry: whole, mirror: answer, 'further x': answered }, { further });
    expect(told.seen).toMatchObject(seen);
    expect(told.asked).not.toContain('further x');
  });
});
