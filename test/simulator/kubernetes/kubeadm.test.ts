import { describe, expect, it } from 'vitest';
import { listOf, objectOf } from '../../../src/simulator/cluster/objects.ts';
import { staticPods } from '../../../src/facts/static-pods.ts';
import type { WorldWish } from '../../../src/simulator/world/world-wish.ts';
import type { WorldEvent } from '../../../src/simulator/world/events.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { recorded } from '../../facts/recorded.ts';
import { hostOf, ours, pass, run, smallWorld, start } from './run-tool.ts';

const install = (world: World, name: string, version: string, host = 'paris-cp1'): void => {
  const found = hostOf(world, host).packages.get(name);
  if (found !== undefined) found.version = `${version}-1.1`;
};

const prepared = (wish: Partial<WorldWish> = {}, kubeadm = '1.36.3'): World => {
  const world = smallWorld(wish);
  install(world, 'kubeadm', kubeadm);
  return world;
};

const upgrade = (world: World, ...words: readonly string[]) =>
  run(hostOf(world, 'paris-cp1'), ['kubeadm', 'upgrade', ...words]);
const apply = (world: World) => upgrade(world, 'apply', 'v1.36.3', '--yes');

const image = (world: World, kind: 'Deployment' | 'DaemonSet', name: string): string =>
  objectOf(world.objects, kind, 'kube-system', name)?.spec.template.spec.containers[0]?.image ?? '';

/** The outside of an upgrade: what of it is done. */
const state = (world: World) => ({
  components: [...hostOf(world, 'paris-cp1').components.values()].map(({ version }) => version),
  config: /kubernetesVersion: v(\S+)/.exec(
    objectOf(world.objects, 'ConfigMap', 'kube-system', 'kubeadm-config')?.data['ClusterConfiguration'] ?? '',
  )?.[1],
  coredns: image(world, 'Deployment', 'coredns').split(':')[1],
  proxy: image(world, 'DaemonSet', 'kube-proxy').split(':')[1],
});

const old = ['3.6.6-0', '1.35.4', '1.35.4', '1.35.4'];
const fresh = ['3.6.8-0', '1.36.3', '1.36.3', '1.36.3'];
const done = { components: fresh, config: '1.36.3', coredns: 'v1.14.2', proxy: 'v1.36.3' };

const settled = (text: string): string =>
  text.replaceAll(/172\.3[01]\.\d+\.\d+/g, 'ADDRESS').replaceAll(/\b(?:hand|next|paris)\b/g, 'CLUSTER');

describe('the manifests that kubeadm writes', () => {
  it.each([
    { version: '1.35.4', record: 'control-plane' },
    { version: '1.36.3', record: '1.36.3' },
  ])('$version: byte for byte as recorded, but for names and addresses', ({ version, record }) => {
    const { files } = hostOf(smallWorld({ version }), 'paris-cp1');
    const dump = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']
      .map(
        (name) =>
          `=/etc/kubernetes/manifests/${name}.yaml\n${files.read(`/etc/kubernetes/manifests/${name}.yaml`).replaceAll(/^/gm, '>').replace(/>$/, '')}\n`,
      )
      .join('');
    const wanted = recorded(staticPods.id).find(({ name }) => name === record)?.output.stdout ?? '';
    expect(settled(dump)).toBe(settled(wanted));
  });
});

