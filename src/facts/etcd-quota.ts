import { quotaFlag } from '../commands/etcdctl.ts';
import { defineFact } from './fact.ts';
import { throughEtcd } from './through-etcd.ts';

export interface EtcdQuota {
  /** What the database may grow to before etcd raises NOSPACE and takes no more writes; missing where nothing limits it. */
  readonly bytes?: number;
}

/** Source: etcd, server/storage/quota.go: 0 and no flag mean DefaultQuotaBytes, a negative number no quota at all. */
const defaultBytes = 2 * 1024 ** 3;

const quotaOf = (text: string): EtcdQuota | undefined => {
  // Where nothing was printed at all, nothing was found out.
  const [, flag] = /^(-?\d{1,15})?\n$/.exec(text) === null ? [] : ['', Number(text)];
  if (flag === undefined) return undefined;
  return flag < 0 ? {} : { bytes: flag === 0 ? defaultBytes : flag };
};

/** The quota of the member that is asked, from its own flags: etcd before 3.6 tells it in no answer. */
export const etcdQuota = defineFact<EtcdQuota>({
  id: 'etcd-quota',
  subject: 'cluster',
  through: 'etcd',
  command: quotaFlag,
  parse: throughEtcd(quotaOf),
});
