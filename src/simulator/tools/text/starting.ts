import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import { statusOf, type Signal } from '../../shell/proc.ts';
import { NullFile } from '../../shell/open-file.ts';
import { wait } from '../../shell/soon.ts';
import type { Call, Child, Tool } from '../../shell/tool.ts';
import { readOptions } from './options.ts';

/** env(1): -i, -u, assignments, a program; without one it prints. */
export const env: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'i', values: 'u', operandsEnd: true });
  const variables = new Map(options.has('i') ? [] : call.env);
  for (const name of options.all('u')) variables.delete(name);
  const first = options.operands.findIndex((word) => !word.includes('='));
  const assignments = first === -1 ? options.operands : options.operands.slice(0, first);
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    variables.set(assignment.slice(0, at), assignment.slice(at + 1));
  }
  if (first !== -1) return call.run(options.operands.slice(first), { env: variables });
  for (const [name, value] of variables) call.out(`${name}=${value}\n`);
  return 0;
};

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const durationMs = (text: string): number => {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(text) ?? [];
  if (number === undefined) throw new SimulatorGap(`the duration ${text}`);
  return Number(number) * (unitMs[unit] ?? 1000);
};

/** Runs a child until it ends or until a time; a signal to us goes on to it. @returns undefined at the time. */
function* until(call: Call, child: Child, task: Task<number>, time: number): Task<number | undefined> {
  for (let step = task.next(); ; step = task.next()) {
    if (step.done === true) return step.value;
    if (step.value > time && call.host.kernel.now >= time) return undefined;
    yield Math.min(step.value, time);
    const signal = call.signalled();
    if (signal !== undefined) child.signal(signal);
    else if (call.host.kernel.now >= time) return undefined;
  }
}

/** It sends its signals to its whole process group, itself included. Source: coreutils, timeout.c, send_sig(). */
const killed = (call: Call): number => {
  call.proc.endedBy = 'KILL';
  return statusOf('KILL');
};

interface Limit {
  readonly ms: number;
  readonly signal: Signal;
  readonly killMs: number | undefined;
}

function* limited(call: Call, child: Child, task: Task<number>, { ms, signal, killMs }: Limit): Task<number> {
  const { kernel } = call.host;
  const ended = yield* until(call, child, task, ms === 0 ? Infinity : kernel.now + ms);
  if (ended !== undefined) return ended;
  child.signal(signal);
  const status = yield* until(call, child, task, killMs === undefined ? Infinity : kernel.now + killMs);
  if (status !== undefined) return signal === 'KILL' ? killed(call) : 124;
  child.signal('KILL');
  yield* until(call, child, task, Infinity);
  return killed(call);
}

const signals: Readonly<Record<string, Signal>> = {
  TERM: 'TERM',
  KILL: 'KILL',
  INT: 'INT',
  HUP: 'HUP',
  9: 'KILL',
  15: 'TERM',
};

/** timeout(1): -k, -s, --preserve-status is a gap. 124 when it was too long, 137 when it had to be killed. */
export const timeout: Tool = (call) => {
  const options = readOptions(call.argv, { values: 'ks', long: { 'kill-after': 'k', signal: 's' }, operandsEnd: true });
  const [duration = '', ...argv] = options.operands;
  const kill = options.get('k');
  const signal = signals[options.get('s') ?? 'TERM'];
  if (signal === undefined) throw new SimulatorGap(call.argv.join(' '));
  call.catches('TERM', 'HUP', 'INT');
  const limit = { ms: durationMs(duration), signal, killMs: kill === undefined ? undefined : durationMs(kill) };
  const child = call.start(argv);
  const soon = child.run();
  return typeof soon === 'object' ? limited(call, child, soon, limit) : soon;
};

function* pause(ms: number, now: number): Task<number> {
  yield now + ms;
  return 0;
}

/** sleep(1). */
export const sleep: Tool = (call) => {
  const { operands } = readOptions(call.argv, {});
  return pause(
    operands.reduce((sum, text) => sum + durationMs(text), 0),
    call.host.kernel.now,
  );
};

function* inBatches(call: Call, argv: readonly string[], words: readonly string[], size: number): Task<number> {
  let status = 0;
  for (let at = 0; at < words.length; at += size) {
    const code = yield* wait(call.run([...argv, ...words.slice(at, at + size)], { stdin: new NullFile() }));
    if (code === 126 || code === 127) return code;
    if (code !== 0) status = 123;
  }
  return status;
}

/** xargs(1): -0, -r, -n; words without quotes. */
export const xargs: Tool = (call) => {
  const options = readOptions(call.argv, {
    flags: '0r',
    values: 'nd',
    long: { null: '0', 'no-run-if-empty': 'r' },
    operandsEnd: true,
  });
  const text = call.stdin();
  const newline = options.get('d');
  if (newline !== undefined && newline !== '\\n') throw new SimulatorGap(call.argv.join(' '));
  if (!options.has('0') && newline === undefined && /['"\\]/.test(text))
    throw new SimulatorGap('xargs with quotes in its input');
  const words = text
    .split(options.has('0') ? '\0' : newline === undefined ? /[ \t\n]+/ : '\n')
    .filter((word) => word !== '');
  const argv = options.operands.length === 0 ? ['echo'] : options.operands;
  if (words.length === 0) return options.has('r') ? 0 : call.run(argv, { stdin: new NullFile() });
  return inBatches(call, argv, words, Number(options.get('n') ?? words.length));
};

/** nohup(1) without a terminal: SIGHUP is ignored. */
export const nohup: Tool = (call) => {
  call.proc.ignored.add('HUP');
  return call.run(readOptions(call.argv, { operandsEnd: true }).operands);
};

/** nice(1) and ionice(1): what they change is not modelled, the program runs. */
export const nice: Tool = (call) => call.run(readOptions(call.argv, { values: 'nc', operandsEnd: true }).operands);
