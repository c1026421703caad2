import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended, Running } from '../run-nodeops.ts';
import { event, prepareGround, type Ground } from './ground.ts';
import { killConfiguring, killProcess, killUnit, restartNode } from './strike.ts';

const prefix = 'ft-work';

interface Fault {
  readonly fault: string;
  readonly point: string;
  readonly step: string;
  readonly at: RegExp;
  /** Returns what dpkg says right after. */
  readonly strike: (ground: Ground) => Promise<string>;
  /** What dpkg must say for the fault to have struck where it was meant to. */
  readonly leaves?: RegExp;
}

/** dpkg reads a package's files through another process: by then it has written down that it has begun. */
const unpacking = (name: string): string => `^(/usr/bin/)?dpkg-deb --fsys-tarfile .*${name}_`;

const install = (step: string) => ({ step, at: event('command-started', step) });

const faults: readonly Fault[] = [
  {
    fault: 'kubeadm killed',
    point: 'cp1: upgrade apply, between etcd and the API server',
    step: `${prefix}-cp1/apply-upgrade`,
    at: /Component \\?"etcd\\?" upgraded successfully/,
    strike: ({ cluster }) => killProcess(cluster, `${prefix}-cp1`, '^kubeadm upgrade apply'),
  },
  {
    fault: 'apt, dpkg and our script killed in unpacking',
    point: 'w1: kubeadm package',
    ...install(`${prefix}-w1/install-packages`),
    strike: ({ cluster }) => killUnit(cluster, `${prefix}-w1`, unpacking('kubeadm')),
    leaves: /.HR kubeadm/,
  },
  {
    fault: 'apt and dpkg killed in configuring',
    point: 'w1: kubelet package',
    ...install(`${prefix}-w1/install-packages-2`),
    strike: ({ cluster }) => killConfiguring(cluster, `${prefix}-w1`),
    leaves: /i[FU] kubelet/,
  },
  {
    fault: 'power cut and back in unpacking',
    point: 'w2: kubelet package',
    ...install(`${prefix}-w2/install-packages-2`),
    strike: ({ cluster }) => restartNode(cluster, `${prefix}-w2`, unpacking('kubelet')),
    leaves: /.HR kubelet/,
  },
];

/** A run that comes to the point: the one under way, or, where it gave up before, one that goes on. */
const reaching = async (ground: Ground, running: Running, fault: Fault): Promise<Running> => {
  const { fault: name, at } = fault;
  const came = await running.printed(at).then(
    () => true,
    () => false,
  );
  if (came) return running;
  const { code, stdout } = await running.ended;
  if (code === 0) throw new Error(`the upgrade ended before this fault could strike: ${name}\n${stdout.slice(-3000)}`);
  return reaching(ground, ground.resume(), fault);
};

describe('what runs on the nodes is killed, and a node loses its power', () => {
  let ground: Ground;
  let ended: Ended;
  const left = new Map<string, string>();

  beforeAll(async () => {
    ground = await prepareGround(prefix);
    let running = ground.begin();
    for (const each of faults) {
      running = await reaching(ground, running, each);
      const states = (await each.strike(ground)).trim();
      left.set(each.fault, states);
      ground.note(each.fault, each.leaves === undefined ? each.point : `${each.point} (${states})`, each.step);
    }
    ended = await ground.finish(running);
  }, 2_400_000);
  afterAll(async () => ground.dispose());

  it.each(faults.filter(({ leaves }) => leaves !== undefined))('$fault: as it was meant', ({ fault, leaves }) => {
    expect(left.get(fault)).toMatch(leaves ?? /never/);
  });

  it('comes to its end, by itself or with resume', async () => {
    expect(ended.code).toBe(0);
    expect(await ground.unconverged()).toEqual([]);
  });

  it.each([`${prefix}-cp1`, `${prefix}-w1`, `${prefix}-w2`])('leaves nothing half installed on %s', async (node) => {
    expect((await ground.cluster.exec(node, 'dpkg', '--audit')).trim()).toBe('');
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks } = await ground.judged();
    expect(breaks).toEqual([]);
  });
});
