import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { restoreFlags, restoreSnapshot } from './etcdutl-restore.ts';
import { parseFlags, type Parsed } from './flags.ts';
import { snapshotStatus } from './etcd-snapshot-file.ts';

const status = function* (call: Call, { flags, words }: Parsed): Task<number> {
  const [, , path = ''] = words;
  if (flags.get('write-out') !== 'json') throw new SimulatorGap(call.argv.join(' '));
  const { files, kernel } = call.host;
  yield kernel.now + 50;
  if (files.stat(call.path(path))?.kind !== 'file') {
    call.err(`Error: stat ${path}: no such file or directory\n`);
    return 1;
  }
  const found = snapshotStatus(files.read(call.path(path)));
  if (found === undefined) {
    call.err('Error: invalid database\n');
    return 1;
  }
  const { version, ...rest } = found;
  call.out(`${JSON.stringify(version === '' ? rest : found)}\n`);
  return 0;
};

/** `etcdutl snapshot status FILE -w json` and `snapshot restore FILE`, all that is modelled of it. */
export const etcdutl: Tool = (call) => {
  const words = call.argv.slice(1);
  const restores = words[0] === 'snapshot' && words[1] === 'restore';
  const parsed = parseFlags(
    'etcdutl',
    words,
    restores ? restoreFlags : { 'write-out': { short: 'w', value: 'needed' } },
  );
  const [first, second] = parsed.words;
  if (restores) return restoreSnapshot(call, parsed);
  if (first !== 'snapshot' || second !== 'status') throw new SimulatorGap(call.argv.join(' '));
  return status(call, parsed);
};
