import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, operatorMachine, type Ended } from '../run-nodeops.ts';
import { event, prepareGround, type Ground } from './ground.ts';
import { stopOf } from './story.ts';

const prefix = 'ft-own';

/** How the owner before was told in the event of a takeover. */
const takenOverFrom = ({ stdout }: Ended): string =>
  /"type":"lock-acquired"[^\n]*"from":"([^"]*)"/.exec(stdout)?.[1]?.replace(/^/, 'took over from ') ??
  'took nothing over';

describe('two programs on one cluster', () => {
  const another = operatorMachine();
  let ground: Ground;
  let refused: Ended;
  let paused: Ended;
  let successor: Ended;
  let wokenAt: number;

  beforeAll(async () => {
    ground = await prepareGround(prefix);
    const first = ground.begin();
    await first.printed(event('command-started', `${prefix}-cp1/install-packages`));
    const beside = ground.note(
      'a second nodeops at the same time',
      'cp1: kubeadm package',
      `${prefix}-cp1/install-packages`,
    );
    refused = await ground.begin(another).ended;
    await first.printed(event('command-started', `${prefix}-w1/drain-node`));
    first.kill('SIGSTOP');
    const takeover = ground.note('paused past its lease, another takes over', 'w1: drain', `${prefix}-w1/drain-node`);
    const second = ground.begin(another, '--wait-for-lock', '5m');
    await second.printed(event('command-started', `${prefix}-w2/switch-package-repository`));
    wokenAt = Date.now();
    first.kill('SIGCONT');
    const woken = ground.note('the paused one woken', 'w2: package source', `${prefix}-w2/switch-package-repository`);
    [paused, successor] = await Promise.all([first.ended, second.ended]);
    beside.found = `the second: ${stopOf(refused)}`;
    takeover.found = `the second: ${takenOverFrom(successor)}`;
    woken.found = `the first: ${stopOf(paused)}`;
  }, 2_400_000);
  afterAll(async () => {
    await ground.dispose();
    another.dispose();
  });

  it('the second is refused while the first is alive, and told who it is', () => {
    expect(refused.code).toBe(3);
    expect(`${refused.stdout}${refused.stderr}`).toMatch(/ is owned by .*: it was renewed a moment ago/);
  });

  it('the second takes over what the first let lapse, and brings it to its end', async () => {
    expect(successor.code, `${successor.stdout.slice(-3000)}\n${successor.stderr}`).toBe(0);
    expect(await ground.unconverged()).toEqual([]);
  });

  it('the first, woken, ends and says why', () => {
    expect(paused.code).not.toBe(0);
    expect(`${paused.stdout}${paused.stderr}`).toMatch(/ owns the cluster since /);
  });

  it('nothing that the first sent after it was woken took effect', async () => {
    // A sign of life may be on its way; what comes too late is refused by the node, with 76.
    const events = eventsOf(paused.stdout).filter(({ at }) => (at ?? 0) > wokenAt);
    const ends = new Map(events.filter(({ type }) => type === 'command-finished').map(({ id, exit }) => [id, exit]));
    const sent = events.filter(({ type, effect }) => type === 'command-started' && effect === 'write');
    expect(sent.filter(({ id }) => ends.get(id)?.code !== 76)).toEqual([]);
    const [{ run = '' } = {}] = eventsOf(paused.stdout).filter(({ type }) => type === 'run-started');
    expect(run).not.toBe('');
    const since = ['-newermt', `@${wokenAt / 1000}`];
    for (const { name } of ground.cluster.nodes)
      expect(await ground.cluster.exec(name, 'find', '/var/lib/nodeops', '-path', `*/${run}/*`, ...since)).toBe('');
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks, withoutWeb } = await ground.judged();
    expect(breaks).toEqual([]);
    expect(withoutWeb).toEqual([]);
  });
});
