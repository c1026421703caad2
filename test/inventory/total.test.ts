import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { InvalidInput, UsageError } from '../../src/model/errors.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { head, oneNode, read } from './read.ts';

/** The law: clusters, or InvalidInput with places inside the file; never anything else. */
const isTotal = (text: string): void => {
  try {
    expect(read(text).clusters.length).toBeGreaterThan(0);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const lines = text.split(/\r\n|\n/).length;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { line, column } of error.problems) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThanOrEqual(1);
    }
  }
};

const names = [
  'apiVersion kind defaults clusters nodes name host role ssh jump user port password env prompt become cni addons',
  'manifest command check health labels version window workers maxUnavailable identityFile',
  'environments regions limits perLabel count labels environment region waves selector',
  '__proto__ constructor toString',
];
const keys = fc.constantFrom('', ...names.join(' ').split(' '));

const { value: data } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, 0, 22, 1.36, 'worker', 'control-plane', '1.36.3', '${X}', '~', 'nodeops/v1', 'none'),
    fc.constantFrom('{{ index }}', 'a-{{ index }}', '{{ x }}', 'environment', 'constructor'),
    fc.string(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs)),
  ),
}));

// prettier-ignore
const fragments = [
  'nodes:', 'name: a', 'ssh:', '- ', '  ', '\n', '\t', '{', '}', '[', ']', ': ', '&a ', '*a ', '!!set ', '<<: ', '"', "'",
  '|\n', '>-\n', '---\n', '...\n', '%YAML 1.1\n', '? ', '#', '!x ', '@', '\r\n', '\u0000', '\uFEFF',
];

const whole = `${head}clusters:\n  - name: a\n    ssh: { jump: "u@j:1" }\n    ${oneNode}`;

const counted = `${head}environments: { lab: {} }
limits: { perLabel: { environment: 2 } }
clusters:
  - name: a-{{ index }}
    count: 3
    labels: { environment: lab }
    nodes: [{ name: cp1, host: 'h{{ index }}', role: control-plane }]
`;

const texts: readonly (readonly [string, fc.Arbitrary<string>])[] = [
  ['any text', fc.string({ unit: 'binary' })],
  ['pieces of YAML', fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join(''))],
  ['any data', data.map((value) => stringify(value))],
  [
    'any value of a known key',
    fc.tuple(keys, data).map(([key, value]) => head + oneNode + stringify({ [key]: value })),
  ],
  [
    'an inventory with a piece cut out',
    fc.tuple(fc.nat(whole.length), fc.nat(12)).map(([from, size]) => whole.slice(0, from) + whole.slice(from + size)),
  ],
  [
    'one with layers and a count with a piece cut out',
    fc
      .tuple(fc.nat(counted.length), fc.nat(12))
      .map(([from, size]) => counted.slice(0, from) + counted.slice(from + size)),
  ],
];

it.each(texts)('loading is total: %s', { timeout: 60_000 }, (_what, text) => {
  const law = (): void => fc.assert(fc.property(text, isTotal), { numRuns: 400 });
  expect(law).not.toThrow();
});

const readFile = (path: string): string => (path === '/repo/prod.yaml' ? head + oneNode : '');

describe('loadInventory', () => {
  const sources = { file: 'prod.yaml', env: { USER: 'me' }, home: '/home/me', cwd: '/repo' };

  it('reads the file beside the given directory', () => {
    expect(loadInventory({ ...sources, readFile }).clusters).toHaveLength(1);
  });

  it.each([
    ['ENOENT', 'does not exist'],
    ['EISDIR', 'is a directory'],
    ['EACCES', 'may not be read by you'],
    ['EIO', 'cannot be read (EIO)'],
  ])('says what to do when the file cannot be read: %s', (code, why) => {
    const failing = (): string => {
      throw Object.assign(new Error(code), { code });
    };
    expect(() => loadInventory({ ...sources, readFile: failing })).toThrow(
      new UsageError(
        `the inventory prod.yaml ${why}\n    name another with --inventory FILE, or begin with the example in docs/inventory.md`,
      ),
    );
  });
});
