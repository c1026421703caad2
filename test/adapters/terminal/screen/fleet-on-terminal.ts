import { createFleetUi } from '../../../../src/adapters/terminal/fleet/fleet-ui.ts';
import { SharedTerminal } from '../../../../src/adapters/terminal/screen/shared-terminal.ts';
import { createTerminalPrompt } from '../../../../src/adapters/terminal-prompt.ts';
import { Interrupts } from '../../../../src/adapters/interrupts.ts';
import { formatDuration } from '../../../../src/report/duration.ts';
import { noPaint } from '../../../../src/report/paint.ts';

/**
 * A view of three clusters on this process's own terminal, for whoever holds its other end. SIGUSR1 asks a question,
 * SIGUSR2 ends it; `stops`: so does Ctrl-C; `unheeded`: nobody listens for signals.
 */
const { stdin, stdout, stderr } = process;
const terminal = new SharedTerminal();
const prompt = terminal.asking(createTerminalPrompt());
const interrupts = new Interrupts();
const ui = createFleetUi({
  stdin,
  stdout,
  stderr,
  terminal,
  look: { paint: noPaint, duration: formatDuration },
  now: () => Date.now(),
  run: 'r1',
  outline: {
    waves: [
      { name: 'dev', members: [{ cluster: 'paris', state: 'waiting' }] },
      {
        name: 'prod',
        members: [
          { cluster: 'oslo', state: 'waiting' },
          { cluster: 'rome', state: 'waiting' },
        ],
      },
    ],
    current: 0,
  },
});
if (process.argv[2] !== 'unheeded') interrupts.begin((text) => ui.notice(text));
ui.member?.('paris', 'looking');

const ended = Promise.withResolvers<void>();
process.on('SIGUSR1', () => {
  stderr.write('written by somebody else\n');
  void prompt.confirm('Begin the wave prod?').then((yes) => ui.notice(`answered ${yes}`));
});
process.on('SIGUSR2', ended.resolve);
const alive = setInterval(() => {
  if (interrupts.stopping() && process.argv[2] === 'stops') ended.resolve();
}, 20);
await ended.promise;
clearInterval(alive);
ui.member?.('paris', 'done');
await ui.end();
stdout.write('back on the ordinary screen\n');
