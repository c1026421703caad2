import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, operatorMachine, type Ended } from '../run-nodeops.ts';
import { event, prepareGround, type Ground } from './ground.ts';
import { stopOf } from './story.ts';
import { cutSsh, killConfiguring } from './strike.ts';

const prefix = 'ft-subset';
/** Longer than the keepalive needs to give a connection up. */
const silenceMs = 75_000;

describe('one fault of each kind, on one cluster and in one upgrade', () => {
  const another = operatorMachine();
  let ground: Ground;
  let refused: Ended;
  let first: Ended;
  let last: Ended;

  beforeAll(async () => {
    ground = await prepareGround(prefix);
    const running = ground.begin();
    await running.printed(event('command-started', `${prefix}-cp1/install-packages`));
    const beside = ground.note('a second nodeops at once', 'cp1: kubeadm package', `${prefix}-cp1/install-packages`);
    refused = await ground.begin(another).ended;
    beside.found = `the second: ${stopOf(refused)}`;
    await running.printed(event('command-output', `${prefix}-cp1/apply-upgrade`));
    const cut = ground.note('SSH cut for 75 s', 'cp1: kubeadm upgrade apply', `${prefix}-cp1/apply-upgrade`);
    const mend = await cutSsh(ground.cluster, `${prefix}-cp1`);
    await delay(silenceMs);
    await mend();
    await running.printed(/Component \\?"kube-apiserver\\?" upgraded successfully/);
    running.kill('SIGKILL');
    ground.note('SIGKILL', 'cp1: kubeadm upgrade apply, API server swapped', `${prefix}-cp1/apply-upgrade`);
    first = await running.ended;
    cut.found = 'the same run, attached again';
    const second = ground.resume();
    await second.printed(event('command-started', `${prefix}-w1/install-packages-2`));
    const states = (await killConfiguring(ground.cluster, `${prefix}-w1`)).trim();
    ground.note('apt killed in configuring', `w1: kubelet package (${states})`, `${prefix}-w1/install-packages-2`);
    last = await ground.finish(second);
  }, 1_500_000);
  afterAll(async () => {
    await ground.dispose();
    another.dispose();
  });

  it('a second run is refused while the first is alive', () => {
    expect(refused.code).toBe(3);
    expect(`${refused.stdout}${refused.stderr}`).toMatch(/ is owned by .*: it was renewed a moment ago/);
  });

  it('the connection was lost while kubeadm ran, and the same kubeadm was attached to again', async () => {
    const lines = first.stdout.split('\n').slice(0, -1).join('\n');
    const lost = eventsOf(lines).filter(({ type }) => type === 'command-lost');
    expect(lost.some(({ address }) => address?.endsWith('apply-upgrade') === true)).toBe(true);
    const ends = await ground.cluster.exec(`${prefix}-cp1`, 'sh', '-c', 'cat /var/lib/nodeops/*/apply-upgrade-*/exit');
    expect(ends.trim().split('\n')).toEqual(['0']);
  });

  it('comes to its end', async () => {
    expect(last.code).toBe(0);
    expect(await ground.unconverged()).toEqual([]);
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks, withoutWeb, nodeSamples } = await ground.judged();
    expect(breaks).toEqual([]);
    expect(withoutWeb).toEqual([]);
    expect(nodeSamples).toBeGreaterThan(200);
  });
});
