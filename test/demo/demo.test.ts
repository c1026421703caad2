import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const program = join(import.meta.dirname, '../../scripts/demo.ts');

/** The whole story takes some 20 s at this speed on an idle machine, with the pauses for reading. */
const speed = '60';

interface Demo {
  readonly child: ChildProcess;
  /** Where its temporary directory is made. */
  readonly temporary: string;
  readonly printed: () => string;
  readonly ended: Promise<number | null>;
  readonly says: (text: string) => Promise<void>;
}

const begin = (...argv: readonly string[]): Demo => {
  const temporary = mkdtempSync(join(tmpdir(), 'demo-test-'));
  const child = spawn(process.execPath, [program, ...argv], {
    // A group of its own, as a terminal's Ctrl-C goes to a group.
    detached: true,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      process.kill(-child.pid, 'SIGKILL');
    rmSync(temporary, { recursive: true, force: true });
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  // `close` comes when nobody has the pipes open any more: no nodeops outlives the demo.
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  const says = (text: string): Promise<void> =>
    vi.waitUntil(() => printed.includes(text), { timeout: 150_000, interval: 20 }).then(() => undefined);
  return { child, temporary, ended, says, printed: () => printed };
};

/** The runs that it left behind with --keep: what the journals say. */
const runsOf = (temporary: string): readonly (readonly Readonly<Record<string, unknown>>[])[] => {
  const runs = join(temporary, readdirSync(temporary)[0] ?? '', 'state/nodeops/runs');
  return readdirSync(runs)
    .toSorted()
    .map((run) =>
      readFileSync(join(runs, run, 'clusters/paris/journal.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
};

describe('the demo', () => {
  it('upgrades, is killed, attaches to what runs, and comes to its end', { timeout: 300_000 }, async () => {
    const { ended, printed, temporary } = begin('--speed', speed, '--keep');
    const code = await ended;
    const text = printed();
    expect(code, text.slice(-2000)).toBe(0);
    expect(text.match(/^✓ paris: done in/gm)).toHaveLength(2);
    expect(text).toMatch(/^paris-cp1 still runs `kubeadm upgrade apply v1\.36\.3 --yes` of run \S+: attached$/m);
    expect(text).toContain('kubelets: paris-cp1 1.36.3, paris-w1 1.36.3, paris-w2 1.36.3\n');
    expect(text).toContain('kubeadm upgrade apply v1.36.3: begun once, followed by the second nodeops\n');
    const [first, killed, resumed, ...more] = runsOf(temporary);
    expect(more).toEqual([]);
    expect(first?.at(-2)).toMatchObject({ type: 'run-finished', outcome: 'done' });
    expect(killed?.some(({ type }) => type === 'run-finished')).toBe(false);
    expect(resumed?.at(-2)).toMatchObject({ type: 'run-finished', outcome: 'done' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends with what it runs at %s, and leaves nothing', { timeout: 300_000 }, async (signal, code) => {
    const { child, ended, says, printed, temporary } = begin('--speed', speed);
    await says('$ kubeadm upgrade apply v1.35.4');
    if (child.pid !== undefined) process.kill(-child.pid, signal);
    expect(await ended, printed().slice(-2000)).toBe(code);
    expect(printed()).toContain('The demo was stopped.\n');
    expect(printed()).not.toContain('2 of 2');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    [['--speed', '0'], '--speed 0: expected a number from 1 to 100\nSee npm run demo -- --help\n'],
    [['--speed', 'fast'], '--speed fast: expected a number from 1 to 100\nSee npm run demo -- --help\n'],
    [['--fast'], "Unknown option '--fast'\nSee npm run demo -- --help\n"],
  ])('refuses %j before anything begins', async (argv, says) => {
    const { ended, printed, temporary } = begin(...argv);
    expect(await ended).toBe(2);
    expect(printed()).toBe(says);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
