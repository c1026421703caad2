import { SimulatorGap } from '../../gap.ts';
import { TransientUnit, type TransientWish } from '../../host/transient-unit.ts';
import type { Task } from '../../kernel.ts';
import { findProgram } from '../../shell/launch.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { fullName } from './unit-name.ts';
import { readOptions } from './options.ts';

/** systemd's default, `DefaultTimeoutStopSec`. */
const stopMs = 90_000;
/** Over D-Bus and back: 14 ms on the lab. */
const answerMs = 14;

type Properties = Pick<TransientWish, 'remainAfterExit' | 'stopMs'>;

/** `90`, `90s`, `5min`, `infinity`. Source: systemd.time(7). */
const milliseconds = (text: string): number => {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  const [, number, unit = 's'] = /^(\d+)(ms|s|sec|m|min|h)?$/.exec(text) ?? [];
  const factor = { ms: 1, s: 1000, sec: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[unit];
  if (number === undefined || factor === undefined)
    throw new SimulatorGap(`systemd-run: the time ${text} is not modelled`);
  return Number(number) * factor;
};

const readProperties = (given: readonly string[]): Properties => {
  let [remainAfterExit, stop] = [false, stopMs];
  for (const property of given) {
    const [name = '', value = ''] = property.split(/=(.*)/s);
    if (name === 'Type' && (value === 'exec' || value === 'simple')) continue;
    else if (name === 'RemainAfterExit') remainAfterExit = value === 'yes' || value === 'true';
    else if (name === 'TimeoutStopSec') stop = milliseconds(value);
    else if (name !== 'Description') throw new SimulatorGap(`systemd-run: the property ${property} is not modelled`);
  }
  return { remainAfterExit, stopMs: stop };
};

/** execve(2) would fail: `Type=exec` says so. */
const cannotRun = (call: Call, program: string): boolean => {
  if (!program.startsWith('/')) return findProgram(call.host, call.toolbox, program) === undefined;
  const found = call.host.files.stat(program);
  return found === undefined || found.kind !== 'file' || (found.mode & 0o111) === 0;
};

function* answer(call: Call, text: string, code: number): Task<number> {
  yield call.host.kernel.now + answerMs;
  call.err(text);
  return code;
}

const table = {
  program: 'systemd-run',
  flags: ['--quiet', '-q', '--collect', '-G', '--remain-after-exit', '-r', '--no-ask-password'],
  valued: ['--unit', '-u', '--description', '--property', '-p'],
  stopsAtWord: true,
} as const;

/** systemd-run(1), systemd 252: a transient service, which outlives its caller. */
export const systemdRun: Tool = (call) => {
  const options = readOptions(table, call.argv.slice(1));
  const [program] = options.rest;
  const given = options.value('--unit', '-u');
  if (program === undefined || given === undefined)
    throw new SimulatorGap(`systemd-run: without a unit or a program: ${call.argv.join(' ')}`);
  const name = fullName(given);
  const properties = readProperties(
    options.given.flatMap((option) => (['--property', '-p'].includes(option.name) ? [option.value] : [])),
  );
  if (call.host.units.has(name))
    return answer(
      call,
      `Failed to start transient service unit: Unit ${name} was already loaded or has a fragment file.\n`,
      1,
    );
  if (cannotRun(call, program))
    return answer(
      call,
      `Job for ${name} failed because the control process exited with error code.\nSee "systemctl status ${name}" and "journalctl -xeu ${name}" for details.\n`,
      1,
    );
  const unit = new TransientUnit(call.host, {
    name,
    description: options.value('--description') ?? options.rest.join(' '),
    argv: options.rest,
    toolbox: call.toolbox,
    actor: call.actor,
    ...properties,
    remainAfterExit: properties.remainAfterExit || options.has('--remain-after-exit', '-r'),
    collect: options.has('--collect', '-G'),
  });
  return answer(call, options.has('--quiet', '-q') ? '' : `Running as unit: ${unit.name}\n`, 0);
};
