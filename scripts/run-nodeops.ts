import { execFileSync, spawn } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = `${root}/dist/main.js`;

/** Whether a source file is newer than what was built from it. */
const isStale = (): boolean => {
  if (!existsSync(built)) return true;
  const then = statSync(built).mtimeMs;
  const sources = [...globSync('src/**/*.ts', { cwd: root }), 'package.json', 'tsconfig.build.json'];
  return sources.some((file) => statSync(`${root}/${file}`).mtimeMs > then);
};

if (isStale())
  execFileSync(process.execPath, [`${root}/scripts/build.ts`], { stdio: ['ignore', process.stderr, 'inherit'] });

// npm changes to the package's directory; files are named relative to where the operator stands.
const program = spawn(process.execPath, [built, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
});
// A terminal sends its signals to both; the program decides what they mean, this one only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
program.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
