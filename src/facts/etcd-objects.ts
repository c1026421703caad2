import { countObjects } from '../commands/etcd-restore.ts';
import { defineFact } from './fact.ts';
import { throughEtcd } from './through-etcd.ts';

/** How many objects of Kubernetes etcd holds. Source: etcdctl get --count-only -w fields; recorded on the lab, 3.6.6. */
export const etcdObjects = defineFact<number>({
  id: 'etcd-objects',
  subject: 'cluster',
  through: 'etcd',
  command: countObjects,
  parse: throughEtcd((stdout) => {
    const count = /^"Count" : (\d+)$/m.exec(stdout)?.[1];
    return count === undefined ? undefined : Number(count);
  }),
});
