import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunControls } from '../../../src/adapters/files/run-controls.ts';
import type { RunControl } from '../../../src/model/run-control.ts';

let state: string;
const file = (): string => join(state, 'runs/r1/control.jsonl');
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'nodeops-controls-'));
  mkdirSync(join(state, 'runs/r1'), { recursive: true });
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const pause: RunControl = {
  act: 'pause',
  at: 1,
  by: 'ana@bastion',
  reason: 'slow\nstorage',
  scope: { kind: 'wave', wave: 'prod' },
};
const stop: RunControl = { act: 'stop', at: 2, by: 'ben@vm', scope: { kind: 'clusters', clusters: ['paris'] } };

describe('what is asked of a run', () => {
  it('is read by another process, oldest first, and as soon as there is more', async () => {
    const [asker, runner] = [createRunControls(state), createRunControls(state)];
    expect(runner.of('r1')).toEqual([]);
    await asker.ask('r1', pause);
    expect(runner.of('r1')).toEqual([pause]);
    await asker.ask('r1', stop);
    expect(runner.of('r1')).toEqual([pause, stop]);
    expect(runner.of('r1')).toBe(runner.of('r1'));
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('counts once its line has an end', async () => {
    const runner = createRunControls(state);
    await runner.ask('r1', pause);
    appendFileSync(file(), JSON.stringify(stop));
    expect(runner.of('r1')).toEqual([pause]);
    appendFileSync(file(), '\n');
    expect(runner.of('r1')).toEqual([pause, stop]);
  });

  it.each(['{', '{"act":"faster","at":1,"by":"x","scope":{"kind":"all"}}'])(
    'that nobody can read pauses the run: %s',
    (line) => {
      appendFileSync(file(), `${line}\n`);
      expect(createRunControls(state).of('r1')).toEqual([
        {
          act: 'pause',
          at: 0,
          by: 'nobody knows whom',
          reason: `${file()}:1 cannot be read`,
          scope: { kind: 'all' },
        },
      ]);
    },
  );

  it('is refused where there is no such run', async () => {
    await expect(createRunControls(state).ask('r2', pause)).rejects.toThrow(/ENOENT/);
  });
});
