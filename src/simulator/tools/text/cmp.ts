import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
import { readInput } from './input.ts';
import { readOptions } from './options.ts';

/** cmp(1) with -s, of two files: 0 the same, 1 different, 2 where one cannot be read (compared with GNU's). */
export const cmp: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 's', long: { silent: 's', quiet: 's' } });
  const [one, other, ...more] = options.operands.map((name) => readInput(call, name));
  if (!options.has('s') || one === undefined || other === undefined || more.length > 0)
    throw new SimulatorGap(call.argv.join(' '));
  if ('problem' in one || 'problem' in other) return 2;
  return one.text === other.text ? 0 : 1;
};
