import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  joinHost,
  makeJoin,
  forgetJoin,
  madeJoin,
  stagedJoin,
  type Joining,
} from '../../../src/commands/kubeadm-join.ts';
import { quietHalfJoined } from '../../../src/commands/half-joined.ts';
import { kubeletUnitOf } from '../../../src/simulator/host/kubelet-unit.ts';
import { objectOf } from '../../../src/simulator/cluster/objects.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { allTools } from '../../../src/simulator/tools/toolbox.ts';
import { hostOf, pass, run, smallWorld, start, type Ran } from './run-tool.ts';

const toolbox = allTools();
const person = { kind: 'person', name: 'ana' } as const;
const [first, added] = ['paris-cp1', 'paris-cp2'];
const directory = '/var/lib/nodeops-host/paris';
const file = '/root/join.yaml';

const joining: Joining = {
  directory,
  node: added,
  role: 'control-plane',
  kubeadm: { ignorePreflightErrors: [] },
  authorities: 'cluster',
};

const growing = (): World => smallWorld({ hasAuthority: true, bareControlPlanes: 1 });

/** What a new control plane joins with, as the program makes it: on both hosts. */
const made = (world: World): void => {
  const { argv } = makeJoin(joining);
  expect(run(hostOf(world, first), argv, { toolbox, env: { KUBECONFIG: '/etc/kubernetes/admin.conf' } })).toMatchObject(
    { code: 0 },
  );
  const text = hostOf(world, first).files.read(madeJoin(directory, added));
  hostOf(world, added).files.write(file, text, person);
};

const ignoring = (...checks: readonly string[]): readonly string[] => [
  'kubeadm',
  'join',
  `--config=${file}`,
  ...(checks.length === 0 ? [] : [`--ignore-preflight-errors=${checks.join(',')}`]),
];

const files = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map(
  (name) => `FileAvailable--etc-kubernetes-manifests-${name}.yaml`,
);
const traces = [
  ...files,
  'DirAvailable--var-lib-etcd',
  'Port-10250',
  'FileAvailable--etc-kubernetes-kubelet.conf',
  'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf',
  'FileAvailable--etc-kubernetes-pki-ca.crt',
];
const ports = [6443, 10_259, 10_257, 2379, 2380].map((port) => `Port-${port}`);

const join = (world: World, argv: readonly string[] = ignoring(...traces)): Ran => run(hostOf(world, added), argv);

/** Ends kubeadm with SIGKILL as soon as it says that. */
const killedAt = (world: World, text: string): void => {
  const said = { out: '', err: '' };
  const program = start(hostOf(world, added), ignoring(...traces), {}, said);
  while (program.ended === undefined && !said.out.includes(text)) world.kernel.step();
  program.signal('KILL');
  expect(program.ended).toEqual({ signal: 'KILL' });
  expect(said.out).toContain(text);
};

