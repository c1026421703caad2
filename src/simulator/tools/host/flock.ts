import { SimulatorGap } from '../../gap.ts';
import { flockTable, type LockMode } from '../../host/flock-table.ts';
import type { Task } from '../../kernel.ts';
import { FileDescription, type OpenFile } from '../../shell/open-file.ts';
import { wait } from '../../shell/soon.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { readOptions, type Options } from './options.ts';

/** How often one that waits looks whether it has got the lock. */
const lookMs = 20;

function* acquire(call: Call, file: OpenFile, options: Options): Task<number> {
  const { kernel } = call.host;
  const table = flockTable(call.host);
  const conflict = Number(options.value('-E', '--conflict-exit-code') ?? '1');
  const mode: LockMode = options.has('-s', '--shared') ? 'shared' : 'exclusive';
  if (table.take(file, mode)) return 0;
  if (options.has('-n', '--nb', '--nonblock')) return conflict;
  const seconds = Number(options.value('-w', '--timeout', '--wait') ?? 'Infinity');
  if (Number.isNaN(seconds)) throw new SimulatorGap(`flock: the time-out of ${call.argv.join(' ')} is no number`);
  const deadline = kernel.now + seconds * 1000;
  const place = table.wait(file, mode);
  try {
    while (!place.granted && kernel.now < deadline) yield Math.min(kernel.now + lookMs, deadline);
    return place.granted ? 0 : conflict;
  } finally {
    place.leave();
  }
}

/** `flock 9`: the lock stays with the descriptor, whose file is shared with whoever opened it. */
const onDescriptor = (call: Call, word: string, options: Options): number | Task<number> => {
  const file = call.descriptor(Number(word));
  if (file === undefined) {
    call.err(`flock: ${word}: Bad file descriptor\n`);
    return 65;
  }
  if (!options.has('-u', '--unlock')) return acquire(call, file, options);
  flockTable(call.host).release(file);
  return 0;
};

/** `flock FILE COMMAND…`: the lock goes when the command has ended. */
function* aroundCommand(call: Call, path: string, argv: readonly string[], options: Options): Task<number> {
  const { files } = call.host;
  const file = new FileDescription(files.open(call.path(path), call.actor, { create: true }), false);
  try {
    const taken = yield* acquire(call, file, options);
    return taken === 0 ? yield* wait(call.run(argv)) : taken;
  } finally {
    file.release();
  }
}

const table = {
  program: 'flock',
  flags: ['-s', '--shared', '-x', '-e', '--exclusive', '-u', '--unlock', '-n', '--nb', '--nonblock'],
  valued: ['-w', '--timeout', '--wait', '-E', '--conflict-exit-code'],
  stopsAtWord: true,
} as const;

/** flock(1) of util-linux 2.38. */
export const flock: Tool = (call) => {
  const options = readOptions(table, call.argv.slice(1));
  const [where, ...command] = options.rest;
  if (where === undefined) {
    call.err("flock: not enough arguments\nTry 'flock --help' for more information.\n");
    return 64;
  }
  if (command.length === 0 && /^\d+$/.test(where)) return onDescriptor(call, where, options);
  if (command[0] === '-c' || command[0] === '--command') {
    if (command.length !== 2) throw new SimulatorGap(`flock: ${call.argv.join(' ')} is not modelled`);
    return aroundCommand(call, where, ['sh', '-c', command[1] ?? ''], options);
  }
  if (command.length === 0) throw new SimulatorGap(`flock: ${where} is no descriptor, and there is no command`);
  return aroundCommand(call, where, command, options);
};
