import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, operatorMachine, type Ended } from '../run-nodeops.ts';
import { event, found, prepareGround, type Ground } from './ground.ts';

const prefix = 'ft-own';

describe('two programs on one cluster', () => {
  const another = operatorMachine();
  let ground: Ground;
  let refused: Ended;
  let paused: Ended;
  let successor: Ended;

  beforeAll(async () => {
    ground = await prepareGround(prefix);
    const begun = Date.now();
    const first = ground.begin();
    await first.printed(event('command-started', `${prefix}-cp1/install-packages`));
    refused = await ground.begin(another).ended;
    ground.rows.push({
      fault: 'a second nodeops at the same time',
      point: 'cp1: kubeadm package',
      found: found(refused),
      seconds: Math.round((Date.now() - begun) / 1000),
    });
    await first.printed(event('command-started', `${prefix}-w1/drain-node`));
    const stopped = Date.now();
    first.kill('SIGSTOP');
    const second = ground.begin(another);
    await second.printed(event('command-started', `${prefix}-w2/`.replace(/\/$/, '/switch-package-repository')));
    first.kill('SIGCONT');
    paused = await first.ended;
    successor = await second.ended;
    ground.rows.push(
      { fault: 'paused past its lease, woken later', point: 'w1: drain', found: found(paused), seconds: 0 },
      {
        fault: 'the one who took over',
        point: 'from w1 on',
        found: found(successor),
        seconds: Math.round((Date.now() - stopped) / 1000),
      },
    );
    await delay(2000);
  }, 2_400_000);
  afterAll(async () => {
    await ground.dispose();
    another.dispose();
  });

  it('the second is refused while the first is alive, and told who it is', () => {
    expect(refused.code).toBe(3);
    expect(`${refused.stdout}${refused.stderr}`).toMatch(/held by|belongs to|nodeops lock/);
  });

  it('the second takes over what the first let lapse, and brings it to its end', async () => {
    expect(successor.code, `${successor.stdout.slice(-3000)}\n${successor.stderr}`).toBe(0);
    expect(await ground.unconverged()).toEqual([]);
  });

  it('the first, woken, ends and says why', () => {
    expect(paused.code).not.toBe(0);
    expect(`${paused.stdout}${paused.stderr}`).toMatch(/taken over|fenced|no longer/i);
  });

  it('nothing that the first sent after it was woken took effect', () => {
    const events = eventsOf(paused.stdout);
    const woken = events.findLastIndex(({ address }) => address?.endsWith('drain-node') === true);
    const done = events
      .slice(woken + 1)
      .filter(({ type, effect }) => type === 'command-started' && effect === 'write')
      .map(({ address }) => address);
    expect(done).toEqual([]);
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks, withoutWeb } = await ground.judged();
    expect(breaks).toEqual([]);
    expect(withoutWeb).toEqual([]);
  });
});
