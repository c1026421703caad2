import { describe, expect, it } from 'vitest';
import { read } from '../../src/commands/build.ts';
import { defineFact, type Output } from '../../src/facts/fact.ts';
import { observeNode } from '../../src/run/observe.ts';
import { makeCluster, stage, type Answer } from './scripted.ts';

const cluster = makeCluster('w1', 'w2');

/** A fact that counts how often its output was parsed. */
const counted = (id: string) => {
  const outputs: Output[] = [];
  const fact = defineFact<string>({
    id,
    subject: 'node',
    command: read(['look', 'at', id]),
    parse: (output) => {
      outputs.push(output);
      return output.code === 0 ? { value: output.stdout.trim() } : { unavailable: output.stderr };
    },
  });
  return { fact, outputs };
};

const same: Answer = { stdout: 'a', stderr: 'b', code: 0 };

describe('what is parsed', () => {
  it.each<[string, Answer, Answer, number]>([
    ['the same again', same, { ...same }, 1],
    ['another standard output', same, { ...same, stdout: 'A' }, 2],
    ['another standard error', same, { ...same, stderr: 'B' }, 2],
    ['another exit code', same, { ...same, code: 3 }, 2],
  ])('%s', async (_what, first, second, times) => {
    const { fact, outputs } = counted('work');
    const answers = [first, second];
    const { session } = stage(cluster, { facts: () => answers.shift() });
    const looks = [await observeNode(session, 'w1', [fact]), await observeNode(session, 'w1', [fact])];
    expect(outputs).toHaveLength(times);
    expect(looks[1]?.get('work')).toMatchObject(
      second === 'unanswered' || (second.code ?? 0) > 0 ? { kind: 'unavailable' } : { value: second.stdout },
    );
  });

  it('is told apart by node and by fact', async () => {
    const [one, other] = [counted('one'), counted('other')];
    const { session } = stage(cluster, { facts: () => same });
    for (const node of ['w1', 'w2', 'w1']) await observeNode(session, node, [one.fact, other.fact]);
    expect([one.outputs.length, other.outputs.length]).toEqual([2, 2]);
  });

  it('is dated by the look, also where it was parsed before', async () => {
    const { fact } = counted('work');
    const { session, clock } = stage(cluster, { facts: () => same });
    await observeNode(session, 'w1', [fact]);
    clock.time += 5_000;
    expect((await observeNode(session, 'w1', [fact])).get('work')).toMatchObject({ at: clock.time });
  });

  it('is not mistaken for an answer where there was none', async () => {
    const { fact } = counted('work');
    const answers: Answer[] = [same, 'unanswered'];
    const { session } = stage(cluster, { facts: () => answers.shift() });
    await observeNode(session, 'w1', [fact]);
    expect((await observeNode(session, 'w1', [fact])).get('work')).toMatchObject({ kind: 'unavailable' });
  });
});

it('frames are named by the session’s own chance, a new one each time', async () => {
  const { fact } = counted('work');
  const { session } = stage(cluster, { facts: () => same });
  const asked: string[] = [];
  const entropy = { token: () => `${'ab'.repeat(11)}${10 + asked.push('')}` };
  const ofTransport = session.transport.run.bind(session.transport);
  const lines: string[] = [];
  session.transport.run = (node, command, options) => {
    lines.push(/^t=(\w+)$/m.exec(command.argv[2] ?? '')?.[1] ?? '');
    return ofTransport(node, command, options);
  };
  await observeNode({ ...session, entropy }, 'w1', [fact]);
  await observeNode({ ...session, entropy }, 'w1', [fact]);
  expect(lines).toEqual([`${'ab'.repeat(11)}11`, `${'ab'.repeat(11)}12`]);
});
