import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

interface Part {
  readonly name: string;
  readonly argv: readonly string[];
  /** Its tests are counted. */
  readonly suite?: boolean;
}

const bin = (name: string): string => `node_modules/.bin/${name}`;
const vitest = (...args: readonly string[]): readonly string[] => [bin('vitest'), 'run', ...args];

/** Everything that must hold before a change lands, the quick parts first. */
const parts: readonly Part[] = [
  { name: 'formatting', argv: [bin('prettier'), '--check', '--log-level=warn', '.'] },
  { name: 'lint', argv: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'types', argv: [bin('tsc'), '--noEmit'] },
  { name: 'build', argv: [process.execPath, 'scripts/build.ts'] },
  { name: 'unit tests', argv: vitest('--coverage'), suite: true },
  { name: 'SSH suite', argv: vitest('--config', 'test/ssh/vitest.config.ts'), suite: true },
  { name: 'cluster suite', argv: vitest('--config', 'test/cluster/vitest.config.ts'), suite: true },
  { name: 'faults subset', argv: vitest('--config', 'test/cluster/faults/vitest.config.ts', 'subset'), suite: true },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'nodeops-check-'));

const reported = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), success: z.boolean() });

interface Counted {
  readonly passed: number;
  readonly failed: number;
}

/** What vitest counted; a suite that left no report has failed as a whole. */
const countOf = (report: string): Counted => {
  try {
    const counts = reported.parse(JSON.parse(readFileSync(report, 'utf8')));
    return { passed: counts.numPassedTests, failed: Math.max(counts.numFailedTests, counts.success ? 0 : 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const run = ({ name, argv, suite = false }: Part): Counted & { readonly line: string } => {
  const [program = '', ...args] = argv;
  const report = join(reports, `${name.replaceAll(' ', '-')}.json`);
  const reporters = suite ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  say(`== ${name}`);
  const begun = Date.now();
  const { status } = spawnSync(program, [...args, ...reporters], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const seconds = Math.round((Date.now() - begun) / 1000);
  const counted = suite ? countOf(report) : { passed: 0, failed: 0 };
  const failed = status === 0 ? counted.failed : Math.max(1, counted.failed);
  return {
    passed: counted.passed,
    failed,
    line: `${failed === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(16)} ${String(seconds).padStart(5)} s`,
  };
};

const results = parts.map(run);
rmSync(reports, { recursive: true, force: true });
say('');
for (const { line } of results) say(line);
const sum = (key: 'passed' | 'failed') => results.reduce((total, result) => total + result[key], 0);
say(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
