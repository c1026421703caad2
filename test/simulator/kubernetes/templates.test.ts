import { describe, expect, it } from 'vitest';
import { goQuote } from '../../../src/simulator/tools/kubernetes/go-quote.ts';
import { goTemplate } from '../../../src/simulator/tools/kubernetes/go-template.ts';
import { jsonPath } from '../../../src/simulator/tools/kubernetes/json-path.ts';

const data = {
  items: [
    { metadata: { name: 'a', labels: { 'x/y': 'z' } }, spec: { taints: [{ key: 'k' }] }, n: 0, on: true },
    { metadata: { name: 'b' }, spec: {}, n: 3, on: false },
  ],
};

describe('Go templates', () => {
  it.each([
    ['plain', 'plain'],
    ['{{len .items}}{{"\\n"}}', '2\n'],
    ['{{range .items}}{{.metadata.name}},{{end}}', 'a,b,'],
    ['{{range .items}}[{{range .spec.taints}}{{.key}}{{else}}none{{end}}]{{end}}', '[k][none]'],
    ['{{range .items}}{{with .n}}{{.}}{{else}}zero{{end}};{{end}}', 'zero;3;'],
    ['{{range .items}}{{if eq .metadata.name "a"}}A{{else if .on}}?{{else}}-{{end}}{{end}}', 'A-'],
    [
      '{{range .items}}{{if exists .metadata "labels" "x/y"}}{{index .metadata.labels "x/y"}}{{else}}null{{end}} {{end}}',
      'z null ',
    ],
    ['{{range .items}}{{if and .on (eq .n 0)}}yes{{else}}no{{end}}{{end}}', 'yesno'],
    ['{{range .items}}{{if or .on (not .n)}}yes{{else}}no{{end}}{{end}}', 'yesno'],
    ['{{printf "%q %d %s" "a\\"b" 3 "c"}}', String.raw`"a\"b" 3 c`],
  ])('%s', (template, printed) => {
    expect(goTemplate(template)(data)).toBe(printed);
  });

  it('prints what is missing as Go does', () => {
    expect(goTemplate('{{.nothing}} {{printf "%q" .nothing}}')(data)).toBe('<no value> %!q(<nil>)');
  });

  it.each([
    '{{(index .items 1).missing}}',
    '{{.a.b}}',
    '{{index .a "b"}}',
    '{{nosuch .items}}',
    '{{$x := 1}}',
    '{{- .items}}',
    '{{range .items}}',
  ])('what would fail, or is not modelled, is a gap: %s', (template) =>
    expect(() => goTemplate(template)({})).toThrow(/./),
  );

  it.each([
    ['', '""'],
    [
      'odd\nimage"\u0007\u0001\v ☃ 😀 \u{e0001} with spaces <&>',
      String.raw`"odd\nimage\"\a\x01\v ☃ 😀 \U000e0001 with spaces <&>"`,
    ],
    ['a\\b\t\r', String.raw`"a\\b\t\r"`],
  ])('%%q of %j', (text, quoted) => expect(goQuote(text)).toBe(quoted));
});

describe('JSONPath', () => {
  it.each([
    ['{.items[0].metadata.name}', 'a'],
    ['{.items[*].metadata.name}', 'a b'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.n}{"\\n"}{end}{"end\\n"}', 'a\t0\nb\t3\nend\n'],
    ['{.items[0].metadata.labels}', '{"x/y":"z"}'],
    ["{.items[0].metadata.labels['x/y']}", 'z'],
    ['{.items[?(@.metadata.name=="b")].n}', '3'],
    ['{.items[?(@.on==true)].metadata.name}', 'a'],
    ['{.items[?(@.spec.taints)].metadata.name}', 'a'],
    ['{..name}', 'a b'],
    [String.raw`{.items[0].metadata.labels.x/y}`, 'z'],
    ['{.nothing.more}', ''],
    ['x{.items[-1].metadata.name}', 'xb'],
  ])('%s', (path, printed) => expect(jsonPath(path)(data)).toBe(printed));

  it.each(['{..[0]}', '{.items[0:2]}', '{range .items}'])('what is not modelled is a gap: %s', (path) => {
    expect(() => jsonPath(path)).toThrow('jsonpath');
  });
});
