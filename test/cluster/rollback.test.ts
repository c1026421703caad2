import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshCluster, heldPackages, type LabCluster } from './lab-cluster.ts';
import { eventsOf, operatorMachine, writesOf, type Ended } from './run-nodeops.ts';

const from = '1.35.4';
const control = 'ci-rollback-cp1';

describe('an upgrade broken in the middle of its control plane, and taken back', () => {
  const machine = operatorMachine();
  let cluster: LabCluster;
  let before: string;
  let rolledBack: Ended;
  const images = async (): Promise<readonly string[]> =>
    (await cluster.exec(control, 'sh', '-c', 'grep -h image: /etc/kubernetes/manifests/*.yaml'))
      .trim()
      .split('\n')
      .map((line) => line.replace(/^.*\//, ''));

  /** What there is, by uid: what was deleted and made anew has another one. The pods are the workload's. */
  const objects = async (): Promise<string> => {
    const columns = 'custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name,UID:.metadata.uid';
    const kinds = 'configmaps,deployments,daemonsets,services,secrets,serviceaccounts,poddisruptionbudgets';
    const all = await cluster.kubectl('get', kinds, '--all-namespaces', '--no-headers', '-o', columns);
    return all + (await cluster.kubectl('get', 'pods', '--no-headers', '-o', columns));
  };

  beforeAll(async () => {
    cluster = await freshCluster({ name: 'ci-rollback', topology: '1+1', version: from });
    before = await objects();
    await machine.killedAt('Component "kube-apiserver" upgraded successfully!', [
      'upgrade',
      '--inventory',
      cluster.inventory,
      '--to',
      '1.36.3',
      '--drain',
      'none',
      '--yes',
    ]);
    // kubeadm dies with it, and what it left there does not start: nothing answers any more.
    await cluster.exec(
      control,
      'sh',
      '-c',
      [
        'for unit in $(systemctl list-units --plain --no-legend "nodeops-*" | cut -d " " -f 1); do systemctl kill --signal=KILL "$unit"; done',
        "sed -i 's/^    - --allow-privileged=true/&\\n    - --no-such-flag/' /etc/kubernetes/manifests/kube-apiserver.yaml",
        'for i in $(seq 60); do kubectl --kubeconfig=/etc/kubernetes/admin.conf --request-timeout=2s get --raw /readyz > /dev/null 2>&1 || exit 0; sleep 1; done; exit 1',
      ].join('\n'),
    );
    rolledBack = await machine.nodeops(['rollback', 'last', '--drain', 'none', '--yes']);
  });
  afterAll(async () => {
    await cluster.dispose();
    machine.dispose();
  });

  it('comes to its end, though no API server answered when it began', () => {
    expect(rolledBack.code, `${rolledBack.stdout}\n${rolledBack.stderr}`).toBe(0);
  });

  it('has the static pods of before, beside the newer etcd', async () => {
    const [etcd, ...others] = await images();
    expect(others).toEqual(
      ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => `${name}:v${from}`),
    );
    expect(etcd).toMatch(/^etcd:3\.6\./);
  });

  it('has packages, holds and nodes of before', async () => {
    for (const node of [control, 'ci-rollback-w1'])
      expect(await heldPackages(cluster, node)).toMatchObject({ kubeadm: `${from}-1.1`, kubelet: `${from}-1.1` });
    const nodes = await cluster.kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].status.nodeInfo.kubeletVersion}');
    expect(nodes.trim()).toBe(`v${from} v${from}`);
  });

  it('lost no object, and left the workload alone', async () => {
    expect(await objects()).toBe(before);
  });

  it('has nothing left to do the second time', async () => {
    const again = await machine.nodeops([
      'rollback',
      '--inventory',
      cluster.inventory,
      '--to',
      from,
      '--drain',
      'none',
      '--yes',
      '--output',
      'json',
    ]);
    expect(again.code, again.stderr).toBe(0);
    expect(writesOf(again)).toBe(0);
    expect(eventsOf(again.stdout).some(({ type }) => type === 'command-started')).toBe(false);
  });
});