/** In no order where kubeadm has none, without times, and without what the model leaves out. */
const settled = (text: string): readonly string[] =>
  text
    .replaceAll(added, 'NODE')
    .replaceAll('172.31.0.12', 'OWN')
    .replaceAll('172.31.0.11', 'ENDPOINT')
    .replaceAll(/after [\d.]+(?:ms|µs)/g, 'after TIME')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{"level":"warn"'))
    .toSorted();

const recorded = (name: string): readonly string[] =>
  settled(readFileSync(new URL(`recorded/kubeadm-${name}-1.35.4.txt`, import.meta.url), 'utf8'));

const said = ({ stdout, stderr }: Ran): readonly string[] => settled(stdout + stderr);

const memberOf = (world: World) => world.etcd.members.find(({ host }) => host === added);
const node = (world: World) => objectOf(world.objects, 'Node', undefined, added);

describe('kubeadm join of a control plane', () => {
  it('says what it said on the lab, and leaves a control plane whose member votes', () => {
    const world = growing();
    made(world);
    const ran = join(world);
    expect(said(ran)).toEqual(recorded('join-control-plane'));
    expect(ran.code).toBe(0);
    expect(memberOf(world)).toMatchObject({ learner: false, started: true });
    expect(world.apiServer(added)).toMatchObject({ serving: true });
    expect(node(world)?.metadata.labels).toMatchObject({ 'node-role.kubernetes.io/control-plane': '' });
    expect(node(world)?.spec.taints).toContainEqual({
      key: 'node-role.kubernetes.io/control-plane',
      effect: 'NoSchedule',
    });
    expect(hostOf(world, added).files.stat('/etc/kubernetes/super-admin.conf')).toBeUndefined();
    expect(hostOf(world, added).files.stat('/etc/kubernetes/bootstrap-kubelet.conf')).toBeUndefined();
    pass(world, 60_000);
    expect(world.objects.get('Pod', 'kube-system', `etcd-${added}`)).toBeDefined();
    expect(hostOf(world, added).files.read('/etc/kubernetes/manifests/etcd.yaml')).toContain(
      '--initial-cluster-state=existing',
    );
  });

  it('refuses the files of one that was killed', () => {
    const world = growing();
    made(world);
    killedAt(world, '[check-etcd]');
    expect(said(join(world, ignoring()))).toEqual(recorded('join-files-there'));
    expect(memberOf(world)).toBeUndefined();
    expect(join(world)).toMatchObject({ code: 0 });
  });

  it('refuses the ports of one whose kubelet has started its static pods, and goes on over a learner', () => {
    const world = growing();
    made(world);
    killedAt(world, 'Creating static Pod manifest for "etcd"');
    pass(world, 20_000);
    expect(memberOf(world)).toMatchObject({ learner: true, started: true });
    expect(world.apiServer(added).serving).toBe(false);
    expect(said(join(world))).toEqual(recorded('join-ports-taken'));
    const again = join(world, ignoring(...traces, ...ports));
    expect(said(again)).toEqual(recorded('join-over-learner'));
    expect(again.code).toBe(0);
  });

  it('fails for two minutes over a member that votes, and goes on without the phase', () => {
    const world = growing();
    made(world);
    killedAt(world, 'perform the TLS Bootstrap');
    expect(memberOf(world)).toMatchObject({ learner: false });
    hostOf(world, added).services.kubelet.stop(person);
    pass(world, 90_000);
    made(world);
    const ran = join(world, ignoring(...traces, ...ports));
    expect(ran.code).toBe(1);
    expect(ran.ms).toBeGreaterThan(120_000);
    expect(said(ran)).toEqual(recorded('join-over-voter'));
    hostOf(world, added).services.kubelet.stop(person);
    pass(world, 90_000);
    const without = join(world, [...ignoring(...traces, ...ports), '--skip-phases=etcd-join']);
    // There the kubelet had been started again, and its node was not Ready for want of a network.
    const there = recorded('join-without-etcd-phase').filter((line) => !line.includes('Port-10250'));
    expect(said(without)).toEqual(there);
    expect(without.code).toBe(0);
  });

  it('does not take a key for another one, nor a Secret that is gone', () => {
    const world = growing();
    made(world);
    const { files: own } = hostOf(world, added);
    own.write(
      '/root/wrong.yaml',
      own.read(file).replace(/certificateKey: .*/, `certificateKey: ${'ab'.repeat(32)}`),
      person,
    );
    const wrong = run(hostOf(world, added), ['kubeadm', 'join', '--config=/root/wrong.yaml']);
    expect(said(wrong)).toEqual(recorded('join-wrong-key'));
    world.objects.remove('Secret', 'kube-system', 'kubeadm-certs', person);
    expect(said(join(world))).toEqual(recorded('join-without-secret'));
    expect(own.stat('/etc/kubernetes/pki/ca.key')).toBeUndefined();
  });

  it('adds no member to an etcd that has a sick one, and none without a quorum', () => {
    const world = smallWorld({ hasAuthority: true, controlPlanes: 3, bareControlPlanes: 1 });
    const fourth = hostOf(world, 'paris-cp4');
    run(hostOf(world, first), makeJoin({ ...joining, node: fourth.name }).argv, {
      toolbox,
      env: { KUBECONFIG: '/etc/kubernetes/admin.conf' },
    });
    fourth.files.write(file, hostOf(world, first).files.read(madeJoin(directory, fourth.name)), person);
    world.containers.stop(hostOf(world, 'paris-cp3'), 'etcd', person);
    const sick = run(fourth, ignoring(...traces));
    expect(sick).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'error execution phase check-etcd: etcd cluster is not healthy: failed to dial endpoint https://172.31.0.13:2379',
      ),
    });
    expect(world.etcd.members).toHaveLength(3);
    world.containers.stop(hostOf(world, 'paris-cp2'), 'etcd', person);
    const none = run(fourth, ignoring(...traces));
    expect(none).toMatchObject({ code: 1 });
    expect(world.etcd.members).toHaveLength(3);
  });

  it('fails with a full disk in the phase that it has come to', () => {
    const world = growing();
    made(world);
    const host = hostOf(world, added);
    host.images.add('none');
    host.disk.foreignBytes = host.disk.bytes;
    const { code, stderr } = join(world);
    expect(code).toBe(1);
    expect(stderr).toContain('no space left on device');
  });
});

