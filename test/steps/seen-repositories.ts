import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { source, sourceLine } from './values.ts';

interface Entry {
  readonly file: string;
  readonly minor: string | undefined;
  readonly enabled: boolean;
  readonly legacy: boolean;
}
const entry: Arbitrary<Entry> = fc.record({
  file: fc.constantFrom(
    '/etc/apt/sources.list',
    '/etc/apt/sources.list.d/kubernetes.list',
    '/etc/apt/sources.list.d/k.sources',
  ),
  minor: fc.option(fc.constantFrom('1.34', '1.35', '1.36'), { nil: undefined }),
  enabled: fc.boolean(),
  legacy: fc.boolean(),
});
const oneSource: Arbitrary<readonly Entry[]> = fc
  .constantFrom('1.34', '1.35', '1.36')
  .map((minor) => [{ file: '/etc/apt/sources.list.d/kubernetes.list', minor, enabled: true, legacy: false }]);
const severalSources: Arbitrary<readonly Entry[]> = fc.array(entry, { maxLength: 3 });
/** Apt sources as hosts have them: mostly one of one minor, sometimes a heap of them. */
export const repository = fc.oneof({ weight: 3, arbitrary: oneSource }, severalSources).map((entries) => ({
  files: Object.fromEntries(
    [...Map.groupBy(entries, ({ file }) => file)].map(([file, here]) => [
      file,
      `# kept by hand\n${here.map(({ minor, enabled }) => `${enabled ? '' : '# '}${sourceLine(minor ?? 'x')}`).join('')}`,
    ]),
  ),
  entries: entries.map(({ file, minor, enabled, legacy }, index) =>
    source(minor, { file, enabled, legacy, line: index + 2 }),
  ),
}));
