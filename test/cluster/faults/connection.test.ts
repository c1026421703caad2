import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutControlSequences } from '../../../src/model/text.ts';
import { eventsOf, type Ended } from '../run-nodeops.ts';
import { event, prepareGround, type Ground } from './ground.ts';
import { cutSsh, freezeSshd } from './strike.ts';

const prefix = 'ft-line';
/** Longer than the keepalive needs to give a connection up. */
const silenceMs = 75_000;

/** Output comes in lines on one side and as it was printed on the other. */
const words = (text: string): string => withoutControlSequences(text).replaceAll(/\s+/g, ' ').trim();

describe('connections cut and frozen in the middle of commands', () => {
  let ground: Ground;
  let ended: Ended;

  beforeAll(async () => {
    ground = await prepareGround(prefix);
    const running = ground.begin();
    await running.printed(/Component \\?"etcd\\?" upgraded successfully/);
    ground.note('SSH cut for 75 s', 'cp1: in kubeadm upgrade apply', `${prefix}-cp1/apply-upgrade`);
    const mend = await cutSsh(ground.cluster, `${prefix}-cp1`);
    await delay(silenceMs);
    await mend();
    await running.printed(event('command-started', `${prefix}-w1/install-packages-2`));
    ground.note('sshd frozen for 75 s', 'w1: kubelet package', `${prefix}-w1/install-packages-2`);
    const thaw = await freezeSshd(ground.cluster, `${prefix}-w1`);
    await delay(silenceMs);
    await thaw();
    ended = await running.ended;
  }, 1_500_000);
  afterAll(async () => ground.dispose());

  it('the same run goes on and ends well', async () => {
    expect(ended.code, ended.stdout.slice(-3000)).toBe(0);
    expect(await ground.unconverged()).toEqual([]);
  });

  it('said that the connection was lost while kubeadm ran', () => {
    const lost = eventsOf(ended.stdout).filter(({ type }) => type === 'command-lost');
    expect(lost.some(({ address }) => address?.endsWith('apply-upgrade') === true)).toBe(true);
  });

  it('lost no line of what kubeadm printed, and doubled none', async () => {
    const shown = [...ended.stdout.matchAll(/^\{.*"type":"command-output".*$/gm)]
      .map(([line]): { address?: string; line?: string } => JSON.parse(line))
      .filter(({ address }) => address?.endsWith('cp1/apply-upgrade') === true)
      .map(({ line }) => line ?? '');
    const printed = await ground.cluster.exec(
      `${prefix}-cp1`,
      'sh',
      '-c',
      'cat /var/lib/nodeops/*/apply-upgrade-*/output',
    );
    expect(words(shown.join('\n'))).toBe(words(printed));
  });

  it('broke nothing that an observer could see', async () => {
    const { breaks, withoutWeb } = await ground.judged();
    expect(breaks).toEqual([]);
    expect(withoutWeb).toEqual([]);
  });
});