/** As the program sends it, on the host that joins. */
const sent = (world: World): Ran => {
  const host = hostOf(world, added);
  if (host.files.stat(directory) === undefined) host.files.makeDirectory(directory, person, { parents: true });
  host.files.move(file, stagedJoin(directory), person);
  return run(host, joinHost(joining).argv, { toolbox });
};
const isMarked = (world: World): boolean => hostOf(world, added).files.stat(`${directory}/joined`) !== undefined;

describe('what a control plane joins with', () => {
  it('is forgotten: token, Secret with the authorities, and the token that keeps it alive', () => {
    const world = growing();
    made(world);
    const secrets = () => world.objects.list('Secret', 'kube-system').map(({ metadata }) => metadata.name);
    expect(secrets()).toHaveLength(3);
    expect(
      run(hostOf(world, first), ['kubeadm', 'token', 'list'], { env: { KUBECONFIG: '/etc/kubernetes/admin.conf' } })
        .stdout,
    ).toMatch(/^TOKEN {21}TTL {9}EXPIRES {16}USAGES {19}DESCRIPTION {48}EXTRA GROUPS\n/);
    const { argv } = forgetJoin(directory, added);
    expect(run(hostOf(world, first), argv, { toolbox })).toMatchObject({ code: 0 });
    expect(secrets()).toEqual([]);
  });

  it('is gone by itself after two hours', () => {
    const world = growing();
    made(world);
    pass(world, 2 * 3_600_000 + 1000);
    expect(world.objects.list('Secret', 'kube-system')).toEqual([]);
  });

  it('is used by the program as it is sent', () => {
    const world = growing();
    made(world);
    expect(sent(world)).toMatchObject({ code: 0 });
    expect(isMarked(world)).toBe(true);
    expect(hostOf(world, added).files.stat(stagedJoin(directory))).toBeUndefined();
  });

  // Lab, 1.35.4: each of them ended with rc 1 before, one for ever on ports, one for ever on the promotion of a voter.
  it.each([
    { at: 'after the manifests', text: '[check-etcd]' },
    { at: 'after etcd’s manifest', text: 'Creating static Pod manifest for "etcd"' },
    { at: 'once the member votes', text: 'perform the TLS Bootstrap' },
    { at: 'once it is marked', text: '[control-plane-check]' },
  ])('lets the program go on where kubeadm was killed $at', ({ text }) => {
    const world = growing();
    made(world);
    killedAt(world, text);
    pass(world, 90_000);
    expect(run(hostOf(world, added), quietHalfJoined(added).argv, { toolbox })).toMatchObject({ code: 0 });
    made(world);
    const { code, stdout } = sent(world);
    expect({ code, marked: isMarked(world), member: memberOf(world)?.learner }).toEqual({
      code: 0,
      marked: true,
      member: false,
    });
    expect(stdout.includes('[etcd] Announced')).toBe(
      text !== 'perform the TLS Bootstrap' && text !== '[control-plane-check]',
    );
    expect(world.etcd.members).toHaveLength(2);
  });

  it('says that the kubelet does not run, where kubeadm speaks of etcd alone', () => {
    const world = growing();
    made(world);
    hostOf(world, added).faults.kubeletWillNotStart = true;
    const { code, stderr } = sent(world);
    expect(code).toBe(1);
    expect(stderr).toContain('error execution phase etcd-join: ');
    expect(stderr).toContain('the kubelet of this host does not run');
    expect(isMarked(world)).toBe(false);
  });

  it('starts a kubelet that was stopped, where the member that votes does not run', () => {
    const world = growing();
    made(world);
    killedAt(world, 'perform the TLS Bootstrap');
    const host = hostOf(world, added);
    kubeletUnitOf(host).stop(person);
    world.containers.stop(host, 'etcd', person);
    expect(world.etcd.hasQuorum()).toBe(false);
    const quiet = () => run(host, quietHalfJoined(added).argv, { toolbox });
    expect(quiet()).toMatchObject({ code: 0 });
    expect(world.etcd.hasQuorum()).toBe(true);
    // It has become Ready by that, and is stopped by the next try.
    pass(world, 60_000);
    expect(quiet()).toMatchObject({ code: 0 });
    expect(host.kubelet.running).toBeUndefined();
    made(world);
    expect(sent(world)).toMatchObject({ code: 0 });
    expect(isMarked(world)).toBe(true);
  });
});
