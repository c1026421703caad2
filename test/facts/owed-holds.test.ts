import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { owedHolds } from '../../src/facts/owed-holds.ts';

const parse = (stdout: string, code = 0) =>
  owedHolds.source.kind === 'command' ? owedHolds.source.parse({ stdout, stderr: '', code }) : undefined;

it.each([
  ['nothing is owed', '', { value: [] }],
  ['two packages', 'kubeadm\nkubernetes-cni\n', { value: ['kubeadm', 'kubernetes-cni'] }],
  ['something else', 'kubeadm; rm -rf /\n', { unreadable: 'kubeadm; rm -rf /\n' }],
])('%s', (_what, stdout, parsed) => expect(parse(stdout)).toEqual(parsed));

it('never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(255), (stdout, code) => {
      expect(parse(stdout, code)).toBeDefined();
    }),
  );
});
