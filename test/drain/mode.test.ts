import { describe, expect, it } from 'vitest';
import { isSpared, type DrainMode } from '../../src/drain/mode.ts';
import type { NodeObject } from '../../src/facts/nodes.ts';
import { nodeObject } from '../steps/values.ts';

const taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };
const w1 = nodeObject('w1', { kubeletVersion: '1.35.4' });
const control = nodeObject('cp1', { taints: [taint] });

describe('isSpared', () => {
  const cases: readonly (readonly [string, DrainMode | undefined, string, readonly NodeObject[], boolean])[] = [
    ['a minor, nothing said', undefined, '1.36.3', [control], false],
    ['a patch, nothing said', undefined, '1.35.7', [control], false],
    ['a patch, always', 'always', '1.35.7', [control], false],
    ['a patch, minor-only', 'minor-only', '1.35.7', [nodeObject('w2')], true],
    ['a minor, minor-only', 'minor-only', '1.36.3', [], false],
    ['a patch, none', 'none', '1.35.7', [nodeObject('w2')], true],
    ['a minor, none, and another takes pods', 'none', '1.36.3', [control, nodeObject('w2')], false],
    ['none, and nobody else', 'none', '1.36.3', [], true],
    ['none, and the others are tainted', 'none', '1.36.3', [control], true],
    [
      'none, and a taint that only prefers',
      'none',
      '1.36.3',
      [nodeObject('w2', { taints: [{ ...taint, effect: 'PreferNoSchedule' }] })],
      false,
    ],
    [
      'none, and another was given back a moment ago',
      'none',
      '1.36.3',
      [nodeObject('w2', { taints: [{ ...taint, key: 'node.kubernetes.io/unschedulable' }] })],
      false,
    ],
    ['none, and the others are cordoned', 'none', '1.36.3', [nodeObject('w2', { unschedulable: true })], true],
    ['none, and the others are not Ready', 'none', '1.36.3', [nodeObject('w2', { ready: 'Unknown' })], true],
  ];
  it.each(cases)('%s', (_what, mode, version, others, spared) =>
    expect(isSpared(w1, [w1, ...others], { mode, version })).toBe(spared),
  );

  it('drains for a patch too where the host is patched, but where nobody else takes its pods', () => {
    const wish = { mode: 'none', version: '1.35.7', osPatch: true } as const;
    expect(isSpared(w1, [w1, nodeObject('w2')], wish)).toBe(false);
    expect(isSpared(w1, [w1, control], wish)).toBe(true);
  });

  it('drains where no version is known', () => {
    expect(isSpared(w1, [w1, nodeObject('w2')], { mode: 'minor-only' })).toBe(false);
  });
});
