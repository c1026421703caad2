import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fairEntries, probe } from '../../docker/probe.ts';
import type { ProbeSummary } from '../../docker/probe-summary.ts';
import { freshlyCompared } from '../conformance/fresh.ts';
import { digestAfter, settledDigest } from './digest.ts';
import { freshCluster, heldPackages, type LabCluster } from './lab-cluster.ts';
import { eventsOf, operatorMachine, writesOf, type Ended } from './run-nodeops.ts';

const target = '1.36.3';

const workerSteps = (node: string): readonly string[] =>
  [
    'keep-restore-point',
    'switch-package-repository',
    'install-packages',
    'upgrade-node',
    'drain-node',
    'install-packages-2',
    'restart-kubelet',
    'uncordon-node',
  ].map((step) => `${node}/${step}`);

const snapshotStatus = z.object({
  hash: z.number(),
  revision: z.number(),
  totalKey: z.number(),
  totalSize: z.number(),
});

const manifest = `apiVersion: v1
kind: ConfigMap
metadata: { name: network-addon, namespace: kube-system }
data: { for: "${target}" }
`;

/** The lab's inventory with a CNI hook and two add-ons, as an operator would write them. */
const withAddons = (cluster: LabCluster, folder: string): string => {
  writeFileSync(join(folder, 'network.yaml'), manifest);
  const hooks = [
    '    cni: { name: network, manifest: network.yaml, health: [{ namespace: kube-system, resource: daemonset/kube-proxy }] }',
    '    addons:',
    '      - name: marker',
    '        command: [kubectl, create, configmap, addon-marker]',
    '        check: [kubectl, get, configmap, addon-marker]',
  ].join('\n');
  const file = join(folder, 'inventory.yaml');
  writeFileSync(file, readFileSync(cluster.inventory, 'utf8').replace(/^ {4}nodes:/m, `${hooks}\n    nodes:`));
  return file;
};

