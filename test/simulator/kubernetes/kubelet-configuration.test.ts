import { describe, expect, it } from 'vitest';
import { kubeletVerdictOn } from '../../../src/facts/kubelet-judgement.ts';
import { kubeletFiles } from '../../../src/facts/kubelet-files.ts';
import { kubeletRunningConfig } from '../../../src/facts/kubelet-running-config.ts';
import { SimulatorGap } from '../../../src/simulator/gap.ts';
import { allTools } from '../../../src/simulator/tools/toolbox.ts';
import type { Fact, Parsed } from '../../../src/facts/fact.ts';
import { place } from './ask.ts';
import { hostOf, ours, pass, run, smallWorld } from './run-tool.ts';
import type { World } from '../../../src/simulator/world/host.ts';

const toolbox = allTools();
const configFile = '/var/lib/kubelet/config.yaml';

/** What the product's parser makes of a simulated host's answer; all programs of a host are there. */
const ask = <T>(world: World, fact: Fact<T>, on: string): Parsed<T> => {
  if (fact.source.kind !== 'command') throw new TypeError(`${fact.id} is not read by a command`);
  const { argv, stdin = '' } = fact.source.command(place(world, 'paris-cp1'));
  return fact.source.parse(run(hostOf(world, on), argv, { toolbox, stdin }));
};

describe('a simulated kubelet', () => {
  it.each([
    ['takes', 'maxPods: 150\n', { value: {} }],
    ['knows', 'maxPodz: 150\n', { value: { refused: 'strict decoding error: unknown field "maxPodz"' } }],
    [
      'validates',
      'maxPods: -5\n',
      { value: { refused: 'invalid configuration: maxPods (--max-pods) -5 must not be a negative number' } },
    ],
  ])('says beforehand what it %s', (_what, line, judged) => {
    const world = smallWorld();
    const configuration = `${hostOf(world, 'paris-w1').files.read(configFile)}${line}`;
    expect(ask(world, kubeletVerdictOn(configuration, {}), 'paris-w1')).toEqual(judged);
  });

  it('knows no setting that nobody was asked about', () => {
    const host = hostOf(smallWorld(), 'paris-w1');
    host.files.write(configFile, `${host.files.read(configFile)}frobnicate: 1\n`, ours);
    expect(() =>
      run(host, ['sh', '-c', `setpriv --reuid=65534 --regid=65534 kubelet --config=${configFile}`], { toolbox }),
    ).toThrow(SimulatorGap);
  });

  it('says what it was started with, and that of now only once it was started again', () => {
    const world = smallWorld();
    const host = hostOf(world, 'paris-w1');
    const asked = (): unknown => {
      const parsed = ask(world, kubeletRunningConfig('paris-w1'), 'paris-cp1');
      return 'value' in parsed && parsed.value.kind === 'told' ? parsed.value.settings['maxPods'] : parsed;
    };
    expect(asked()).toBe(110);
    host.files.write(configFile, `${host.files.read(configFile)}maxPods: 150\n`, ours);
    expect(asked()).toBe(110);
    host.services.kubelet.stop(ours);
    expect(asked()).toMatchObject({ value: { kind: 'silent' } });
    host.services.kubelet.start(ours);
    expect(asked()).toBe(150);
  });

  it('ends over what it finds only once it begins', () => {
    const world = smallWorld();
    const host = hostOf(world, 'paris-w1');
    host.files.write(configFile, `${host.files.read(configFile)}evictionSoft:\n  memory.available: 300Mi\n`, ours);
    host.services.kubelet.stop(ours);
    host.services.kubelet.start(ours);
    pass(world, 1000);
    expect(host.kubelet.running).toBeUndefined();
    expect(host.kubelet.crashes).toContain('grace period must be specified');
  });

  it('was started after its file was written, by the clock of the host', () => {
    const parsed = ask(smallWorld(), kubeletFiles(undefined), 'paris-w1');
    if (!('value' in parsed)) throw new Error(JSON.stringify(parsed));
    expect(parsed.value.writtenAt).toBeLessThan(parsed.value.startedAt ?? 0);
  });
});
