import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Tool } from '../../shell/tool.ts';
import { parseFlags } from './flags.ts';
import { snapshotStatus } from './etcd-snapshot-file.ts';

/** `etcdutl snapshot status FILE -w json`, the only thing that is modelled of it. */
export const etcdutl: Tool = function* (call): Task<number> {
  const parsed = parseFlags('etcdutl', call.argv.slice(1), { 'write-out': { short: 'w', value: 'needed' } });
  const [first, second, path = ''] = parsed.words;
  if (first !== 'snapshot' || second !== 'status' || parsed.flags.get('write-out') !== 'json')
    throw new SimulatorGap(call.argv.join(' '));
  const { files, kernel } = call.host;
  yield kernel.now + 50;
  if (files.stat(path)?.kind !== 'file') {
    call.err(`Error: stat ${path}: no such file or directory\n`);
    return 1;
  }
  const status = snapshotStatus(files.read(path));
  if (status === undefined) {
    call.err('Error: invalid database\n');
    return 1;
  }
  const { version, ...rest } = status;
  call.out(`${JSON.stringify(version === '' ? rest : status)}\n`);
  return 0;
};
