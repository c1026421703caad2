import { SimulatorGap } from '../../gap.ts';
import { journalLines } from '../../host/journal.ts';
import type { Tool } from '../../shell/tool.ts';
import { readOptions } from './options.ts';
import { fullName } from './unit-name.ts';

/** journalctl(1), the messages of one unit as such. */
export const journalctl: Tool = (call) => {
  const table = {
    program: 'journalctl',
    flags: ['--no-pager', '--quiet', '-q'],
    valued: ['-u', '--unit', '-n', '--lines', '-o', '--output'],
  };
  const options = readOptions(table, call.argv.slice(1));
  const [unit, count] = [options.value('-u', '--unit'), options.value('-n', '--lines') ?? '1000'];
  if (
    unit === undefined ||
    options.value('-o', '--output') !== 'cat' ||
    !/^\d+$/.test(count) ||
    options.rest.length > 0
  )
    throw new SimulatorGap(`journalctl: only the last lines of one unit as cat are modelled: ${call.argv.join(' ')}`);
  const lines = journalLines(call.host, fullName(unit)).slice(-Number(count));
  call.out(lines.length === 0 ? '-- No entries --\n' : lines.map((line) => `${line}\n`).join(''));
  return 0;
};
