import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The built program. */
export const program = `${root}dist/main.js`;

/** Compiles src/ to dist/ anew: what was deleted in src does not live on. The compiler's words go to stderr. */
export const build = (): void => {
  rmSync(`${root}dist`, { recursive: true, force: true });
  execFileSync(`${root}node_modules/.bin/tsc`, ['--project', `${root}tsconfig.build.json`], {
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  chmodSync(program, 0o755);
};

/** Builds when a source file is newer than what was built from it. */
export const buildWhenStale = (): void => {
  const then = existsSync(program) ? statSync(program).mtimeMs : 0;
  const sources = [...globSync('src/**/*.ts', { cwd: root }), 'package.json', 'tsconfig.build.json'];
  if (sources.some((file) => statSync(`${root}${file}`).mtimeMs > then)) build();
};

if (import.meta.main) build();
