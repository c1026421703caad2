import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runScript, whole } from '../scripts/command-line.ts';
import { compare, standingsText } from './measure.ts';

const usage = `How long nodeops takes to say its version, against Node doing nothing.

  npm run -s bench:start
  npm run -s bench:start -- --rounds 50
`;

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

await runScript(async () => {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '20' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const rounds = whole('rounds', values.rounds, 1);
  execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
  const standings = await compare(
    [
      { name: 'nodeops --version', command: { argv: [process.execPath, program, '--version'] } },
      { name: 'node -e 0', command: { argv: [process.execPath, '-e', '0'] } },
      { name: 'nodeops --help', command: { argv: [process.execPath, program, '--help'] } },
    ],
    rounds,
    () => undefined,
  );
  process.stdout.write(`medians of ${rounds} rounds\n\n${standingsText(standings)}`);
  return 0;
});
