import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, found, prepareGround, type Ground } from './ground.ts';

const prefix = 'ft-kills';

/** In the order of an upgrade. Adopted commands print to standard error, and what kubeadm says comes there. */
const points: readonly (readonly [string, RegExp])[] = [
  ['snapshot of etcd', event('command-started', `${prefix}-cp1/snapshot-etcd`)],
  ['package source written', event('command-started', `${prefix}-cp1/switch-package-repository`)],
  ['kubeadm package', event('command-started', `${prefix}-cp1/install-packages`)],
  ['kubeadm upgrade plan', event('command-started', `${prefix}-cp1/plan-upgrade`)],
  ['kubeadm upgrade apply begun', event('command-started', `${prefix}-cp1/apply-upgrade`)],
  ['attached, etcd swapped', /Component \\?"etcd\\?" upgraded successfully/],
  ['attached, API server swapped', /Component \\?"kube-apiserver\\?" upgraded successfully/],
  ['attached, scheduler swapped', /Component \\?"kube-scheduler\\?" upgraded successfully/],
  ['drain', event('command-started', `${prefix}-cp1/drain-node`)],
  ['kubelet package', event('command-started', `${prefix}-cp1/install-packages-2`)],
  ['restart of the kubelet', event('command-started', `${prefix}-cp1/restart-kubelet`)],
  ['verification', event('step-started', `${prefix}-cp1/verify-node`)],
  ['uncordon', event('command-started', `${prefix}-cp1/uncordon-node`)],
  ['roll-outs awaited', event('step-started', 'verify-rollouts')],
  ['package source written', event('command-started', `${prefix}-w1/switch-package-repository`)],
  ['kubeadm package', event('command-started', `${prefix}-w1/install-packages`)],
  ['kubeadm upgrade node', event('command-started', `${prefix}-w1/upgrade-node`)],
  ['drain', event('command-started', `${prefix}-w1/drain-node`)],
  ['kubelet package', event('command-started', `${prefix}-w1/install-packages-2`)],
  ['restart of the kubelet', event('command-started', `${prefix}-w1/restart-kubelet`)],
  ['uncordon', event('command-started', `${prefix}-w1/uncordon-node`)],
  ['kubeadm package', event('command-started', `${prefix}-w2/install-packages`)],
  ['drain', event('command-started', `${prefix}-w2/drain-node`)],
  ['kubelet package', event('command-started', `${prefix}-w2/install-packages-2`)],
  ['restart of the kubelet', event('command-started', `${prefix}-w2/restart-kubelet`)],
  ['verification of the cluster', event('step-started', 'verify-cluster')],
];

/** Kills at the first of some points that comes, or lets it run to its end; returns the index of the point. */
const killAtNext = async (ground: Ground, from: number): Promise<number | undefined> => {
  const begun = Date.now();
  const running = from === 0 ? ground.begin() : ground.resume();
  const left = points.slice(from);
  const reached = await running
    .printed(new RegExp(left.map(([, pattern]) => `(?:${pattern.source})`).join('|')))
    .then(() => true)
    .catch(() => false);
  if (reached) running.kill('SIGKILL');
  const ended = await running.ended;
  const text = `${ended.stdout}\n${ended.stderr}`;
  const index = points.findLastIndex(([, pattern], at) => at >= from && pattern.test(text));
  const [point = 'none: it ran to its end'] = (reached ? points[index] : undefined) ?? [];
  const node = /-(cp\d|w\d)\\?\//.exec(points[index]?.[1].source ?? '')?.[1] ?? 'cluster';
  ground.rows.push({
    fault: reached ? `SIGKILL ${ground.rows.length + 1}` : 'none',
    point: reached ? `${node}: ${point}` : point,
    found: found(ended),
    seconds: Math.round((Date.now() - begun) / 1000),
  });
  return reached ? index : undefined;
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
    expect(ground.rows.filter(({ fault }) => fault.startsWith('SIGKILL')).length).toBeGreaterThanOrEqual(20);
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
