import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { list, listOf, readRows, rowsOf, text } from '../../src/facts/rows.ts';

const output = (stdout: string) => ({ stdout, stderr: '', code: 0 });
const words = readRows(z.array(z.string()));

describe('rowsOf', () => {
  it('makes one template of rows and their number', () => {
    expect(rowsOf(`[${text('.metadata.name')},${list('.spec.volumes', text('.name'), 'exists . "emptyDir"')}]`)).toBe(
      '--output=go-template={{range .items}}[{{printf "%q" .metadata.name}},' +
        '[{{range .spec.volumes}}{{if exists . "emptyDir"}}{{printf "%q" .name}},{{end}}{{end}}null]]' +
        '{{"\\n"}}{{end}}{{len .items}}{{"\\n"}}',
    );
  });
});

describe('readRows', () => {
  it.each([
    [String.raw`"a\x01b"`, 'a\u0001b'],
    [String.raw`"\a\b\f\n\r\t\v"`, '\u0007\b\f\n\r\t\v'],
    [String.raw`"\\x41 \\a \"quoted\""`, String.raw`\x41 \a "quoted"`],
    [String.raw`"\U000e0001\U0001f600"`, '\u{e0001}\u{1f600}'],
    [String.raw`"\u200b"`, '\u200b'],
  ])('reads what Go wrote as %s', (go, value) => {
    expect(words(output(`[${go}]\n1\n`))).toEqual({ value: [[value]] });
  });

  it('reads no rows', () => expect(words(output('0\n'))).toEqual({ value: [] }));

  it.each(['', '1\n', '["a"]\n', '["a"]\n2\n', '["a"]\n["b"]\n1\n', '["a"]\n%!q(<nil>)\n2\n', '[1]\n1\n'])(
    'does not guess what %j means',
    (stdout) => expect(words(output(stdout))).toHaveProperty('unreadable'),
  );

  it('reads back whatever strings JSON can hold', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string())), (rows) => {
        const stdout = [...rows.map((row) => JSON.stringify(row)), rows.length, ''].join('\n');
        expect(words(output(stdout))).toEqual({ value: rows });
      }),
    );
  });

  it('drops the end mark of a list', () => {
    expect(readRows(listOf(z.string()))(output('["a","b",null]\n[null]\n2\n'))).toEqual({ value: [['a', 'b'], []] });
  });
});
