import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshCluster, heldPackages, type LabCluster } from './lab-cluster.ts';
import { eventsOf, operatorMachine, type Ended } from './run-nodeops.ts';

const target = '1.36.3';

describe('the program killed in the middle of kubeadm, then a kubelet that cannot start', () => {
  const machine = operatorMachine();
  let cluster: LabCluster;
  let killed: string;
  let stopped: Ended;
  // Its feature gate would be refused before anything is touched.
  const waiver = ['--waive', 'kubelet-takes-flags=to see what becomes of it'];
  const command = (): readonly string[] => [
    'upgrade',
    '--inventory',
    cluster.inventory,
    '--to',
    target,
    '--yes',
    ...waiver,
  ];
  const cordoned = () =>
    cluster.kubectl(
      'get',
      'nodes',
      '-o',
      'jsonpath={range .items[?(@.spec.unschedulable)]}{.metadata.name}{"\\n"}{end}',
    );
  const versions = () =>
    cluster.kubectl(
      'get',
      'nodes',
      '-o',
      'jsonpath={range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion}{"\\n"}{end}',
    );

  beforeAll(async () => {
    cluster = await freshCluster({ name: 'ci-failure', topology: '1+2', version: '1.35.4' });
    // The running kubelet does not read it again: it is the new one that will meet it. Asked for its version it does not
    // mind, as it would with an unknown flag.
    await cluster.exec(
      'ci-failure-w1',
      'sh',
      '-c',
      'echo KUBELET_EXTRA_ARGS=--feature-gates=NoSuchGate=true > /etc/default/kubelet',
    );
    killed = await machine.killedAt('Component "etcd" upgraded successfully!', command());
    stopped = await machine.nodeops(command());
  });
  afterAll(async () => {
    await cluster.dispose();
    machine.dispose();
  });

  it('attaches to the kubeadm that went on, and does not begin a second one', async () => {
    expect(killed).toContain('kubeadm upgrade apply v1.36.3');
    expect(stopped.stderr).toMatch(/ci-failure-cp1 still runs `kubeadm upgrade apply v1\.36\.3 .*`.*: attached/);
    expect(stopped.stderr).toContain('ci-failure-cp1: it ended with rc 0');
    // By run, with how each ended: a try that the first run repeated itself would be its own affair.
    const tries = await cluster.exec(
      'ci-failure-cp1',
      'sh',
      '-c',
      'cd /var/lib/nodeops; for unit in */apply-upgrade-*; do echo "$unit rc $(cat "$unit/exit")"; done',
    );
    const runs = new Set(
      tries
        .trim()
        .split('\n')
        .map((line) => line.split('/')[0]),
    );
    expect(runs.size, tries).toBe(1);
  });

  it('stops the rollout, and says where, why, and what to type next', () => {
    expect(stopped.code).toBe(1);
    expect(stopped.stdout).toContain('ci-failure-w1');
    expect(stopped.stdout).toContain('unrecognized feature gate: NoSuchGate');
    expect(stopped.stdout).toContain(
      `nodeops upgrade --inventory ${cluster.inventory} --cluster ci-failure --to ${target}`,
    );
  });

  it('leaves the node cordoned and the other worker as it was', async () => {
    expect((await cordoned()).trim()).toBe('ci-failure-w1');
    expect(await versions()).toContain('ci-failure-w2 v1.35.4');
  });

  it('has put the holds back', async () => {
    expect(await heldPackages(cluster, 'ci-failure-w1')).toMatchObject({
      kubeadm: `${target}-1.1`,
      kubelet: `${target}-1.1`,
      kubectl: `${target}-1.1`,
    });
  });

  it('goes on after the repair with what is left, and with nothing else', async () => {
    await cluster.exec('ci-failure-w1', 'sh', '-c', 'echo KUBELET_EXTRA_ARGS= > /etc/default/kubelet');
    const finished = await machine.nodeops([...command(), '--output', 'json']);
    expect(finished.code, `${finished.stdout}\n${finished.stderr}`).toBe(0);
    const events = eventsOf(finished.stdout);
    const writes = events
      .filter(({ type, effect }) => type === 'command-started' && effect === 'write')
      .map(({ address }) => address ?? '');
    expect(writes.filter((address) => address.includes('-cp1'))).toEqual([]);
    const onFirst = [
      ...new Set(writes.filter((address) => address.includes('-w1')).map((address) => address.split('/').at(-1))),
    ];
    // The record of the run before is believed: it names the version, and no other kubeadm was unpacked since.
    // systemd tries a kubelet again every ten seconds: it may run by itself once it can.
    expect([['restart-kubelet', 'uncordon-node'], ['uncordon-node']]).toContainEqual(onFirst);
    expect((await cordoned()).trim()).toBe('');
    expect((await versions()).match(/v1\.36\.3/g)).toHaveLength(3);
  });
});
