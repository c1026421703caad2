import { describe, expect, it } from 'vitest';
import { goingFurther, hopsBack, type NodeThen, type WayBack } from '../../src/plan/hops-back.ts';

const over = (run: string, ...versions: readonly string[]) =>
  versions.slice(1).map((to, index) => ({ run, from: versions[index] ?? '', to }));

const at = (version: string, change: Partial<NodeThen> = {}): NodeThen => ({
  name: 'cp1',
  role: 'control-plane',
  points: over('r1', '1.34.4', '1.35.4', '1.36.3'),
  installed: version,
  running: version,
  kubeadm: version,
  components: [version, version, version],
  ...change,
});

const way = (change: Partial<WayBack>): WayBack => ({
  target: '1.34.4',
  configured: '1.36.3',
  nodes: [at('1.36.3'), at('1.36.3', { name: 'cp2' })],
  ...change,
});

/** As nodes say it when no API server answers. */
const silent = (...nodes: readonly NodeThen[]): WayBack => ({ target: '1.34.4', nodes });

describe('the versions that a rollback goes over', () => {
  it.each<[string, WayBack, readonly string[]]>([
    ['both minors', way({}), ['1.35.4', '1.34.4']],
    ['only the last one', way({ target: '1.35.4' }), ['1.35.4']],
    ['a patch', way({ target: '1.36.1' }), ['1.36.1']],
    ['a way up: for the gate to refuse', way({ target: '1.37.0' }), ['1.37.0']],
    [
      'over what several runs kept',
      way({
        nodes: [at('1.36.3', { points: [...over('r1', '1.34.4', '1.35.4'), ...over('r2', '1.35.4', '1.36.3')] })],
      }),
      ['1.35.4', '1.34.4'],
    ],
    [
      'of two patches of a minor, over the one that was left last',
      way({ nodes: [at('1.36.3', { points: over('r1', '1.34.4', '1.35.4', '1.35.6', '1.36.3') })] }),
      ['1.35.6', '1.34.4'],
    ],
    [
      'as far as one control plane kept it',
      way({ nodes: [at('1.36.3', { points: [] }), at('1.36.3', { name: 'cp2' })] }),
      ['1.35.4', '1.34.4'],
    ],
    [
      'over three',
      way({ target: '1.33.1', nodes: [at('1.36.3', { points: over('r1', '1.33.1', '1.34.4', '1.35.4', '1.36.3') })] }),
      ['1.35.4', '1.34.4', '1.33.1'],
    ],
    [
      'nobody kept the minor between: for the gate to refuse',
      way({ nodes: [at('1.36.3', { points: over('r1', '1.34.4', '1.36.3') })] }),
      ['1.34.4'],
    ],
    [
      'what a worker kept leads no control plane',
      way({ nodes: [at('1.36.3', { points: [] }), at('1.36.3', { name: 'w1', role: 'worker' })] }),
      ['1.34.4'],
    ],
    [
      'an upgrade that stopped in its first hop',
      way({ configured: '1.34.4', nodes: [at('1.35.4', { points: over('r1', '1.34.4', '1.35.4') }), at('1.34.4')] }),
      ['1.34.4'],
    ],
    [
      'an upgrade that stopped in its last hop, kubeadm-config still on the one before',
      way({ configured: '1.35.4', nodes: [at('1.35.4', { components: ['1.36.3', '1.35.4', '1.35.4'] })] }),
      ['1.35.4', '1.34.4'],
    ],
    [
      'only kubeadm was installed in the last hop',
      way({ configured: '1.35.4', nodes: [at('1.35.4', { kubeadm: '1.36.3' })] }),
      ['1.34.4'],
    ],
    [
      'a way back that stopped between static pods and configuration',
      way({ nodes: [at('1.35.4')] }),
      ['1.35.4', '1.34.4'],
    ],
    ['a way back that stopped in its last hop', way({ configured: '1.35.4', nodes: [at('1.34.4')] }), ['1.34.4']],
    ['nobody answers, still above', silent(at('1.36.3')), ['1.35.4', '1.34.4']],
    ['nobody answers, perhaps half of the first hop is done', silent(at('1.35.4')), ['1.35.4', '1.34.4']],
    ['nobody answers, the last hop has begun', silent(at('1.35.4', { kubeadm: '1.34.4' })), ['1.34.4']],
    [
      'nobody answers, and the upgrade went no further',
      silent(at('1.35.4', { points: over('r1', '1.34.4', '1.35.4') })),
      ['1.34.4'],
    ],
    [
      'nobody answers, and an older run went further',
      silent(at('1.35.4', { points: [...over('r0', '1.35.4', '1.36.3'), ...over('r1', '1.34.4', '1.35.4')] })),
      ['1.34.4'],
    ],
    [
      'a node that does not answer keeps nothing back',
      silent(at('1.36.3'), { name: 'cp2', role: 'control-plane', points: [], components: [] }),
      ['1.35.4', '1.34.4'],
    ],
  ])('%s', (_what, given, hops) => expect(hopsBack(given)).toEqual(hops));
});

const worker = (version: string | undefined, points: NodeThen['points']): NodeThen => ({
  name: 'w1',
  role: 'worker',
  points,
  ...(version === undefined ? {} : { installed: version }),
  components: [],
});

describe('where workers go at a hop back to 1.35.4', () => {
  it.each<[string, NodeThen, Readonly<Record<string, string>>]>([
    ['it went along: so it does now', worker('1.36.3', over('r1', '1.34.4', '1.35.4', '1.36.3')), {}],
    ['it went at once: at once back', worker('1.36.3', over('r1', '1.34.4', '1.36.3')), { w1: '1.34.4' }],
    [
      'to what it was last',
      worker('1.36.3', [...over('r1', '1.33.1', '1.36.1'), ...over('r2', '1.34.4', '1.36.3')]),
      { w1: '1.34.4' },
    ],
    [
      'it went along in an older run, and at once in the last',
      worker('1.36.3', [...over('r1', '1.34.4', '1.35.4', '1.36.3'), ...over('r2', '1.34.4', '1.36.3')]),
      { w1: '1.34.4' },
    ],
    [
      'it went at once in an older run, and along in the last',
      worker('1.36.3', [...over('r1', '1.34.4', '1.36.3'), ...over('r2', '1.34.4', '1.35.4', '1.36.3')]),
      {},
    ],
    ['it is there', worker('1.35.4', []), {}],
    ['it never left what is below', worker('1.34.4', []), { w1: '1.34.4' }],
    ['it is back already', worker('1.34.4', over('r1', '1.34.4', '1.35.4', '1.36.3')), { w1: '1.34.4' }],
    ['it kept nothing: for the gate to refuse', worker('1.36.3', []), {}],
    ['what it kept does not lead over the hop', worker('1.36.3', over('r1', '1.33.1', '1.34.4')), {}],
    ['it does not answer', worker(undefined, over('r1', '1.34.4', '1.36.3')), {}],
    ['a control plane goes by hops', at('1.36.3', { points: over('r1', '1.34.4', '1.36.3') }), {}],
  ])('%s', (_what, node, further) => expect(goingFurther('1.35.4', [node])).toEqual(further));
});
