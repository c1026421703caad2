import { describe, expect, it } from 'vitest';
import { judge } from '../cluster/faults/judge.ts';
import { readClusterLines, readNodeLine, type Sample } from '../cluster/faults/sample.ts';

const nodes = [
  { name: 'cp1', host: '10.0.0.1', role: 'control-plane' },
  { name: 'cp2', host: '10.0.0.2', role: 'control-plane' },
  { name: 'w1', host: '10.0.0.3', role: 'worker' },
  { name: 'w2', host: '10.0.0.4', role: 'worker' },
] as const;

const api = (version: string) =>
  `P|kube-system|kube-apiserver-cp1|cp1|True|false|Node|registry.k8s.io/kube-apiserver:v${version}`;
const web = (node: string, leaving = false) => `P|default|web-abc|${node}|True|${leaving}|ReplicaSet|agnhost:2.53`;
const node = (name: string, cordoned: boolean, owner: string, version: string) =>
  `N|${name}|${cordoned}|${owner}|True|v${version}`;
const cluster = (second: number, ...lines: readonly string[]): Sample => readClusterLines('cp1', second * 1000, lines);
const host = (second: number, name: string, line: string): Sample => readNodeLine(name, second * 1000, `node ${line}`);

const broken = (...samples: readonly Sample[]): readonly string[] =>
  judge(samples, { nodes, maxUnavailable: 1, target: '1.36.3' }).breaks.map(
    ({ invariant, what }) => `${invariant}: ${what}`,
  );

const cases: readonly {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly breaks: readonly RegExp[];
}[] = [
  {
    name: 'a kubelet of another minor on a node with a pod of a Deployment',
    samples: [host(1, 'w1', 'v1.35.4 - - '), cluster(2, api('1.36.3'), web('w1')), host(3, 'w1', 'v1.36.3 - - ')],
    breaks: [/^4: w1: kubelet 1\.35\.4 → 1\.36\.3 with web-abc/],
  },
  {
    name: 'the same on a node whose pods are leaving or belong to a DaemonSet',
    samples: [
      host(1, 'w1', 'v1.35.4 - - '),
      cluster(
        2,
        api('1.36.3'),
        web('w1', true),
        'P|kube-system|kube-proxy-x|w1|True|false|DaemonSet|kube-proxy:v1.35.4',
      ),
      host(3, 'w1', 'v1.36.3 - - '),
    ],
    breaks: [],
  },
  {
    name: 'a kubelet of the same minor on a node with pods',
    samples: [host(1, 'w1', 'v1.36.1 - - '), cluster(2, api('1.36.3'), web('w1')), host(3, 'w1', 'v1.36.3 - - ')],
    breaks: [],
  },
  {
    name: 'a kubelet newer than an API server',
    samples: [host(1, 'w1', 'v1.35.4 - - '), cluster(2, api('1.35.4')), host(3, 'w1', 'v1.36.3 - - ')],
    breaks: [/^2: w1: kubelet 1\.35\.4 → 1\.36\.3 under an API server of 1\.35\.4/],
  },
  {
    name: 'a kubelet of an older minor',
    samples: [host(1, 'w1', 'v1.36.3 - - '), cluster(2, api('1.36.3')), host(3, 'w1', 'v1.35.4 - - ')],
    breaks: [/^5: w1: kubelet 1\.36\.3 → 1\.35\.4$/],
  },
  {
    name: 'a node given back before its kubelet is on the target',
    samples: [cluster(1, node('w1', true, 'run-1', '1.35.4')), cluster(2, node('w1', false, '', '1.35.4'))],
    breaks: [/^7: w1 uncordoned with kubelet 1\.35\.4/],
  },
  {
    name: 'a node that a person cordoned and gives back',
    samples: [cluster(1, node('w1', true, '<no value>', '1.35.4')), cluster(2, node('w1', false, '', '1.35.4'))],
    breaks: [],
  },
  {
    name: 'two workers cordoned at once',
    samples: [cluster(1, node('w1', true, 'r', '1.35.4'), node('w2', true, 'r', '1.35.4'))],
    breaks: [/^3: w1, w2 cordoned at once$/],
  },
  {
    name: 'two control planes cordoned at once',
    samples: [cluster(1, node('cp1', true, 'r', '1.35.4'), node('cp2', true, 'r', '1.35.4'))],
    breaks: [/^1: cp1, cp2 cordoned at once$/],
  },
  {
    name: 'an API server on one control plane and etcd on the other away at once',
    samples: [host(1, 'cp1', 'v1.35.4 500 200 '), host(2, 'cp2', 'v1.35.4 200 0 ')],
    breaks: [/^1: cp1, cp2 did not answer at once$/],
  },
  {
    name: 'one control plane after the other away',
    samples: [host(1, 'cp1', 'v1.35.4 500 200 '), host(2, 'cp1', 'v1.35.4 200 200 '), host(3, 'cp2', 'v1.35.4 200 0 ')],
    breaks: [],
  },
];

describe('what an observer sees of the invariants', () => {
  it.each(cases)('$name', ({ samples, breaks }) => {
    expect(broken(...samples)).toEqual(breaks.map((pattern): unknown => expect.stringMatching(pattern)));
  });

  it('counts what it saw', () => {
    const samples = [cluster(1, web('w1')), cluster(2, web('w1'), web('w2')), cluster(9)];
    expect(judge(samples, { nodes, maxUnavailable: 1, target: '1.36.3' })).toMatchObject({
      clusterSamples: 3,
      withoutWeb: ['00:00:09 '],
      longestApiOutage: 7,
      seconds: 8,
    });
  });

  it('refuses lines that it does not know', () => {
    expect(() => readNodeLine('w1', 0, 'sh: 1: not found')).toThrow('not a line of the observer');
    expect(() => readClusterLines('cp1', 0, ['E0101'])).toThrow('not a line of the observer');
  });
});
