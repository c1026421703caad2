import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { changeKubeletConfiguration } from '../../src/steps/change-kubelet-configuration.ts';
import { allNodes, configOf, wishOf, withLine } from './kubelet-values.ts';
import { bound, kubectlLine, onCluster } from './values.ts';

const step = (patch: object) => bound(changeKubeletConfiguration, wishOf(patch), onCluster);
const seen = { config: configOf(allNodes) };

describe('change-kubelet-configuration', () => {
  it.each([
    [
      'another value',
      { maxPods: 150 },
      needed(
        ' kind: KubeletConfiguration',
        '-maxPods: 110',
        '+maxPods: 150',
        ' resolvConf: /etc/kubernetes/resolv.conf',
      ),
    ],
    ['the same value', { maxPods: 110 }, satisfied],
    ['the same duration, written otherwise', { syncFrequency: '0m0s' }, satisfied],
    ['what is not there is taken away', { maxOpenFiles: null }, satisfied],
    ['what kubeadm writes where nothing is set is taken away', { syncFrequency: null }, satisfied],
    [
      'a setting below others',
      { evictionHard: { 'memory.available': '200Mi' } },
      needed(' evictionHard:', '+  memory.available: 200Mi', '   nodefs.available: 0%'),
    ],
  ])('%s', (_what, patch, verdict) => expect(step(patch).check(seen)).toEqual(verdict));

  it('replaces the text that was seen, and no other', () => {
    const after = withLine('maxPods: 110', 'maxPods: 150');
    const operations = [
      { op: 'test', path: '/data/kubelet', value: allNodes },
      { op: 'replace', path: '/data/kubelet', value: after },
    ];
    expect(step({ maxPods: 150 }).apply(seen, { node: 'paris-cp1', apiServer: 'https://172.31.0.11:6443' })).toEqual([
      {
        do: 'exec',
        on: 'paris-cp1',
        command: expect.objectContaining({
          argv: expect.arrayContaining(['configmap', 'kubelet-config', `--patch=${JSON.stringify(operations)}`]),
          effect: 'write',
        }),
      },
    ]);
    expect(step({ maxPods: 150 }).typed(seen)[0]).toContain(kubectlLine);
  });

  it('leaves what it is not about as it was written', () => {
    const commented = withLine('maxPods: 110', 'maxPods: 110 # since the move');
    const { config } = step({ clusterDNS: ['10.0.0.10'], maxPods: null }).after({ config: configOf(commented) });
    expect(config).toEqual(
      configOf(withLine('- 10.96.0.10', '- 10.0.0.10', withLine('maxPods: 110 # since the move', '', commented))),
    );
  });

  it.each(['', '{}', '[]', 'null', '{"a"', '3'])('%j is no patch', (configuration) =>
    expect(() => bound(changeKubeletConfiguration, { configuration }, onCluster)).toThrow('a map of settings in JSON'),
  );
});
