import { takeSnapshot } from '../../../src/commands/etcd-snapshot.ts';
import {
  alarmList,
  compact,
  defragment,
  disarmAlarms,
  endpointHealth,
  endpointStatus,
  historyBefore,
  memberList,
  ownStatus,
  quotaFlag,
} from '../../../src/commands/etcdctl.ts';
import { write } from '../../../src/commands/build.ts';
import type { Command } from '../../../src/model/command.ts';
import { apiServerStarted, apiServerStopped } from './api.ts';
import type { ByHand, RecordCase } from './case.ts';

const ask = (name: string, command: Command, more: Partial<RecordCase> = {}): RecordCase => ({
  name: `etcd: ${name}`,
  on: 'cp1',
  line: () => command,
  ...more,
});

/** What would run as a unit, as a line of its own: its exit code and what it changes are what counts. */
const attached = ({ argv }: Command): Command => write(argv);

const kubelet = (verb: 'stop' | 'start'): ByHand => ({ on: 'cp1', script: `systemctl ${verb} kubelet; sleep 1` });
const given = ['api-server-stopped'] as const;

/** In this order: the later ones find what the former left. */
export const etcdCases: readonly RecordCase[] = [
  ask('health', endpointHealth),
  ask('status', endpointStatus),
  ask('status of the member itself', ownStatus),
  ask('members', memberList),
  ask('alarms', alarmList),
  ask('quota', quotaFlag),
  ask('history', historyBefore(1000)),
  ask('members, on a worker', memberList, { on: 'w1' }),
  ask('a snapshot', attached(takeSnapshot('/var/lib/nodeops/recording/etcd-snapshot')), {
    restore: [{ on: 'cp1', script: 'rm -rf /var/lib/nodeops/recording' }],
  }),
  ask('defragmentation', attached(defragment)),
  ask('compaction of what is gone', attached(compact(1))),
  ask('compaction of what is to come', attached(compact(1_000_000_000))),
  ask('no alarm to disarm', disarmAlarms),
  ask('members without an API server', memberList, { prepare: [apiServerStopped], given }),
  ask('health without an API server', endpointHealth, { given }),
  ask('defragmentation without an API server', attached(defragment), { given, restore: [apiServerStarted] }),
  ask('members without a kubelet', memberList, { prepare: [kubelet('stop')] }),
  ask('health without a kubelet', endpointHealth, { restore: [kubelet('start')], patienceMs: 60_000 }),
];
