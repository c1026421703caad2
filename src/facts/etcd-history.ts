import { historyBefore } from '../commands/etcdctl.ts';
import { defineFact } from './fact.ts';
import { throughEtcd } from './through-etcd.ts';

export interface EtcdHistory {
  /** Revisions older than the newest thousand can still be read: a compaction would make room. */
  readonly kept: boolean;
}

/** Kubernetes writes some hundred revisions a minute, and its API servers compact what is older than five minutes. */
const recent = 1000;

/** Source: etcd.io, Maintenance, "History compaction"; etcdctl get --rev; recorded on the lab, etcd 3.6.6. */
export const etcdHistory = defineFact<EtcdHistory>({
  id: 'etcd-history',
  subject: 'cluster',
  through: 'etcd',
  command: historyBefore(recent),
  parse: throughEtcd((stdout) => {
    const said = stdout.trim();
    return said === 'kept' || said === 'gone' ? { kept: said === 'kept' } : undefined;
  }),
});
