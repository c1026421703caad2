import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { compact, defragment, disarm, moveLeader, save } from './etcd-changes.ts';
import { endpoint } from './etcd-client.ts';
import { keysOfRegistry } from './etcd-keys.ts';
import { removeMember } from './etcd-membership.ts';
import { alarms, health, members, ownStatus, readAt, status } from './etcd-questions.ts';
import { parseFlags, type FlagSpecs, type Parsed } from './flags.ts';

const flags: FlagSpecs = {
  endpoints: { value: 'needed' },
  cacert: { value: 'needed' },
  cert: { value: 'needed' },
  key: { value: 'needed' },
  cluster: {},
  physical: {},
  prefix: {},
  'count-only': {},
  'keys-only': {},
  'min-create-rev': { value: 'needed' },
  'min-mod-rev': { value: 'needed' },
  limit: { value: 'needed' },
  rev: { value: 'needed' },
  'write-out': { short: 'w', value: 'needed' },
  'command-timeout': { value: 'needed' },
};

/** What etcdctl needs before it asks anything: files that it can read, and where etcd is. */
const missing = (call: Call, { flags: given }: Parsed): string | undefined => {
  if (given.get('endpoints') !== endpoint)
    throw new SimulatorGap(`etcdctl --endpoints=${given.get('endpoints') ?? ''}`);
  return ['cacert', 'cert', 'key'].map((name) => given.get(name) ?? '').find((path) => !readable(call, path));
};

const readable = (call: Call, path: string): boolean =>
  path !== '' && call.host.files.stat(call.path(path))?.kind === 'file';

type Subcommand = (call: Call, parsed: Parsed) => Task<number>;

const asJson = ({ flags: given }: Parsed): boolean => given.get('write-out') === 'json';

/** By its words; those that only answer as JSON here. */
const questions: Readonly<Record<string, Subcommand>> = {
  'endpoint health --cluster': health,
  'endpoint status': (call) => ownStatus(call, true),
  'endpoint status --cluster': status,
  'member list': members,
  'alarm list': alarms,
};

const texts: Readonly<Record<string, Subcommand>> = {
  'get /registry/': keysOfRegistry,
  'get /': (call, { flags: given }) => readAt(call, Number(given.get('rev') ?? '0')),
  'alarm disarm': disarm,
  defrag: defragment,
  'endpoint status': (call) => ownStatus(call, false),
};

const run = (call: Call, parsed: Parsed): Task<number> | number => {
  const lost = missing(call, parsed);
  if (lost !== undefined) {
    call.err(`Error: open ${lost}: no such file or directory\n`);
    return 1;
  }
  const [first = '', second = '', third = ''] = parsed.words;
  if (first === 'snapshot' && second === 'save' && third !== '') return save(call, call.path(third));
  if (first === 'compaction' && /^\d+$/.test(second) && parsed.flags.get('physical') === 'true')
    return compact(call, Number(second));
  if (first === 'move-leader' && second !== '' && third === '') return moveLeader(call, second);
  if (first === 'member' && second === 'remove' && third !== '') return removeMember(call, third);
  const words = [...parsed.words, ...(parsed.flags.get('cluster') === 'true' ? ['--cluster'] : [])].join(' ');
  const found = (asJson(parsed) ? questions : texts)[words];
  if (found === undefined) throw new SimulatorGap(`etcdctl ${parsed.words.join(' ')}`);
  return found(call, parsed);
};

/** etcdctl of etcd's image, on the host whose etcd it asks. Source: etcdctl's README; recorded on the lab, 3.6.6. */
export const etcdctl: Tool = (call) => run(call, parseFlags('etcdctl', call.argv.slice(1), flags));