describe('kubeadm upgrade apply', () => {
  it('takes the control plane, the configuration and the add-ons to the target', () => {
    const world = prepared();
    const events: WorldEvent[] = [];
    world.listen((event) => void events.push(event));
    const { code, stdout, ms } = apply(world);
    expect({ code, state: state(world) }).toEqual({ code: 0, state: done });
    expect(stdout).toContain('[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "v1.36.3".');
    expect(ms).toBeGreaterThan(90_000);
    expect(ms).toBeLessThan(200_000);
    const stops = events.flatMap((event) => (event.type === 'component-stopped' ? [event] : []));
    expect(stops.map(({ component }) => component)).toEqual([
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
    ]);
    expect(stops.every(({ actor }) => actor === ours)).toBe(true);
    pass(world, 60_000);
    const pods = listOf(world.objects, 'Pod', 'kube-system').map(({ spec }) => spec);
    expect(new Set(pods.map(({ containers }) => containers[0]?.image))).toEqual(
      new Set([
        'registry.k8s.io/etcd:3.6.8-0',
        'registry.k8s.io/kube-apiserver:v1.36.3',
        'registry.k8s.io/kube-controller-manager:v1.36.3',
        'registry.k8s.io/kube-scheduler:v1.36.3',
        'registry.k8s.io/kube-proxy:v1.36.3',
        'registry.k8s.io/coredns/coredns:v1.14.2',
      ]),
    );
  });

  it('passes the proxies of its environment on, and drops them without', () => {
    const world = prepared();
    const cp = hostOf(world, 'paris-cp1');
    run(cp, ['kubeadm', 'upgrade', 'apply', 'v1.36.3', '--yes'], { env: { https_proxy: 'http://proxy:3128' } });
    const path = '/etc/kubernetes/manifests/kube-apiserver.yaml';
    expect(cp.files.read(path)).toContain('    env:\n    - name: https_proxy\n      value: http://proxy:3128\n');
    apply(world);
    expect(cp.files.read(path)).not.toContain('proxy:3128');
  });

  // observed.md 1: what a kill leaves, and that running again never needs a repair.
  it.each([
    {
      after: 'Moving new manifest to "/etc/kubernetes/manifests/etcd.yaml"',
      leaves: { components: ['3.6.8-0', ...old.slice(1)], config: '1.35.4', coredns: 'v1.13.1', proxy: 'v1.35.4' },
    },
    {
      after: 'Component "kube-apiserver" upgraded successfully!',
      leaves: {
        components: ['3.6.8-0', '1.36.3', '1.35.4', '1.35.4'],
        config: '1.35.4',
        coredns: 'v1.13.1',
        proxy: 'v1.35.4',
      },
    },
    { after: '[upload-config]', leaves: { components: fresh, config: '1.36.3', coredns: 'v1.13.1', proxy: 'v1.35.4' } },
    { after: 'Applied essential addon: CoreDNS', leaves: { ...done, proxy: 'v1.35.4' } },
  ])('killed after $after', ({ after, leaves }) => {
    const world = prepared();
    const said = { out: '', err: '' };
    const program = start(hostOf(world, 'paris-cp1'), ['kubeadm', 'upgrade', 'apply', 'v1.36.3', '--yes'], {}, said);
    while (!said.out.includes(after)) world.kernel.step();
    pass(world, after.startsWith('Moving') ? 300 : 1);
    program.signal('KILL');
    pass(world, 120_000);
    expect(state(world)).toEqual(leaves);
    expect({ code: apply(world).code, state: state(world) }).toEqual({ code: 0, state: done });
  });

  it.each([
    {
      after: 'Component "kube-scheduler" upgraded successfully!',
      leaves: { components: fresh, config: '1.35.4', coredns: 'v1.13.1', proxy: 'v1.35.4' },
    },
    { after: '[upload-config]', leaves: { components: fresh, config: '1.36.3', coredns: 'v1.13.1', proxy: 'v1.35.4' } },
    { after: 'Applied essential addon: CoreDNS', leaves: { ...done, proxy: 'v1.35.4' } },
  ])('changes nothing that etcd did not take: its space exceeded after $after', ({ after, leaves }) => {
    const world = prepared();
    const said = { out: '', err: '' };
    start(hostOf(world, 'paris-cp1'), ['kubeadm', 'upgrade', 'apply', 'v1.36.3', '--yes'], {}, said);
    while (!said.out.includes(after)) world.kernel.step();
    for (const member of world.etcd.members) member.alarm = 'NOSPACE';
    pass(world, 120_000);
    expect(said.err).toContain('etcdserver: mvcc: database space exceeded');
    expect(state(world)).toEqual(leaves);
  });

  it('is over in seconds when it runs again, and copies etcd all the same', () => {
    const world = prepared();
    apply(world);
    pass(world, 60_000);
    const before = hostOf(world, 'paris-cp1').disk.foreignBytes;
    const { code, ms, stdout } = apply(world);
    expect({ code, quick: ms < 15_000 }).toEqual({ code: 0, quick: true });
    expect(stdout).toContain('Current and new manifests of etcd are equal, skipping upgrade');
    expect(hostOf(world, 'paris-cp1').disk.foreignBytes).toBeGreaterThan(before);
  });

  it.each<{
    readonly name: string;
    readonly prepare: (world: World) => void;
    readonly says: string;
    readonly plan?: boolean;
  }>([
    {
      name: 'a manifest that is missing',
      prepare: (world) =>
        hostOf(world, 'paris-cp1').files.remove('/etc/kubernetes/manifests/kube-scheduler.yaml', ours),
      says: '[ERROR StaticPodManifest]: manifest files not found: [/etc/kubernetes/manifests/kube-scheduler.yaml]',
    },
    {
      name: 'a registry that does not answer',
      prepare: (world) => void (hostOf(world, 'paris-cp1').faults.registry = 'down'),
      says: '[ERROR ImagePull]: failed to pull image registry.k8s.io/kube-apiserver:v1.36.3',
    },
    {
      name: 'a full disk',
      prepare: (world) => {
        const { disk } = hostOf(world, 'paris-cp1');
        disk.foreignBytes = disk.bytes;
      },
      says: 'no space left on device',
    },
    {
      name: 'a kubeadm that is too old',
      prepare: (world) => install(world, 'kubeadm', '1.35.4'),
      says: 'is at least one minor release higher than the kubeadm minor release (36 > 35)',
    },
    {
      name: 'no node that could run a pod',
      prepare: (world) => {
        for (const node of listOf(world.objects, 'Node')) {
          node.spec.taints = [{ key: 'dedicated', effect: 'NoSchedule' }];
          world.objects.put(node, ours);
        }
      },
      says: 'in the namespace "kube-system" did not complete in 1m0s',
    },
    {
      name: 'a control plane that is not ready',
      prepare: (world) => {
        const node = objectOf(world.objects, 'Node', undefined, 'paris-cp1');
        for (const condition of node?.status.conditions ?? [])
          if (condition.type === 'Ready') condition.status = 'False';
        if (node !== undefined) world.objects.put(node, ours);
      },
      says: '[ERROR ControlPlaneNodesReady]: there are NotReady control-planes in the cluster: [paris-cp1]',
    },
  ])('refuses $name, and changes nothing', ({ prepare, says }) => {
    const world = prepared();
    prepare(world);
    const { code, stderr } = apply(world);
    expect({ code, stderr: stderr.includes(says) ? says : stderr }).toEqual({ code: 1, stderr: says });
    expect(stderr).toMatch(/^error: /);
    expect(state(world)).toEqual({ components: old, config: '1.35.4', coredns: 'v1.13.1', proxy: 'v1.35.4' });
  });

  it('does not skip a minor, up or down', () => {
    expect(upgrade(prepared({ version: '1.34.4' }), 'apply', 'v1.36.3', '--yes').stderr).toContain(
      'is too high; kubeadm can upgrade only 1 minor version at a time',
    );
    expect(upgrade(prepared({ version: '1.36.3' }), 'apply', 'v1.34.4', '--yes').stderr).toContain(
      'control plane version >= 1.35.0. Current version: v1.34.4',
    );
  });

  it('puts the old manifest back where the kubelet never takes up the new one', () => {
    const world = prepared();
    const cp = hostOf(world, 'paris-cp1');
    const before = cp.files.read('/etc/kubernetes/manifests/etcd.yaml');
    const said = { out: '', err: '' };
    const program = start(cp, ['kubeadm', 'upgrade', 'apply', 'v1.36.3', '--yes'], {}, said);
    while (!said.out.includes('Preparing for "etcd"')) world.kernel.step();
    cp.services.kubelet.stop(ours);
    while (program.ended === undefined) world.kernel.step();
    expect(program.ended).toEqual({ code: 1 });
    expect(said.err).toContain('kubeadm has tried to recover everything into the earlier state');
    expect(cp.files.read('/etc/kubernetes/manifests/etcd.yaml')).toBe(before);
  });
});

