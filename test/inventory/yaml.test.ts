import { describe, expect, it } from 'vitest';
import { head, oneNode, read, refusal } from './read.ts';

const example = '\n    begin with `apiVersion: nodeops/v1` and `kind: Inventory`; docs/inventory.md has an example';

const broken = [
  ['an empty file', '', `inv.yaml:1:1: the inventory is empty${example}`],
  ['comments only', '# later\n', `inv.yaml:1:1: the inventory is empty${example}`],
  ['a list at the top', '- a\n', `inv.yaml:1:1: expected a map at the top${example}`],
  ['text', 'hello\n', `inv.yaml:1:1: expected a map at the top${example}`],
  [
    'a tab',
    `${head}nodes:\n\t- name: a\n`,
    'inv.yaml:4:1: a tab is used as indentation\n    YAML is indented with spaces',
  ],
  [
    'several documents',
    `${head}${oneNode}---\n${head}`,
    'inv.yaml:4:1: a second YAML document begins here\n    the file is one document: remove `---`',
  ],
  [
    'a bracket left open',
    `${head}nodes: [{ name: a\n`,
    'inv.yaml:4:1: not valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
  ],
  [
    'a colon in plain text',
    `${head}name: a: b\n`,
    'inv.yaml:3:7: a map may not begin in the middle of a line\n    put text that holds `: ` in quotes',
  ],
  [
    'a tag',
    `${head}name: !env X\n`,
    'inv.yaml:3:7: YAML tags (`!name`) are not supported\n    quote text that begins with `!`',
  ],
  [
    'a reserved character',
    `${head}name: @x\n`,
    'inv.yaml:3:7: plain text may not begin with this character\n    put the text in quotes',
  ],
  [
    'an alias without an anchor',
    `${head}name: *x\n`,
    'inv.yaml:3:7: this YAML alias has no anchor before it, or stands inside its own anchor\n' +
      '    quote text that begins with `*`',
  ],
  [
    'an alias inside its own anchor',
    `${head}ssh: { jump: &j { host: b, jump: *j } }\n`,
    'inv.yaml:3:34: this YAML alias has no anchor before it, or stands inside its own anchor\n' +
      '    quote text that begins with `*`',
  ],
  ['a list as key', `${head}[a]: b\n`, 'inv.yaml:3:1: a key has to be text'],
] as const;

describe('what is not YAML', () => {
  it.each(broken)('%s', (_what, text, message) => expect(refusal(text)).toBe(message));

  it('is told apart from what is wrong in it: a repeated key does not hide the rest', () => {
    expect(refusal(`${head}name: a\nname: B\n${oneNode}`)).toBe(
      'inv.yaml:4:1: this key is already used in the same map\n    keep one of the two\n' +
        'inv.yaml:4:7: name: expected a name of lower-case letters, digits, - and . (RFC 1123), found "B"\n' +
        '    write b',
    );
  });

  it('never shows the text of the file, which may be a password', () => {
    for (const written of ['*hunter2', '"x" hunter2', '!hunter2 x', '[hunter2', '} hunter2', '"\\hunter2"']) {
      expect(refusal(`${head}ssh: { password: ${written} }\n`)).not.toContain('hunter2');
    }
  });

  it('is bounded: aliases of aliases are not expanded without end', () => {
    const lines = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`);
    expect(refusal(`a0: &a0 [x]\n${lines.join('\n')}\n`)).toBe(
      'inv.yaml:1:1: the YAML anchors and aliases of this file cannot be resolved',
    );
  });

  it('is bounded: brackets without end', () => {
    expect(refusal('['.repeat(20_000))).toMatch(/^inv\.yaml:1:\d+: nested too deeply to read$/);
  });
});

describe('what is YAML', () => {
  it('keeps the digits of a version', () => {
    expect(refusal(`${head}version: 1.30\n${oneNode}`)).toContain('found "1.30"');
  });

  it('may use anchors', () => {
    const text = `${head}name: &n prod\nlabels: { site: *n }\n${oneNode}`;
    expect(read(text).clusters[0]?.labels).toEqual({ site: 'prod' });
  });

  it('may have Windows line ends and a byte order mark', () => {
    expect(read(`\uFEFF${head}${oneNode}`.replaceAll('\n', '\r\n')).clusters).toHaveLength(1);
  });
});
