import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { buildWhenStale, program } from './build.ts';

buildWhenStale();

// npm changes to the package's directory; files are named relative to where the operator stands.
const running = spawn(process.execPath, [program, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
});
// A terminal sends its signals to both; the program decides what they mean, this one only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
running.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