describe('kubeadm upgrade plan', () => {
  it('shows what would change, and leaves no job behind', () => {
    const world = prepared();
    const { code, stdout } = upgrade(world, 'plan', 'v1.36.3');
    expect(code).toBe(0);
    expect(stdout).toContain('kube-apiserver            paris-cp1   v1.35.4   v1.36.3');
    pass(world, 10_000);
    expect(world.objects.list('Job')).toEqual([]);
    expect(
      world.objects
        .list('Pod', 'kube-system')
        .map(({ metadata: { name } }) => name)
        .join(' '),
    ).not.toContain('health-check');
  });
});

describe('kubeadm upgrade node', () => {
  it('takes the other control planes along, and the add-ons with the last of them', () => {
    const world = prepared({ controlPlanes: 3 });
    for (const name of ['paris-cp2', 'paris-cp3']) install(world, 'kubeadm', '1.36.3', name);
    expect(apply(world).stdout).toContain(
      'because control plane instances [paris-cp2 paris-cp3] have not been upgraded',
    );
    expect(state(world)).toMatchObject({ config: '1.36.3', proxy: 'v1.35.4' });
    expect(run(hostOf(world, 'paris-cp2'), ['kubeadm', 'upgrade', 'node']).code).toBe(0);
    expect(state(world)).toMatchObject({ proxy: 'v1.35.4' });
    expect(run(hostOf(world, 'paris-cp3'), ['kubeadm', 'upgrade', 'node']).code).toBe(0);
    expect(state(world)).toMatchObject({ proxy: 'v1.36.3', coredns: 'v1.14.2' });
    const versions = [...world.hosts.values()].flatMap(({ components }) =>
      [...components.values()].map(({ version }) => version),
    );
    expect(new Set(versions)).toEqual(new Set(['3.6.8-0', '1.36.3']));
  });

  it('writes only the configuration of a worker’s kubelet', () => {
    const world = smallWorld();
    install(world, 'kubeadm', '1.35.4', 'paris-w1');
    const worker = hostOf(world, 'paris-w1');
    const mark = worker.files.mark();
    const { code, ms } = run(worker, ['kubeadm', 'upgrade', 'node']);
    expect({ code, quick: ms < 2000 }).toEqual({ code: 0, quick: true });
    expect(worker.files.changedSince(mark).map(({ path }) => path.replace(/\d{4}-.*\d{2}(?=\/|$)/, 'T'))).toContain(
      '/var/lib/kubelet/config.yaml',
    );
    expect(worker.kubelet.since).toBeLessThan(world.kernel.now - 1000);
  });

  it.each([
    { kubeadm: '1.35.4', from: '1.34.4', flags: 'KUBELET_KUBEADM_ARGS=""\n' },
    {
      kubeadm: '1.34.4',
      from: '1.33.13',
      flags: 'KUBELET_KUBEADM_ARGS="--pod-infra-container-image=registry.k8s.io/pause:3.10"\n',
    },
  ])('$kubeadm cleans what $from left in kubeadm-flags.env', ({ kubeadm, from, flags }) => {
    const world = smallWorld({ version: from });
    install(world, 'kubeadm', kubeadm, 'paris-w1');
    run(hostOf(world, 'paris-w1'), ['kubeadm', 'upgrade', 'node']);
    expect(hostOf(world, 'paris-w1').files.read('/var/lib/kubelet/kubeadm-flags.env')).toBe(flags);
  });
});
