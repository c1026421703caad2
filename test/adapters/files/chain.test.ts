import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { entriesOf, headerLink, headerOf, nextLink, sealLink, verifyChain } from '../../../src/adapters/files/chain.ts';
import type { ChainReport } from '../../../src/adapters/files/chain.ts';

const sealed = (entries: readonly object[]): string => {
  const links = [headerLink({ run: 'r1', cluster: 'paris' })];
  for (const entry of entries) links.push(nextLink(links.at(-1) ?? headerLink({}), entry));
  return [...links, sealLink(links.at(-1) ?? headerLink({}))].map(({ line }) => line).join('');
};

const brokenAt = (report: ChainReport): number | undefined => (report.kind === 'broken' ? report.line : undefined);

const entries = fc.array(fc.record({ at: fc.nat(), type: fc.string(), text: fc.string({ unit: 'grapheme' }) }), {
  maxLength: 8,
});

it('a journal as written is in order', () =>
  fc.assert(
    fc.property(entries, (list) => {
      expect(verifyChain(sealed(list))).toEqual({ kind: 'ok', entries: list.length, sealed: true });
    }),
  ));

it('a journal cut off inside a line is torn there; cut between lines, its seal is missing', () =>
  fc.assert(
    fc.property(entries, fc.nat(), (list, seed) => {
      const whole = sealed(list);
      const cut = whole.slice(0, 1 + (seed % (whole.length - 1)));
      const lines = cut.split('\n').length;
      const report = verifyChain(cut);
      const untorn = { kind: 'ok', entries: lines - 2, sealed: false };
      const torn = {
        kind: 'torn',
        line: lines,
        wholeBytes: Buffer.byteLength(cut.slice(0, cut.lastIndexOf('\n') + 1)),
      };
      expect(report).toMatchObject(cut.endsWith('\n') ? untorn : torn);
    }),
  ));

it('what is torn is in order again once it ends with the last whole line', () =>
  fc.assert(
    fc.property(entries, fc.nat(), (list, seed) => {
      const whole = Buffer.from(sealed(list));
      const first = whole.indexOf('\n') + 1;
      const cut = whole.subarray(0, first + (seed % (whole.length - first)));
      const report = verifyChain(cut.toString());
      if (report.kind !== 'torn') return;
      const mended = cut.subarray(0, report.wholeBytes).toString();
      expect(verifyChain(mended)).toEqual({ kind: 'ok', entries: report.entries, sealed: false });
      expect(entriesOf(mended)).toHaveLength(report.entries);
    }),
  ));

it('gives back what was written', () =>
  fc.assert(
    fc.property(entries, (list) => {
      expect(entriesOf(sealed(list))).toMatchObject(list);
      expect(headerOf(sealed(list))).toEqual({ format: 1, seq: 0, run: 'r1', cluster: 'paris' });
    }),
  ));

it('a changed character is found, in its line or the next', () =>
  fc.assert(
    fc.property(entries, fc.nat(), fc.constantFrom('x', '7', ' ', '"', '}'), (list, seed, character) => {
      const whole = sealed(list);
      const at = seed % (whole.length - 1);
      fc.pre(whole[at] !== character && whole[at] !== '\n');
      const line = whole.slice(0, at).split('\n').length;
      const report = verifyChain(whole.slice(0, at) + character + whole.slice(at + 1));
      expect([line, line + 1]).toContain(brokenAt(report));
    }),
  ));

it('a line left out, doubled or swapped is found', () =>
  fc.assert(
    fc.property(entries, fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (list, seed, how) => {
      const lines = sealed(list).trimEnd().split('\n');
      const at = seed % (lines.length - 1);
      const [one = '', two = ''] = lines.slice(at, at + 2);
      const changed = { drop: [two], double: [one, one, two], swap: [two, one] }[how];
      const report = verifyChain(`${[...lines.slice(0, at), ...changed, ...lines.slice(at + 2)].join('\n')}\n`);
      expect([at + 1, at + 2]).toContain(brokenAt(report));
    }),
  ));

it('says what is wrong', () => {
  expect(verifyChain('')).toEqual({ kind: 'torn', entries: 0, wholeBytes: 0, line: 1 });
  expect(verifyChain('{"format":2,"seq":0}\n')).toEqual({
    kind: 'broken',
    line: 1,
    problem: 'has format 2, known is 1',
  });
  expect(verifyChain('{"format":1,"seq":0}\n{"seq":1')).toEqual({ kind: 'torn', entries: 0, wholeBytes: 21, line: 2 });
  expect(verifyChain(`${sealed([])}{`)).toEqual({ kind: 'broken', line: 3, problem: 'comes after the seal' });
  expect(headerOf('')).toEqual({});
});
