import { SimulatorGap } from '../../gap.ts';
import { gnuQuoted } from '../../shell/gnu-quote.ts';
import { mayWrite } from '../../shell/permission.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { FileError } from '../../world/files.ts';
import { attempt } from './input.ts';
import { readOptions } from './options.ts';

/** What mktemp(1) puts in place of XXXXXX: unlike any name that is there, and the same in every run of a seed. */
const unusedName = (call: Call, template: string): string => {
  const [xs = ''] = /X{3,}(?=[^/X]*$)/.exec(template) ?? [];
  if (xs === '') throw new SimulatorGap(`mktemp: the template ${template}`);
  for (let number = call.pid; ; number++) {
    const text = number.toString(36).padStart(xs.length, 'x').slice(-xs.length);
    const name = template.replace(/X{3,}(?=[^/X]*$)/, text);
    if (call.host.files.linkStat(call.path(name)) === undefined) return name;
  }
};

/** mktemp(1): -d, a template, -p. */
export const mktemp: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'dt', values: 'p', long: { directory: 'd', tmpdir: 'p' } });
  const directory = options.get('p') ?? call.env.get('TMPDIR') ?? '/tmp';
  const [template] = options.operands;
  const whole = template === undefined || options.has('p') ? `${directory}/${template ?? 'tmp.XXXXXXXXXX'}` : template;
  const name = unusedName(call, whole);
  const what = options.has('d') ? 'directory' : 'file';
  const make = () => {
    if (!mayWrite(call.host.files, call.path(name), call.uid)) throw new FileError('EACCES', name);
    if (options.has('d')) call.host.files.makeDirectory(call.path(name), call.actor, { mode: 0o700 });
    else call.host.files.write(call.path(name), '', call.actor, { exclusive: true, mode: 0o600 });
  };
  const status = attempt(
    call,
    make,
    (problem) => `failed to create ${what} via template ${gnuQuoted(call.env, whole)}: ${problem}`,
  );
  if (status === 0) call.out(`${name}\n`);
  return status;
};
