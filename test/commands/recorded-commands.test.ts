import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { detached } from '../../src/commands/build.ts';
import { startDetached, type DetachedUnit } from '../../src/commands/systemd-run.ts';
import type { Parsed } from '../../src/facts/fact.ts';
import { recordedCommands, type RecordedCommand } from '../../src/facts/recorded-commands.ts';
import { Sandbox } from './sandbox.ts';

/** Asks the fact of a node whose `/var/lib/nodeops` is the sandbox's. */
const ask = async (sandbox: Sandbox): Promise<Parsed<readonly RecordedCommand[]>> => {
  if (recordedCommands.source.kind !== 'command') throw new Error('it is read by a command');
  const { stdout, stderr, code } = await sandbox.run(recordedCommands.source.command({ node: 'w1', apiServer: '' }));
  return recordedCommands.source.parse({ stdout, stderr, code: code ?? -1 });
};

const leave = (sandbox: Sandbox, unit: string, files: Readonly<Record<string, string>>): void => {
  mkdirSync(sandbox.path('nodeops', unit), { recursive: true });
  for (const [name, text] of Object.entries(files)) sandbox.write(`nodeops/${unit}/${name}`, text);
};

const started = expect.any(Number);

it('nothing was ever run', async () => expect(await ask(new Sandbox())).toEqual({ value: [] }));

it('what a command of ours leaves is read back, with the version that it was for', async () => {
  const sandbox = new Sandbox();
  sandbox.program('systemd-run', 'for word; do :; done; "$word"; exit 0');
  const unit: DetachedUnit = { run: 'r1', name: 'upgrade-node-ab-1-1', version: '1.36.3' };
  await sandbox.run(startDetached(unit, detached(['sh', '-c', 'exit 3'])));
  expect(await ask(sandbox)).toEqual({
    value: [
      {
        run: 'r1',
        unit: 'upgrade-node-ab-1-1',
        exit: 3,
        startedAt: started,
        finishedAt: started,
        version: '1.36.3',
        running: false,
        line: "sh -c 'exit 3'",
      },
    ],
  });
});

it.each([
  ['it runs', 'echo active', { started: '1000\n' }, { running: true }],
  ['it was killed', 'echo inactive; exit 3', { started: '1000\n' }, { running: false }],
  [
    'the node was restarted while it ran; systemd is not asked',
    'echo active',
    { started: '1000\n', boot: 'an-earlier-boot 1\n' },
    { running: false, rebooted: true },
  ],
  [
    'it ended, in an earlier boot',
    'echo inactive; exit 3',
    { started: '1000\n', boot: 'an-earlier-boot 1\n', exit: '0\n', finished: '1500\n' },
    { running: false, exit: 0, finishedAt: 1500 },
  ],
])('%s', async (_what, systemctl, files, seen) => {
  const sandbox = new Sandbox();
  sandbox.program('systemctl', systemctl);
  leave(sandbox, 'r1/drain-node-ab-1-1', { ...files, line: 'kubectl drain w1' });
  expect(await ask(sandbox)).toEqual({
    value: [{ run: 'r1', unit: 'drain-node-ab-1-1', startedAt: 1000, line: 'kubectl drain w1', ...seen }],
  });
});
