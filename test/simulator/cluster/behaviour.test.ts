import { describe, expect, it } from 'vitest';
import { etcdMembers } from '../../../src/facts/etcd-members.ts';
import { nodeLeases } from '../../../src/facts/node-leases.ts';
import { nodes } from '../../../src/facts/nodes.ts';
import { pods } from '../../../src/facts/pods.ts';
import type { WorldEvent } from '../../../src/simulator/world/events.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import { ask, valueOf } from '../kubernetes/ask.ts';
import { hostOf, ours, pass, smallWorld } from '../kubernetes/run-tool.ts';

const fault = { kind: 'fault', fault: 'test' } as const;

const restart = (host: Host, version?: string): void => {
  const found = host.packages.get('kubelet');
  if (found !== undefined && version !== undefined) found.version = `${version}-1.1`;
  host.services.kubelet.stop(ours);
  host.services.kubelet.start(ours);
};

const listening = (world: World): WorldEvent[] => {
  const events: WorldEvent[] = [];
  world.listen((event) => void events.push(event));
  return events;
};

const nodeOf = (world: World, name: string) => {
  const node = valueOf(world, nodes).find((one) => one.name === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node;
};

/** ms until something is so, within a limit. */
const until = (world: World, limit: number, is: () => boolean): number => {
  const from = world.kernel.now;
  while (!is()) {
    if (world.kernel.now - from > limit) throw new Error(`not within ${limit} ms`);
    pass(world, 100);
  }
  return world.kernel.now - from;
};

describe('a kubelet', () => {
  it('of a worker registers its new version within seconds of its start, and not before', () => {
    const world = smallWorld();
    const worker = hostOf(world, 'paris-w1');
    const found = worker.packages.get('kubelet');
    if (found !== undefined) found.version = '1.36.3-1.1';
    pass(world, 5000);
    expect(nodeOf(world, 'paris-w1').kubeletVersion).toBe('1.35.4');
    restart(worker);
    pass(world, 2500);
    expect(nodeOf(world, 'paris-w1')).toMatchObject({ kubeletVersion: '1.36.3', ready: 'True' });
  });

  it('of a control plane that crosses a minor restarts all static pods: ready after a second, the API long after', () => {
    const world = smallWorld({ controlPlanes: 3 });
    const events = listening(world);
    const cp = hostOf(world, 'paris-cp1');
    restart(cp, '1.36.3');
    pass(world, 2500);
    expect(valueOf(world, nodes, 'paris-cp2').find(({ name }) => name === 'paris-cp1')).toMatchObject({
      ready: 'True',
      kubeletVersion: '1.36.3',
    });
    const back = until(world, 60_000, () => world.apiServer('paris-cp1').serving);
    expect(back + 2500).toBeGreaterThan(9000);
    expect(back + 2500).toBeLessThan(32_000);
    const stopped = events.flatMap((event) => (event.type === 'component-stopped' ? [event] : []));
    expect(stopped.map(({ component }) => component).toSorted()).toEqual([
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
    ]);
    expect(stopped.every(({ actor, host }) => actor === ours && host === 'paris-cp1')).toBe(true);
    pass(world, 20_000);
    expect(
      valueOf(world, pods).filter(({ node, mirror, ready }) => node === 'paris-cp1' && mirror && ready),
    ).toHaveLength(4);
  });

  it.each([
    { version: '1.35.4', crosses: false },
    { version: '1.34.4', crosses: true },
  ])('restarts static pods only across minors: $version', ({ version, crosses }) => {
    const world = smallWorld();
    const events = listening(world);
    restart(hostOf(world, 'paris-cp1'), version);
    pass(world, 5000);
    expect(events.some(({ type }) => type === 'component-stopped')).toBe(crosses);
  });

  it('with a flag that its minor does not know exits, while its node stays Ready for the rest of forty seconds', () => {
    const world = smallWorld({ version: '1.34.4' });
    const worker = hostOf(world, 'paris-w1');
    restart(worker, '1.35.4');
    expect(worker.kubelet.running).toBeUndefined();
    expect(worker.kubelet.crashes).toContain('unknown flag: --pod-infra-container-image');
    pass(world, 12_000);
    expect(nodeOf(world, 'paris-w1')).toMatchObject({ ready: 'True', kubeletVersion: '1.34.4' });
    worker.files.write('/var/lib/kubelet/kubeadm-flags.env', 'KUBELET_KUBEADM_ARGS=""\n', ours);
    worker.services.kubelet.start(ours);
    pass(world, 2500);
    expect(nodeOf(world, 'paris-w1').kubeletVersion).toBe('1.35.4');
  });

  it('that stopped leaves its lease behind, its node Unknown after forty seconds, and its pods to others after five minutes', () => {
    const world = smallWorld();
    const worker = hostOf(world, 'paris-w1');
    worker.services.kubelet.stop(fault);
    const stoppedAt = world.kernel.now;
    pass(world, 20_000);
    expect(valueOf(world, nodeLeases).renewed['paris-w1']).toBeLessThanOrEqual(stoppedAt);
    expect(nodeOf(world, 'paris-w1').ready).toBe('True');
    pass(world, 26_000);
    expect(nodeOf(world, 'paris-w1')).toMatchObject({
      ready: 'Unknown',
      taints: [
        { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
      ],
    });
    expect(
      valueOf(world, pods)
        .filter(({ node }) => node === 'paris-w1')
        .some(({ ready }) => ready),
    ).toBe(false);
    pass(world, 320_000);
    const shop = valueOf(world, pods).filter(({ namespace }) => namespace === 'shop');
    expect(shop.filter(({ node, ready }) => node === 'paris-w2' && ready)).toHaveLength(5);
    expect(shop.filter(({ node }) => node === 'paris-w1').every(({ deleting }) => deleting)).toBe(true);
    worker.services.kubelet.start(fault);
    pass(world, 20_000);
    expect(nodeOf(world, 'paris-w1')).toMatchObject({ ready: 'True', taints: [] });
    expect(valueOf(world, pods).filter(({ namespace }) => namespace === 'shop')).toHaveLength(5);
  });
});

describe('a host', () => {
  it('that goes down takes its containers along, and brings them back when it boots', () => {
    const world = smallWorld();
    const events = listening(world);
    const cp = hostOf(world, 'paris-cp1');
    cp.power = 'down';
    world.emit({ type: 'host-down', host: cp.name, actor: fault });
    expect(world.apiServer(cp.name)).toMatchObject({ serving: false, why: 'unreachable' });
    pass(world, 30_000);
    cp.power = 'up';
    cp.boot = { ...cp.boot, id: 'another' };
    world.emit({ type: 'host-up', host: cp.name, actor: fault });
    cp.services.kubelet.start(fault);
    until(world, 60_000, () => world.apiServer(cp.name).serving);
    pass(world, 20_000);
    expect(events.filter(({ type }) => type === 'component-stopped')).toHaveLength(4);
    expect(events.filter(({ type }) => type === 'component-ready')).toHaveLength(4);
    expect(valueOf(world, nodes).every(({ ready }) => ready === 'True')).toBe(true);
    expect(valueOf(world, pods).every(({ ready }) => ready)).toBe(true);
  });
});

describe('a manifest', () => {
  const path = '/etc/kubernetes/manifests/etcd.yaml';

  it('that was taken away stops its container, and brings it back', () => {
    const world = smallWorld();
    const cp = hostOf(world, 'paris-cp1');
    cp.files.makeDirectory('/root/away', ours, { parents: true });
    cp.files.move(path, '/root/away/etcd.yaml', ours);
    pass(world, 3000);
    expect(cp.components.get('etcd')).toMatchObject({ state: 'stopped', stoppedBy: ours });
    expect(world.apiServer('paris-cp1').why).toBe('no-etcd');
    cp.files.move('/root/away/etcd.yaml', path, ours);
    until(world, 20_000, () => world.apiServer('paris-cp1').serving);
    expect(valueOf(world, etcdMembers)).toHaveLength(1);
  });

  it.each([
    { server: 'its own API server', address: '172.31.0.11:6443', low: 40_000, high: 60_000 },
    { server: 'the load balancer', address: '172.31.0.2:6443', low: 8000, high: 16_000 },
  ])('of etcd is swapped with the kubelet asking $server', ({ address, low, high }) => {
    const world = smallWorld({ controlPlanes: 3 });
    const cp = hostOf(world, 'paris-cp1');
    const conf = '/etc/kubernetes/kubelet.conf';
    cp.files.write(conf, cp.files.read(conf).replace(/server: https:\/\/\S+/, `server: https://${address}`), ours);
    cp.services.kubelet.stop(ours);
    cp.services.kubelet.start(ours);
    cp.files.write(path, cp.files.read(path).replace('3.6.6-0', '3.6.8-0'), ours);
    until(world, 5000, () => !world.etcd.serving('paris-cp1'));
    const down = until(world, 90_000, () => world.etcd.serving('paris-cp1'));
    expect(down).toBeGreaterThanOrEqual(low);
    expect(down).toBeLessThanOrEqual(high);
    expect(world.etcd.hasQuorum()).toBe(true);
  });

  it('changes nothing while no kubelet runs', () => {
    const world = smallWorld();
    const cp = hostOf(world, 'paris-cp1');
    cp.services.kubelet.stop(ours);
    cp.files.write(path, cp.files.read(path).replace('3.6.6-0', '3.6.8-0'), ours);
    pass(world, 60_000);
    expect(cp.components.get('etcd')).toMatchObject({ state: 'running', version: '3.6.6-0' });
    cp.services.kubelet.start(ours);
    until(world, 90_000, () => cp.components.get('etcd')?.version === '3.6.8-0');
  });
});

/** All that happens in one world, line by line. */
const trace = (seed: number): string => {
  const world = smallWorld({ controlPlanes: 3 });
  for (let turn = 0; turn < seed; turn += 1) world.random.below(2);
  const lines: string[] = [];
  world.listen((event) => void lines.push(`${world.kernel.now} ${JSON.stringify(event)}`));
  restart(hostOf(world, 'paris-cp1'), '1.36.3');
  pass(world, 120_000);
  return lines.join('\n');
};

describe('chance', () => {
  it('is the seed’s alone', () => {
    expect(trace(3)).toBe(trace(3));
    expect(trace(3)).not.toBe(trace(4));
  });

  it('leaves a world at rest: nothing happens where nobody does anything', () => {
    const world = smallWorld({ controlPlanes: 3 });
    pass(world, 10_000);
    expect(world.kernel.upcoming).toBeUndefined();
    expect(ask(world, nodes)).toHaveProperty('value');
  });
});
