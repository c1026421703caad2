import { SimulatorGap } from '../../gap.ts';
import {
  clusterIdOf,
  digestOf,
  foundingMembers,
  logFile,
  memberIdOf,
  restoredDatabase,
} from '../../cluster/etcd-data.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import { FileError } from '../../world/files.ts';
import { snapshotStatus } from './etcd-snapshot-file.ts';
import type { FlagSpecs, Parsed } from './flags.ts';

export const restoreFlags: FlagSpecs = {
  help: { short: 'h' },
  'bump-revision': { value: 'needed' },
  'data-dir': { value: 'needed' },
  'initial-advertise-peer-urls': { value: 'needed' },
  'initial-cluster': { value: 'needed' },
  'initial-cluster-token': { value: 'needed' },
  'mark-compacted': {},
  name: { value: 'needed' },
};

/** Recorded on the lab, 3.6.6. The one of 3.5 says the same of what is asked for here. */
const help = `Usage:
  etcdutl snapshot restore <filename> --data-dir {output dir} [options] [flags]

Flags:
      --bump-revision uint                   How much to increase the latest revision after restore
      --data-dir string                      Path to the output data directory
  -h, --help                                 help for restore
      --initial-advertise-peer-urls string   List of this member's peer URLs to advertise to the rest of the cluster (default "http://localhost:2380")
      --initial-cluster string               Initial cluster configuration for restore bootstrap (default "default=http://localhost:2380")
      --initial-cluster-token string         Initial cluster token for the etcd cluster during restore bootstrap (default "etcd-cluster")
      --initial-memory-map-size uint         Initial memory map size of the database in bytes. It uses the default value if not defined or defined to 0 (default 10737418240)
      --mark-compacted                       Mark the latest revision after restore as the point of scheduled compaction (required if --bump-revision > 0, disallowed otherwise)
      --name string                          Human-readable name for this member (default "default")
      --skip-hash-check                      Ignore snapshot integrity hash value (required if copied from data directory)
      --wal-dir string                       Path to the WAL directory (use --data-dir if none given)

Global Flags:
  -w, --write-out string   set the output format (fields, json, protobuf, simple, table) (default "simple")
`;

const given = ({ flags }: Parsed, name: string): string => {
  const value = flags.get(name);
  if (value === undefined) throw new SimulatorGap(`etcdutl snapshot restore without --${name}`);
  return value;
};

const log = (call: Call, where: string, msg: string, fields: object): void => {
  const at = new Date(call.host.kernel.now).toISOString().replace(/\.\d+Z$/, 'Z');
  call.err(`${at}\tinfo\t${where}\t${msg}\t${JSON.stringify(fields)}\n`);
};

const failed = (call: Call, why: string): number => {
  call.err(`Error: ${why}\n`);
  return 1;
};

const hex = (id: string): string => BigInt(id).toString(16);

interface Wanted {
  readonly path: string;
  readonly directory: string;
  readonly name: string;
  readonly members: string;
  readonly token: string;
  readonly bump: number;
}

const wantedIn = (parsed: Parsed): Wanted => {
  const wanted: Wanted = {
    path: parsed.words[2] ?? '',
    directory: given(parsed, 'data-dir'),
    name: given(parsed, 'name'),
    members: given(parsed, 'initial-cluster'),
    token: given(parsed, 'initial-cluster-token'),
    bump: Number(parsed.flags.get('bump-revision') ?? '0'),
  };
  const own = foundingMembers(wanted.members).get(wanted.name);
  if (own !== undefined && own !== given(parsed, 'initial-advertise-peer-urls'))
    throw new SimulatorGap('etcdutl snapshot restore with another peer URL than --initial-cluster has');
  if (wanted.bump > 0 !== parsed.flags.has('mark-compacted'))
    throw new SimulatorGap('etcdutl snapshot restore with only one of --bump-revision and --mark-compacted');
  return wanted;
};

const write = (call: Call, wanted: Wanted, text: string, revision: number): void => {
  const { files } = call.host;
  const { members, token, bump, name } = wanted;
  const member = `${call.path(wanted.directory)}/member`;
  for (const part of ['snap', 'wal'])
    files.makeDirectory(`${member}/${part}`, call.actor, { parents: true, mode: 0o700 });
  const data = { members, token, snapshot: digestOf(text), revision: revision + bump, compacted: bump > 0 };
  files.write(`${member}/snap/db`, restoredDatabase(data), call.actor, { mode: 0o600 });
  files.write(logFile(member), `of ${name}\n`, call.actor, { mode: 0o600 });
};

const told = (call: Call, { members, token, bump }: Wanted, revision: number): void => {
  if (bump > 0) {
    const raised = { 'latest-revision': revision, 'bump-amount': bump, 'new-latest-revision': revision + bump };
    log(call, 'snapshot/v3_snapshot.go:396', 'bumping latest revision', raised);
    log(call, 'snapshot/v3_snapshot.go:413', 'marking revision compacted', { revision: revision + bump });
  }
  const cluster = hex(clusterIdOf({ members, token }));
  for (const url of foundingMembers(members).values())
    log(call, 'membership/cluster.go:424', 'added member', {
      'cluster-id': cluster,
      'local-member-id': '0',
      'added-peer-id': hex(memberIdOf(url, token)),
      'added-peer-peer-urls': [url],
      'added-peer-is-learner': false,
    });
};

/** `snapshot restore FILE`: makes a member's data directory. Texts and exit codes recorded on the lab, 3.6.6. */
export const restoreSnapshot = function* (call: Call, parsed: Parsed): Task<number> {
  if (parsed.flags.has('help')) {
    call.out(help);
    return 0;
  }
  const wanted = wantedIn(parsed);
  const { files, kernel, world } = call.host;
  yield kernel.now + 50;
  if (!foundingMembers(wanted.members).has(wanted.name))
    return failed(call, `couldn't find local name "${wanted.name}" in the initial cluster configuration`);
  const target = call.path(wanted.directory);
  if (files.stat(target) !== undefined && files.list(target).length > 0)
    return failed(call, `data-dir "${wanted.directory}" not empty or could not be read`);
  const paths = {
    path: wanted.path,
    'wal-dir': `${wanted.directory}/member/wal`,
    'data-dir': wanted.directory,
    'snap-dir': `${wanted.directory}/member/snap`,
    'initial-memory-map-size': 10_737_418_240,
  };
  log(call, 'snapshot/v3_snapshot.go:305', 'restoring snapshot', paths);
  const file = call.path(wanted.path);
  if (files.stat(file)?.kind !== 'file') return failed(call, `open ${wanted.path}: no such file or directory`);
  const text = files.read(file);
  const status = snapshotStatus(text);
  if (status === undefined) return failed(call, 'snapshot missing hash but --skip-hash-check=false');
  yield kernel.now + world.random.between(100, 400);
  try {
    write(call, wanted, text, status.revision);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const why = error.code === 'ENOSPC' ? 'no space left on device' : error.code;
    return failed(call, `write ${wanted.directory}/member/snap/db: ${why}`);
  }
  told(call, wanted, status.revision);
  log(call, 'snapshot/v3_snapshot.go:333', 'restored snapshot', paths);
  return 0;
};
