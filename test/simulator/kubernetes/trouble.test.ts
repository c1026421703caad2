import { describe, expect, it } from 'vitest';
import { kubeadmConfig } from '../../../src/facts/kubeadm-config.ts';
import type { Fact } from '../../../src/facts/fact.ts';
import { nodes } from '../../../src/facts/nodes.ts';
import { ownApiServer } from '../../../src/facts/own-api-server.ts';
import { pods } from '../../../src/facts/pods.ts';
import { workloads } from '../../../src/facts/workloads.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { recorded } from '../../facts/recorded.ts';
import { answer, ask, kubectl } from './ask.ts';
import { hostOf, ours, pass, run, smallWorld } from './run-tool.ts';

const cp = (world: World) => hostOf(world, 'paris-cp1');
const fault = { kind: 'fault', fault: 'test' } as const;
const stopApi = (world: World) => cp(world).services.components.stop('kube-apiserver', fault);

/** Up to the moment in which it listens and is not ready yet. */
const startApi = (world: World) => {
  stopApi(world);
  cp(world).services.components.start('kube-apiserver', fault);
  for (let ms = 0; ms < 30_000; ms += 100) {
    if (world.apiServer('paris-cp1').why === 'forbidden') return;
    pass(world, 100);
  }
  throw new Error('it never listened');
};

const cases: readonly {
  readonly fact: Fact<unknown>;
  readonly record: string;
  readonly break: (world: World) => void;
}[] = [
  { fact: nodes, record: 'api-server-stopped-1.35.4', break: stopApi },
  { fact: pods, record: 'api-server-stopped-1.35.4', break: stopApi },
  { fact: workloads, record: 'api-server-stopped-1.35.4', break: stopApi },
  { fact: kubeadmConfig, record: 'api-server-stopped-1.35.4', break: stopApi },
  { fact: ownApiServer, record: 'stopped', break: stopApi },
  { fact: nodes, record: 'api-server-starting-1.35.4', break: startApi },
  { fact: workloads, record: 'api-server-starting-1.35.4', break: startApi },
  {
    fact: nodes,
    record: 'no-kubeconfig-1.35.4',
    break: (world) => cp(world).files.remove('/etc/kubernetes/admin.conf', ours),
  },
  { fact: nodes, record: 'etcd-frozen-1.35.4', break: (world) => cp(world).services.components.stop('etcd', fault) },
  {
    fact: kubeadmConfig,
    record: 'no-such-configmap-1.36.3',
    break: (world) => world.objects.remove('ConfigMap', 'kube-system', 'kubeadm-config', ours),
  },
];

const settled = (text: string): string =>
  text.replaceAll(/172\.3[01]\.\d+\.\d+/g, 'ADDRESS').replaceAll(/\b(?:hand-cp1|hand-cp9|paris-cp1)\b/g, 'NODE');

describe('kubectl in trouble says what it said on the lab', () => {
  it.each(cases)('$fact.id: $record', ({ fact, record, break: breaks }) => {
    const world = smallWorld();
    breaks(world);
    const { stdout, stderr, code } = answer(world, fact);
    const wanted = recorded(fact.id).find(({ name }) => name === record)?.output;
    expect({ stdout, stderr: settled(stderr), code }).toEqual({
      stdout: fact === ownApiServer ? '\n=readyz\n' : wanted?.stdout,
      stderr: settled(wanted?.stderr ?? ''),
      code: wanted?.code,
    });
  });

  it('an API server that starts is not ready, with its reasons or none', () => {
    const world = smallWorld();
    startApi(world);
    expect(ask(world, ownApiServer)).toMatchObject({
      value: {
        ready: false,
        detail: expect.stringMatching(/Forbidden|\[-\]poststarthook\/rbac\/bootstrap-roles/),
      },
    });
  });

  it('a group that is not announced yet', () => {
    const world = smallWorld();
    startApi(world);
    while (!world.apiServer('paris-cp1').serving) pass(world, 50);
    expect(ask(world, workloads)).toEqual({
      unavailable: 'error: the server doesn\'t have a resource type "statefulsets"',
    });
    expect(answer(world, nodes).code).toBe(0);
  });

  it('an address that nobody has', () => {
    const world = smallWorld();
    const argv = kubectl(world, 'get', 'nodes', '--output=name').map((word) =>
      word.startsWith('--server') ? '--server=https://172.30.5.99:6443' : word,
    );
    const { code, stderr } = run(cp(world), argv);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Unable to connect to the server: dial tcp 172\.30\.5\.99:6443: connect: no route to host\n$/,
    );
  });

  it.each([
    ['get', 'gateways'],
    ['frobnicate'],
    ['get', 'nodes', '--output=wide'],
    ['get', 'nodes', '--no-such-option'],
  ])('what is not modelled is a gap: %s %s %s', (...words) => {
    const world = smallWorld();
    expect(() => run(cp(world), kubectl(world, ...words))).toThrow(/SimulatorGap|kubectl/);
  });
});
