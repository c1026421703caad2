import { SimulatorGap } from '../../gap.ts';
import { formatted } from '../../shell/print.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { readOptions } from './options.ts';

const pad = (number: number, digits = 2): string => String(number).padStart(digits, '0');

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const conversions: Readonly<Record<string, (date: Date, ms: number) => string>> = {
  s: (_, ms) => String(Math.floor(ms / 1000)),
  N: (_, ms) => `${pad(Math.floor(ms) % 1000, 3)}000000`,
  '3N': (_, ms) => pad(Math.floor(ms) % 1000, 3),
  Y: (date) => String(date.getUTCFullYear()),
  m: (date) => pad(date.getUTCMonth() + 1),
  d: (date) => pad(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2),
  H: (date) => pad(date.getUTCHours()),
  M: (date) => pad(date.getUTCMinutes()),
  S: (date) => pad(date.getUTCSeconds()),
  a: (date) => days[date.getUTCDay()] ?? '',
  b: (date) => months[date.getUTCMonth()] ?? '',
  F: (date) => date.toISOString().slice(0, 10),
  T: (date) => date.toISOString().slice(11, 19),
  z: () => '+0000',
  Z: () => 'UTC',
  n: () => '\n',
  '%': () => '%',
};

const momentOf = (call: Call, given: string | undefined): number => {
  if (given === undefined) return call.host.kernel.now + call.host.clockOffsetMs;
  const [, day, time] = /^[A-Z][a-z]{2} (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/.exec(given) ?? [];
  if (day !== undefined && time !== undefined) return Date.parse(`${day}T${time}Z`);
  const [, seconds] = /^@(-?\d+)$/.exec(given) ?? [];
  if (seconds === undefined) throw new SimulatorGap(`date -d ${given}`);
  return Number(seconds) * 1000;
};

/** date(1) by the host's own clock, which runs in UTC: a format, -u, -d @SECONDS, -d of a moment as systemd writes it. */
export const date: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'u', values: 'd', long: { utc: 'u', date: 'd' } });
  const [format = '+%a %b %e %H:%M:%S %Z %Y', ...more] = options.operands;
  if (!format.startsWith('+') || more.length > 0) throw new SimulatorGap(call.argv.join(' '));
  const ms = momentOf(call, options.get('d'));
  const moment = new Date(ms);
  const text = format.slice(1).replace(/%(3N|[^])/g, (whole, name: string) => {
    const convert = conversions[name];
    if (convert === undefined) throw new SimulatorGap(`date ${whole}`);
    return convert(moment, ms);
  });
  call.out(`${text}\n`);
  return 0;
};

/** uname(1) of Debian 12: -m is that which was recorded on the lab. */
export const uname: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'nrms' });
  const shown = [
    ['s', () => 'Linux'],
    ['n', () => call.host.name],
    ['r', () => call.host.boot.release],
    ['m', () => 'x86_64'],
  ] as const;
  const wanted = shown.filter(([letter]) => options.has(letter)).map(([, text]) => text());
  call.out(`${wanted.length === 0 ? 'Linux' : wanted.join(' ')}\n`);
  return 0;
};

/** id(1): -u, -un. */
export const id: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'un' });
  if (!options.has('u') || options.operands.length > 0) throw new SimulatorGap(call.argv.join(' '));
  call.out(`${options.has('n') ? (call.uid === 0 ? 'root' : (call.env.get('USER') ?? String(call.uid))) : call.uid}\n`);
  return 0;
};

/** whoami(1). */
export const whoami: Tool = (call) => {
  call.out(`${call.uid === 0 ? 'root' : (call.env.get('USER') ?? String(call.uid))}\n`);
  return 0;
};

/** sync(1): what is written is on the disk already; a file that is not there is an error. */
export const sync: Tool = (call) => {
  const { operands } = readOptions(call.argv, { flags: 'fd' });
  let status = 0;
  for (const name of operands) {
    if (call.host.files.stat(call.path(name)) !== undefined) continue;
    call.err(`sync: error opening '${name}': No such file or directory\n`);
    status = 1;
  }
  return status;
};

/** The programs of coreutils beside the shell's builtins: what env, timeout and xargs start. */
export const trueTool: Tool = () => 0;
export const falseTool: Tool = () => 1;

export const echoTool: Tool = (call) => {
  // GNU echo takes backslashes as they are.
  call.out(`${call.argv.slice(1).join(' ')}\n`);
  return 0;
};

export const printfTool: Tool = (call) => {
  const { text, problems } = formatted(call.argv[1] ?? '', call.argv.slice(2));
  if (problems.length > 0) throw new SimulatorGap(call.argv.join(' '));
  call.out(text);
  return 0;
};
