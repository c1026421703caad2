import { describe, expect, it } from 'vitest';
import { head, oneNode, read, refusal } from './read.ts';

const kubelet = (text: string, cluster = 0) => read(text).clusters[cluster]?.kubelet;

describe('kubelet', () => {
  it('none', () => {
    expect(kubelet(`${head}${oneNode}`)).toBeUndefined();
    expect(kubelet(`${head}kubelet: {}\n${oneNode}`)).toBeUndefined();
  });

  it('the cluster goes before the defaults, setting by setting, and may take one away', () => {
    const text = `${head}defaults:
  kubelet: { configuration: { maxPods: 110, evictionHard: { memory.available: 100Mi, nodefs.available: 10% } } }
clusters:
  - name: paris
    kubelet: { configuration: { maxPods: 150, evictionHard: { memory.available: null } } }
    nodes: [{ name: a, host: a, role: control-plane }]
  - name: oslo
    nodes: [{ name: b, host: b, role: control-plane }]
`;
    expect(kubelet(text)).toEqual({
      maxPods: 150,
      evictionHard: { 'memory.available': null, 'nodefs.available': '10%' },
    });
    expect(kubelet(text, 1)).toEqual({
      maxPods: 110,
      evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '10%' },
    });
  });

  it('what it says is the kubelets’: nothing in it is a path of this machine, or of its environment', () => {
    const settings = { configuration: 'c', tracing: { endpoint: '${HOME}' }, manifest: './m' };
    expect(kubelet(`${head}kubelet: { configuration: ${JSON.stringify(settings)} }\n${oneNode}`)).toEqual(settings);
  });

  it('is a map of settings', () => {
    expect(refusal(`${head}kubelet: { configuration: maxPods }\n${oneNode}`)).toBe(
      'inv.yaml:3:27: kubelet.configuration: expected a map of settings of a KubeletConfiguration, e.g. { maxPods: 150 }, found "maxPods"',
    );
  });
});