describe('a real cluster of 1 + 2 from 1.35.4 to 1.36.3', () => {
  const machine = operatorMachine();
  let cluster: LabCluster;
  let inventory: string;
  let upgraded: Ended;
  let asked: ProbeSummary;

  beforeAll(async () => {
    cluster = await freshCluster({ name: 'ci-upgrade', topology: '1+2', version: '1.35.4' });
    inventory = withAddons(cluster, join(machine.state, '..'));
  });
  afterAll(async () => {
    await cluster.dispose();
    machine.dispose();
  });

  it('a dry run shows the plan and leaves everything as it was', async () => {
    const before = await settledDigest(cluster);
    const shown = await machine.nodeops(['upgrade', '--inventory', inventory, '--to', target, '--dry-run']);
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toContain('kubeadm upgrade apply v1.36.3');
    expect(writesOf(shown)).toBe(0);
    expect(await digestAfter(cluster, before)).toEqual(before);
  });

  it('the simulator answers what this cluster answers', async () => {
    const { pairs, differences } = await freshlyCompared(cluster.name, target);
    process.stdout.write(`a fresh recording: ${pairs - differences.length} of ${pairs} pairs agree\n`);
    expect(pairs).toBeGreaterThan(15);
    expect(differences).toEqual([]);
  });

  it('is upgraded in one command while its workload answers', async () => {
    const stop = new AbortController();
    const asking = probe(fairEntries(cluster.nodes), stop.signal);
    upgraded = await machine.nodeops(['upgrade', '--inventory', inventory, '--to', target, '--yes']);
    stop.abort();
    asked = await asking;
    expect(upgraded.code, `${upgraded.stdout}\n${upgraded.stderr}`).toBe(0);
  });

  it('no request to the workload failed', () => {
    process.stdout.write(`workload during the upgrade: ${JSON.stringify(asked)}\n`);
    expect(asked.requests).toBeGreaterThan(500);
    expect(asked.failures).toBe(0);
  });

  it('every node is Ready on the target, and none is cordoned', async () => {
    const rows = await cluster.kubectl(
      'get',
      'nodes',
      '-o',
      'jsonpath={range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status} [{.spec.unschedulable}]{"\\n"}{end}',
    );
    expect(rows.trim().split('\n').toSorted()).toEqual(
      cluster.nodes.map(({ name }) => `${name} v${target} True []`).toSorted(),
    );
  });

  it('kubeadm-config, etcd, CoreDNS and kube-proxy are on their new versions', async () => {
    const config = await cluster.kubectl(
      '-n',
      'kube-system',
      'get',
      'configmap',
      'kubeadm-config',
      '-o',
      'jsonpath={.data.ClusterConfiguration}',
    );
    expect(config).toContain(`kubernetesVersion: v${target}`);
    const images = await cluster.kubectl(
      '-n',
      'kube-system',
      'get',
      'pods',
      '-o',
      'jsonpath={range .items[*]}{.spec.containers[0].image}{"\\n"}{end}',
    );
    const wanted = await cluster.exec(
      `${cluster.name}-cp1`,
      'kubeadm',
      'config',
      'images',
      'list',
      `--kubernetes-version=v${target}`,
    );
    const expected = wanted
      .trim()
      .split('\n')
      .filter((image) => !image.includes('/pause:'));
    expect([...new Set(images.trim().split('\n'))].toSorted()).toEqual(expected.toSorted());
  });

  it.each(['ci-upgrade-cp1', 'ci-upgrade-w1', 'ci-upgrade-w2'])(
    'on %s the packages are held at the target',
    async (node) => {
      const held = await heldPackages(cluster, node);
      expect(held).toMatchObject({ kubeadm: `${target}-1.1`, kubelet: `${target}-1.1`, kubectl: `${target}-1.1` });
      expect(Object.keys(held)).toContain('kubernetes-cni');
      expect(await cluster.exec(node, 'cat', '/etc/apt/sources.list.d/kubernetes.list')).toContain('/v1.36/');
    },
  );

  it('the CNI hook and the add-on were applied', async () => {
    expect(
      await cluster.kubectl('-n', 'kube-system', 'get', 'configmap', 'network-addon', '-o', 'jsonpath={.data.for}'),
    ).toBe(target);
    expect(await cluster.kubectl('get', 'configmap', 'addon-marker', '-o', 'name')).toBe('configmap/addon-marker');
  });

  it('the etcd snapshot lies on the operator’s side, and none on the node', async () => {
    const folder = join(machine.state, 'artifacts', cluster.name);
    const [run = ''] = readdirSync(folder);
    const status = snapshotStatus.parse(
      JSON.parse(readFileSync(join(folder, run, `etcd-before-${target}.json`), 'utf8')),
    );
    expect(status.totalKey).toBeGreaterThan(100);
    expect(statSync(join(folder, run, `etcd-before-${target}.db`)).size).toBeGreaterThan(100_000);
    expect(statSync(join(folder, run, `etcd-before-${target}.db`)).mode & 0o777).toBe(0o600);
    const left = await cluster.exec(
      `${cluster.name}-cp1`,
      'sh',
      '-c',
      'find /var/lib/etcd /var/lib/nodeops -name "*.db*" -not -path "*/member/*"',
    );
    expect(left.trim()).toBe('');
  });

  it('the journal is there, and its order is that of the documentation', () => {
    const [run = ''] = readdirSync(join(machine.state, 'runs'));
    const journal = join(machine.state, 'runs', run, 'clusters', cluster.name, 'journal.jsonl');
    const events = eventsOf(readFileSync(journal, 'utf8'));
    const done = events
      .filter(({ type, outcome }) => type === 'step-finished' && outcome === 'done')
      .map(({ address }) => address?.split('/').slice(1).join('/'));
    const first = [
      'snapshot-etcd',
      'keep-restore-point',
      'switch-package-repository',
      'install-packages',
      'plan-upgrade',
      'apply-upgrade',
      'apply-addon',
      'drain-node',
      'install-packages-2',
      'restart-kubelet',
      'uncordon-node',
    ];
    const written = done.flatMap((address) =>
      address === undefined || /verify|nodes-ready/.test(address) ? [] : [address],
    );
    // All nodes fetch at once, each when its network lets it.
    const staging = ['cp1/stage-packages', 'cp1/stage-images', 'w1/stage-packages', 'w2/stage-packages'];
    expect(written.slice(0, staging.length).toSorted()).toEqual(staging.map((each) => `ci-upgrade-${each}`).toSorted());
    expect(written.slice(staging.length)).toEqual([
      ...first.map((step) => `ci-upgrade-cp1/${step}`),
      ...workerSteps('ci-upgrade-w1'),
      ...workerSteps('ci-upgrade-w2'),
      'apply-addon',
    ]);
  });

  it('the same command again finds everything satisfied and sends no write', async () => {
    const again = await machine.nodeops(['upgrade', '--inventory', inventory, '--to', target, '--yes']);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toMatch(/(\d+) steps: \1 satisfied/);
    expect(writesOf(again)).toBe(0);
  });
});
