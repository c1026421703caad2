import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended, Running } from '../run-nodeops.ts';
import { event, found, prepareGround, type Ground } from './ground.ts';
import { killProcess, restartNode } from './strike.ts';

const prefix = 'ft-work';

interface Strike {
  readonly fault: string;
  readonly point: string;
  readonly at: RegExp;
  readonly strike: (ground: Ground) => Promise<void>;
}

const strikes: readonly Strike[] = [
  {
    fault: 'kubeadm upgrade apply killed',
    point: 'cp1: between etcd and the API server',
    at: /Component \\?"etcd\\?" upgraded successfully/,
    strike: async ({ cluster }) => killProcess(cluster, `${prefix}-cp1`, 'kubeadm upgrade apply'),
  },
  {
    fault: 'dpkg killed while it configures',
    point: 'w1: kubeadm package',
    at: event('command-started', `${prefix}-w1/install-packages`),
    strike: async ({ cluster }) => killProcess(cluster, `${prefix}-w1`, 'dpkg .*--configure'),
  },
  {
    fault: 'power cut and back',
    point: 'w1: kubelet package',
    at: event('command-started', `${prefix}-w1/install-packages-2`),
    strike: async () => restartNode(`${prefix}-w1`),
  },
  {
    fault: 'dpkg killed while it unpacks',
    point: 'w2: kubelet package',
    at: event('command-started', `${prefix}-w2/install-packages-2`),
    strike: async ({ cluster }) => killProcess(cluster, `${prefix}-w2`, 'dpkg .*--unpack'),
  },
];

/** Strikes whenever a run comes to the next point; goes on with `resume` where a run gave up. */
const runThrough = async (ground: Ground): Promise<readonly Ended[]> => {
  const ends: Ended[] = [];
  const left = [...strikes];
  let running: Running = ground.begin();
  for (let rounds = 0; rounds < 12; rounds += 1) {
    const begun = Date.now();
    const struck: Strike[] = [];
    for (let next = left[0]; next !== undefined; next = left[0]) {
      const came = await running.printed(next.at).then(
        () => true,
        () => false,
      );
      if (!came) break;
      await next.strike(ground);
      struck.push(next);
      left.shift();
    }
    const ended = await running.ended;
    ends.push(ended);
    ground.rows.push({
      fault: struck.map(({ fault }) => fault).join('; ') || 'none',
      point: struck.map(({ point }) => point).join('; ') || '-',
      found: found(ended),
      seconds: Math.round((Date.now() - begun) / 1000),
    });
    if (ended.code === 0) return ends;
    running = ground.resume();
  }
  return ends;
};

describe('what runs on the nodes is killed, and a node loses its power', () => {
  let ground: Ground;
  let ends: readonly Ended[];

  beforeAll(async () => {
    ground = await prepareGround(prefix);
    ends = await runThrough(ground);
  }, 2_400_000);
  afterAll(async () => ground.dispose());

  it('every fault struck', () => {
    const struck = ground.rows.map(({ fault }) => fault).join('; ');
    for (const { fault } of strikes) expect(struck).toContain(fault);
  });

  it('comes to its end, by itself or with resume', async () => {
    expect(ends.at(-1)?.code, ends.at(-1)?.stdout.slice(-3000)).toBe(0);
    expect(await ground.unconverged()).toEqual([]);
  });

  it.each([`${prefix}-cp1`, `${prefix}-w1`, `${prefix}-w2`])('leaves nothing half installed on %s', async (node) => {
    expect((await ground.cluster.exec(node, 'dpkg', '--audit')).trim()).toBe('');
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks } = await ground.judged([`${prefix}-w1`]);
    expect(breaks).toEqual([]);
  });
});
