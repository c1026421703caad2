import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { tell } from './fake-parts.ts';

const program = join(import.meta.dirname, 'interrupted-run.ts');

interface Child {
  readonly child: ChildProcess;
  readonly state: string;
  readonly printed: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Until something was printed: what a test waits for instead of for a time. */
  readonly says: (text: string) => Promise<void>;
}

const begin = (situation: string): Child => {
  const state = mkdtempSync(join(tmpdir(), 'nodeops-interrupts-'));
  const child = spawn(process.execPath, [program, situation, state], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(state, { recursive: true, force: true });
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const says = (text: string): Promise<void> =>
    vi.waitUntil(() => printed.includes(text), { timeout: 20_000, interval: 20 }).then(() => undefined);
  return { child, state, ended, says, printed: () => printed };
};

const journal = (state: string): readonly { type?: string; outcome?: string; address?: string; exit?: unknown }[] =>
  readFileSync(join(state, 'runs/r1/clusters/paris/journal.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('during a run', { timeout: 30_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s once: the step in hand finishes, and no other begins',
    async (signal) => {
      const { child, state, ended, says, printed } = begin('work');
      await says('AT WORK on cp1');
      child.kill(signal);
      expect(await ended).toEqual({ code: 5, signal: null });
      expect(printed()).toContain('stopping after the step in hand (once more: let go at once)');
      expect(printed()).toContain('Go on with: nodeops resume r1');
      expect(printed()).not.toContain('AT WORK on w1');
      const events = journal(state);
      expect(events.filter(({ type }) => type === 'step-finished')).toMatchObject([{ outcome: 'done' }]);
      expect(events.at(-2)).toMatchObject({ type: 'run-finished', outcome: 'interrupted' });
      expect(events.at(-1)).toMatchObject({ sealed: true });
    },
  );

  it('twice: lets go at once, with the run resumable', async () => {
    const { child, state, ended, says } = begin('work');
    await says('AT WORK on cp1');
    child.kill('SIGINT');
    await says('once more: let go at once');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 5, signal: null });
    expect(journal(state).at(-1)).toMatchObject({ type: 'command-started' });
  });

  it('a terminal that hangs up does not end the step in hand', async () => {
    const { child, state, ended, says } = begin('work');
    await says('AT WORK on cp1');
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.kill('SIGHUP');
    expect(await ended).toEqual({ code: 5, signal: null });
    expect(journal(state).at(-2)).toMatchObject({ type: 'run-finished', outcome: 'interrupted' });
  });

  it('a gate that waits no longer does', async () => {
    const { child, state, ended, says } = begin('gate');
    // The plan, which comes before there is anything to interrupt, says that it waits as well.
    await says('waiting for apt-lock');
    const begun = Date.now();
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 5, signal: null });
    expect(Date.now() - begun).toBeLessThan(10_000);
    const written = journal(state).filter(({ type, address }) => type === 'command-started' && address !== 'lease');
    expect(written).toEqual([]);
  });
});

const steer = async (state: string, ...argv: readonly string[]) => {
  const { code, stderr, stdout } = await tell(['runs', ...argv], { state });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};

describe('from another process', { timeout: 30_000 }, () => {
  it('pause: the node in hand comes to its end, the next one begins when it is gone on with', async () => {
    const { state, ended, says, printed } = begin('work');
    await says('AT WORK on cp1');
    expect(await steer(state, 'pause', 'last', '--reason', 'slow storage')).toContain('nodeops runs continue r1');
    await says('PAUSED before the next node, by ana@bastion: slow storage');
    expect(printed()).not.toContain('AT WORK on w1');
    expect(await steer(state, 'continue', 'r1')).toContain('asked to go on');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(printed()).toContain('goes on after the pause');
    expect(
      journal(state)
        .filter(({ type = '' }) => type.startsWith('run-'))
        .map(({ type }) => type),
    ).toEqual(['run-started', 'run-paused', 'run-continued', 'run-finished']);
  });

  it('stop: as Ctrl-C in its terminal, and the journal knows who did it', async () => {
    const { state, ended, says, printed } = begin('work');
    await says('AT WORK on cp1');
    expect(await steer(state, 'stop', 'r1', '--cluster', 'paris')).toContain('nodeops resume r1');
    expect(await ended).toEqual({ code: 5, signal: null });
    expect(printed()).toContain('Stopped between two steps, by ana@bastion. Go on with: nodeops resume r1');
    expect(printed()).not.toContain('AT WORK on w1');
    expect(journal(state).at(-2)).toMatchObject({ outcome: 'interrupted', stoppedBy: 'by ana@bastion' });
  });
});

describe('before a run', { timeout: 30_000 }, () => {
  it('while a command of an earlier run is waited for: lets go of it, exit code 5', async () => {
    const { child, ended, says, printed } = begin('adopt');
    await says('attached');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 5, signal: null });
    expect(printed()).toContain(
      'let go: w1 still runs `kubeadm upgrade node` of run r0; the same command again waits for it',
    );
  });
});
