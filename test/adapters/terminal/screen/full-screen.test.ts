import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const program = join(import.meta.dirname, 'fleet-on-terminal.ts');

interface Session {
  readonly script: ChildProcess;
  /** All that the terminal got. */
  readonly printed: () => string;
  readonly says: (text: string) => Promise<void>;
  readonly type: (keys: string) => void;
  /** The program on the terminal. */
  readonly pid: () => number;
  /** How the shell on the terminal says that the program ended, and the mode that it finds. */
  readonly ended: Promise<string>;
}

/** How a terminal is before and after: with signals, line by line, what is typed is seen. Source: stty(1). */
const mode = `stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(isig|icanon|echo)' | tr '\\n' ' '`;

/** A shell on a terminal of its own (script(1) makes one) that runs the program and says what becomes of the terminal. */
const begin = (situation = ''): Session => {
  // The terminal's signals reach the shell, too, which has to tell how the program ended.
  const line = `trap : INT QUIT; stty rows 24 cols 80; "$NODE" "$PROGRAM" ${situation}; echo "EXIT $? $(${mode})."`;
  const script = spawn('script', ['-qfc', `sh -c '${line.replaceAll("'", String.raw`'\''`)}'`, '/dev/null'], {
    env: { ...process.env, NODE: process.execPath, PROGRAM: program, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void script.kill('SIGKILL'));
  let printed = '';
  script.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const says = (text: string): Promise<void> =>
    vi.waitUntil(() => printed.includes(text), { timeout: 40_000, interval: 20 }).then(() => undefined);
  const ended = new Promise<string>((resolve) => {
    script.once('close', () => resolve(/EXIT ([^.]*)\./.exec(printed)?.[1]?.trim() ?? `no end: ${printed}`));
  });
  return {
    script,
    says,
    ended,
    printed: () => printed,
    type: (keys) => void script.stdin?.write(keys),
    pid: () => innermost(script.pid ?? 0),
  };
};

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** The innermost process: script, its shell, the program. */
const innermost = (pid: number): number => {
  const [child] = childrenOf(pid);
  return child === undefined ? pid : innermost(child);
};

/** Source: proc(5), stat, field 4. */
const parentOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

const openTerminal = (pid: number): number => openSync(`/proc/${pid}/fd/0`, 'r+');

const asFound = 'isig icanon echo';
const [enter, leave] = ['\u001B[?1049h', '\u001B[?1049l'];
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('a view on all of the terminal', { timeout: 60_000 }, () => {
  it('gives the terminal back when all is over', async () => {
    const { says, ended, printed, pid } = begin();
    await says('looked at before it begins');
    process.kill(pid(), 'SIGUSR2');
    expect(await ended).toBe(`0 ${asFound}`);
    const text = printed();
    expect([count(text, enter), count(text, leave)]).toEqual([1, 1]);
    expect(text.slice(text.lastIndexOf(leave))).toMatch(
      /✓ dev {2}\S+ · 1 of 1 done\r\nback on the ordinary screen\r\n/,
    );
  });

  it('Ctrl-C once asks to stop, and twice lets go: exit code 5', async () => {
    const { says, ended, type } = begin();
    await says('looked at before it begins');
    type('\u0003');
    await says('stopping after the step in hand (once more: let go at once)');
    type('\u0003');
    expect(await ended).toBe(`5 ${asFound}`);
  });

  it('Ctrl-C once, and the run comes to its end', async () => {
    const { says, ended, type } = begin('stops');
    await says('looked at before it begins');
    type('\u0003');
    expect(await ended).toBe(`0 ${asFound}`);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGQUIT', 131],
  ] as const)('%s ends a program that does not heed it, with the terminal given back', async (signal, code) => {
    const { says, ended, pid } = begin('unheeded');
    await says('looked at before it begins');
    process.kill(pid(), signal);
    expect(await ended).toBe(`${code} ${asFound}`);
  });

  it('keys fold, and tell what they do', async () => {
    const { says, ended, type, pid } = begin();
    await says('looked at before it begins');
    type('1');
    await says('folded');
    type('?');
    await says('fold or unfold that wave');
    type('x');
    type('f');
    await says('failed clusters only');
    process.kill(pid(), 'SIGUSR2');
    expect(await ended).toBe(`0 ${asFound}`);
  });

  it('steps aside for a question, and tells afterwards what others wrote', async () => {
    const { says, ended, type, pid, printed } = begin();
    await says('looked at before it begins');
    // What is pressed before the question is no answer to it.
    type('ffff');
    await says('failed clusters only');
    process.kill(pid(), 'SIGUSR1');
    await says('Begin the wave prod? [y/N]');
    const asked = printed();
    expect(asked.slice(asked.lastIndexOf(leave))).toContain('written by somebody else');
    type('y\r');
    await says('answered true');
    expect(count(printed(), enter)).toBe(2);
    process.kill(pid(), 'SIGUSR2');
    expect(await ended).toBe(`0 ${asFound}`);
  });

  it('Ctrl-Z gives the terminal back until it goes on', async () => {
    const { says, ended, type, pid, printed } = begin();
    await says('looked at before it begins');
    const viewer = pid();
    type('\u001A');
    await vi.waitUntil(() => readFileSync(`/proc/${viewer}/stat`, 'utf8').includes(') T '), { timeout: 20_000 });
    await vi.waitUntil(() => count(printed(), leave) === 1, { timeout: 20_000 });
    // The shell between, and all that the terminal stopped with it.
    for (let each = viewer; each !== 1 && each !== process.pid; each = parentOf(each)) process.kill(each, 'SIGCONT');
    await vi.waitUntil(() => count(printed(), enter) === 2, { timeout: 20_000 });
    process.kill(viewer, 'SIGUSR2');
    expect(await ended).toBe(`0 ${asFound}`);
  });

  it('is drawn anew when the terminal has another size', async () => {
    const { says, ended, pid, printed } = begin();
    await says('looked at before it begins');
    const viewer = pid();
    const before = printed().length;
    spawn('stty', ['rows', '10', 'cols', '40'], { stdio: [openTerminal(viewer), 'ignore', 'inherit'] });
    await vi.waitUntil(() => printed().slice(before).includes('\u001B[2J'), { timeout: 20_000 });
    expect(printed().slice(before)).not.toContain('\u001B[11;1H');
    process.kill(viewer, 'SIGUSR2');
    expect(await ended).toBe(`0 ${asFound}`);
  });
});
