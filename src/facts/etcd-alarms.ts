import { z } from 'zod';
import { alarmList } from '../commands/etcdctl.ts';
import { defineEtcdFact } from './through-etcd.ts';

export interface EtcdAlarm {
  /** uint64 as decimal text. */
  readonly memberId: string;
  /** `NOSPACE`, `CORRUPT`, or the number of one that is newer than this list. */
  readonly alarm: string;
}

/** Source: etcdserverpb.AlarmType, rpc.proto. */
const names: Readonly<Record<number, string>> = { 0: 'NONE', 1: 'NOSPACE', 2: 'CORRUPT' };

const answer = z.object({
  header: z.unknown(),
  alarms: z
    .array(
      z
        .object({ memberID: z.string(), alarm: z.number().default(0) })
        .transform(({ memberID: memberId, alarm }): EtcdAlarm => ({ memberId, alarm: names[alarm] ?? String(alarm) })),
    )
    .default([]),
});

/** Source: etcdctl alarm list; recorded on the lab, etcd 3.6.6. */
export const etcdAlarms = defineEtcdFact<readonly EtcdAlarm[]>({
  id: 'etcd-alarms',
  command: alarmList,
  parse: (json) => answer.safeParse(json).data?.alarms,
});
