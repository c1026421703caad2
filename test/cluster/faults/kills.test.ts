import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, prepareGround, type Ground } from './ground.ts';

const prefix = 'ft-kills';

interface Point {
  readonly name: string;
  /** How the address of the step ends that is struck. */
  readonly step: string;
  readonly at: RegExp;
}

const command = (name: string, step: string): Point => ({ name, step, at: event('command-started', step) });
const step = (name: string, address: string): Point => ({ name, step: address, at: event('step-started', address) });
/** What kubeadm prints: as an event of the run that began it, to standard error by one that attached to it. */
const swapped = (component: string): Point => ({
  name: `kubeadm upgrade apply: ${component} swapped`,
  step: `${prefix}-cp1/apply-upgrade`,
  at: new RegExp(`Component \\\\?"${component}\\\\?" upgraded successfully`),
});

/** In the order of an upgrade. */
const points: readonly Point[] = [
  command('snapshot of etcd', `${prefix}-cp1/snapshot-etcd`),
  command('package source written', `${prefix}-cp1/switch-package-repository`),
  command('kubeadm package', `${prefix}-cp1/install-packages`),
  command('kubeadm upgrade plan', `${prefix}-cp1/plan-upgrade`),
  command('kubeadm upgrade apply begun', `${prefix}-cp1/apply-upgrade`),
  swapped('etcd'),
  swapped('kube-apiserver'),
  swapped('kube-scheduler'),
  command('drain', `${prefix}-cp1/drain-node`),
  command('kubelet package', `${prefix}-cp1/install-packages-2`),
  command('restart of the kubelet', `${prefix}-cp1/restart-kubelet`),
  step('verification', `${prefix}-cp1/verify-node`),
  command('uncordon', `${prefix}-cp1/uncordon-node`),
  step('roll-outs awaited', 'verify-rollouts'),
  command('package source written', `${prefix}-w1/switch-package-repository`),
  command('kubeadm package', `${prefix}-w1/install-packages`),
  command('kubeadm upgrade node', `${prefix}-w1/upgrade-node`),
  command('drain', `${prefix}-w1/drain-node`),
  command('kubelet package', `${prefix}-w1/install-packages-2`),
  command('restart of the kubelet', `${prefix}-w1/restart-kubelet`),
  command('uncordon', `${prefix}-w1/uncordon-node`),
  command('kubeadm package', `${prefix}-w2/install-packages`),
  command('drain', `${prefix}-w2/drain-node`),
  command('kubelet package', `${prefix}-w2/install-packages-2`),
  command('restart of the kubelet', `${prefix}-w2/restart-kubelet`),
  step('verification of the cluster', 'verify-cluster'),
];

/** Kills at the first of some points that comes, or lets it run to its end; returns the index of the point. */
const killAtNext = async (ground: Ground, from: number): Promise<number | undefined> => {
  const running = from === 0 ? ground.begin() : ground.resume();
  const any = new RegExp(
    points
      .slice(from)
      .map(({ at }) => `(?:${at.source})`)
      .join('|'),
  );
  const reached = await running.printed(any).then(
    () => true,
    () => false,
  );
  if (!reached) {
    const { code, stderr } = await running.ended;
    if (code !== 0) throw new Error(`it gave up by itself (rc ${code}):\n${stderr}`);
    return undefined;
  }
  running.kill('SIGKILL');
  const struckAt = Date.now();
  const { stdout, stderr } = await running.ended;
  const index = points.findLastIndex(({ at }, place) => place >= from && at.test(`${stdout}\n${stderr}`));
  const point = points[index];
  if (point === undefined) throw new Error('it was killed at a point that it had not printed');
  const node = /-(cp\d|w\d)\//.exec(point.step)?.[1] ?? 'cluster';
  ground.note(`SIGKILL ${ground.strikes.length + 1}`, `${node}: ${point.name}`, point.step, struckAt);
  return index;
};

describe('the program killed again and again, all over an upgrade', () => {
  let ground: Ground;
  let last: number | undefined = -1;

  beforeAll(async () => {
    ground = await prepareGround(prefix);
    while (last !== undefined && last < points.length - 1) last = await killAtNext(ground, last + 1);
  }, 2_400_000);
  afterAll(async () => ground.dispose());

  it('was killed at twenty points or more', () => {
    expect(ground.strikes.length).toBeGreaterThanOrEqual(20);
  });

  it('comes to its end all the same', async () => {
    const ended = await ground.resume().ended;
    expect([0], ended.stderr).toContain(ended.code);
    expect(await ground.unconverged()).toEqual([]);
  });

  it('never ran kubeadm upgrade apply beside another one, nor once more after it had ended well', async () => {
    const tries = await ground.cluster.exec(
      `${prefix}-cp1`,
      'sh',
      '-c',
      'cd /var/lib/nodeops; for unit in */apply-upgrade-*; do echo "$unit $(cat "$unit/started" "$unit/finished" "$unit/exit" | tr "\\n" " ")"; done',
    );
    const ended = tries
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect(
      ended.filter(([, , , exit]) => exit === '0'),
      tries,
    ).toHaveLength(1);
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks, withoutWeb, nodeSamples } = await ground.judged();
    expect(breaks).toEqual([]);
    expect(withoutWeb).toEqual([]);
    expect(nodeSamples).toBeGreaterThan(300);
  });
});
