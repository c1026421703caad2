import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The built program. */
export const program = `${root}dist/main.js`;

/**
 * Compiles src/ to dist/ anew: what was deleted in src does not live on. A dist/ that somebody runs from meanwhile is
 * there until the new one is whole. The compiler's words go to stderr.
 */
export const build = (): void => {
  const fresh = mkdtempSync(`${root}node_modules/.dist-`);
  const old = `${fresh}-old`;
  try {
    const argv = ['--project', `${root}tsconfig.build.json`, '--outDir', fresh];
    execFileSync(`${root}node_modules/.bin/tsc`, argv, { stdio: ['ignore', process.stderr, 'inherit'] });
    chmodSync(`${fresh}/main.js`, 0o755);
    chmodSync(fresh, 0o755);
    if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
    renameSync(fresh, `${root}dist`);
  } finally {
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  }
};

/** Builds when a source file is newer than what was built from it. */
export const buildWhenStale = (): void => {
  const then = existsSync(program) ? statSync(program).mtimeMs : 0;
  const sources = [...globSync('src/**/*.ts', { cwd: root }), 'package.json', 'tsconfig.build.json'];
  if (sources.some((file) => statSync(`${root}${file}`).mtimeMs > then)) build();
};

if (import.meta.main) build();
