import { describe, expect, it } from 'vitest';
import {
  alarmList,
  endpointHealth,
  endpointStatus,
  memberList,
  snapshotSave,
  snapshotStatus,
} from '../../src/commands/etcdctl.ts';
import { quote } from '../../src/commands/quote.ts';

const place = { node: 'cp1', apiServer: 'https://10.0.0.11:6443' };

const inPod =
  'kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://10.0.0.11:6443 --request-timeout=15s ' +
  '--namespace kube-system exec etcd-cp1 --';
const etcdctl =
  `${inPod} etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt ` +
  '--cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt --key=/etc/kubernetes/pki/etcd/healthcheck-client.key';

describe('etcdctl', () => {
  it.each([
    [endpointHealth(place), `${etcdctl} endpoint health --cluster --write-out=json`],
    [endpointStatus(place), `${etcdctl} endpoint status --cluster --write-out=json`],
    [memberList(place), `${etcdctl} member list --write-out=json`],
    [alarmList(place), `${etcdctl} alarm list --write-out=json`],
  ])('reads: %#', (command, line) => {
    expect(quote(command.argv)).toBe(line);
    expect(command.effect).toBe('read');
  });

  it('saves a snapshot as a write that outlives the connection', () => {
    const command = snapshotSave(place, '/var/lib/etcd/nodeops-run-1.db');
    expect(quote(command.argv)).toBe(`${etcdctl} snapshot save /var/lib/etcd/nodeops-run-1.db`);
    expect([command.effect, command.lifetime]).toEqual(['write', 'detached']);
  });

  it('asks etcdutl about a snapshot first, and etcdctl only where there is no etcdutl', () => {
    const command = snapshotStatus(place, '/var/lib/etcd/x.db');
    expect(command.effect).toBe('read');
    expect(quote(command.argv)).toBe(
      `sh -c 'file=$1; shift; exec 3>&1
said=$("$@" etcdutl snapshot status "$file" --write-out=json 2>&1 >&3) && exit
code=$?
case $said in
*'\\''executable file'\\''*'\\''not found'\\''*) exec "$@" etcdctl snapshot status "$file" --write-out=json ;;
esac
echo "$said" >&2; exit "$code"' sh /var/lib/etcd/x.db ${inPod}`,
    );
  });
});
