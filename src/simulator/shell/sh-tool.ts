import { SimulatorGap } from '../gap.ts';
import { FileError } from '../world/files.ts';
import type { Command } from './ast.ts';
import { run, runCommandToEnd, runScript, runToEnd } from './interpret.ts';
import { parseScript } from './parse-script.ts';
import { Shell } from './shell.ts';
import type { Soon } from './soon.ts';
import type { Call, Tool } from './tool.ts';
import type { OpenFile } from './open-file.ts';
import { Variables, type Variable } from './variables.ts';

interface Invocation {
  readonly text: string;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly errexit: boolean;
  readonly isInline: boolean;
}

const invocation = (call: Call): Invocation | { readonly problem: string } => {
  const [program = 'sh', ...rest] = call.argv;
  const [option, ...words] = rest;
  if (option === '-c' || option === '-ec') {
    const [text, name = program, ...parameters] = words;
    if (text === undefined) throw new SimulatorGap('sh -c without a script');
    return { text, name, parameters, errexit: option === '-ec', isInline: true };
  }
  if (option === undefined || option === '-s')
    return { text: call.stdin(), name: program, parameters: words, errexit: false, isInline: false };
  if (option.startsWith('-')) throw new SimulatorGap(`sh ${option}`);
  try {
    return {
      text: call.host.files.read(call.path(option)),
      name: option,
      parameters: words,
      errexit: false,
      isInline: false,
    };
  } catch (error) {
    if (error instanceof FileError) return { problem: `${program}: 0: cannot open ${option}: No such file\n` };
    throw error;
  }
};

const separators: Variable = { value: ' \t\n', exported: false };

const variablesOf = (call: Call): Variables => {
  const variables = new Map<string, Variable>();
  for (const [name, value] of call.env) variables.set(name, { value, exported: true });
  variables.set('IFS', separators);
  variables.set('PWD', { value: call.cwd, exported: call.env.has('PWD') });
  variables.set('PPID', { value: String(call.proc.parent?.pid ?? 0), exported: false });
  return new Variables(variables);
};

const inherited = (call: Call): (OpenFile | undefined)[] => {
  const files: (OpenFile | undefined)[] = [];
  // dash knows descriptors of one digit only.
  for (let fd = 0; fd < 10; fd++) files.push(call.descriptor(fd)?.retain());
  while (files.length > 0 && files.at(-1) === undefined) files.pop();
  return files;
};

/** Source: dash, eval.c, EV_EXIT: handed down to the last command of a list; main.c: for `-c` only. */
const lastOf = (command: Command | undefined): Command | undefined => {
  if (command?.t === 'sequence') return lastOf(command.commands.at(-1));
  return command?.t === 'and' || command?.t === 'or' ? lastOf(command.right) : command;
};

const runShell = (call: Call, { text, name, parameters, errexit, isInline }: Invocation): Soon<number> => {
  const { host, toolbox, proc, uid, cwd, umask } = call;
  const shell = new Shell({
    host,
    toolbox,
    proc,
    uid,
    name,
    parameters,
    variables: variablesOf(call),
    files: inherited(call),
    directory: cwd,
    umask,
    run,
    runToEnd: runCommandToEnd,
  });
  shell.options.errexit = errexit;
  // It acts on its signals itself, between its commands; its process ends with the call.
  proc.caught.add('TERM').add('HUP').add('INT').add('PIPE').add('KILL');
  const script = parseScript(text);
  if (isInline && script.mistake === undefined && !text.endsWith('\n'))
    shell.lastCommand = lastOf(script.commands.at(-1));
  return runToEnd(shell, () => runScript(shell, script));
};

/** dash: sh -c, sh FILE, sh < script. */
export const sh: Tool = (call) => {
  const invoked = invocation(call);
  if ('text' in invoked) return runShell(call, invoked);
  call.err(invoked.problem);
  return 2;
};
