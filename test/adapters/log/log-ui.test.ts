import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { everyUi } from '../../../src/adapters/log/every-ui.ts';
import { createLogUi } from '../../../src/adapters/log/log-ui.ts';
import type { Ui } from '../../../src/ports/ui.ts';
import { drainFailure, runEvents, upgradePlan } from '../../report/fixtures.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nodeops-log-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const pathOf = (cluster: string): string => join(directory, 'clusters', cluster, 'log');
const play = async (ui: Ui): Promise<void> => {
  ui.begin(upgradePlan());
  for (const event of runEvents(upgradePlan(), drainFailure())) ui.event(event);
  await ui.end();
};

it('keeps every event, command output included, without colours', async () => {
  const onProblem = vi.fn<(path: string, error: Error) => void>();
  await play(await createLogUi({ pathOf, onProblem }));
  const text = await readFile(pathOf('paris'), 'utf8');
  const lines: { type: string; time: string; level: string }[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type }) => type)).toEqual(runEvents(upgradePlan(), drainFailure()).map(({ type }) => type));
  expect(lines[0]).toMatchObject({
    level: 'info',
    time: '2026-11-21T02:00:00.000Z',
    cluster: 'paris',
    run: '20261121T020000Z-1f',
  });
  expect(lines.find(({ type }) => type === 'step-failed')).toMatchObject({ level: 'error' });
  expect(text).toContain('"[upgrade/staticpods] Waiting for the kubelet to restart the component"');
  expect(text).not.toContain('\\u001b');
  expect((await stat(pathOf('paris'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, 'clusters/paris'))).mode & 0o777).toBe(0o700);
  expect(onProblem).not.toHaveBeenCalled();
});

it('a lock that was lost is an error', async () => {
  const ui = await createLogUi({ pathOf, onProblem: vi.fn<(path: string, error: Error) => void>() });
  ui.begin(upgradePlan());
  ui.event({ at: 0, cluster: 'paris', type: 'lock-lost', epoch: 8, why: 'eve owns it' });
  await ui.end();
  expect(JSON.parse(await readFile(pathOf('paris'), 'utf8'))).toMatchObject({ level: 'error', why: 'eve owns it' });
});

it('a log that cannot be opened is told once and ends nothing', async () => {
  await writeFile(join(directory, 'clusters'), '');
  const onProblem = vi.fn<(path: string, error: Error) => void>();
  await play(await createLogUi({ pathOf, onProblem }));
  expect(onProblem).toHaveBeenCalledTimes(1);
  expect(onProblem.mock.calls[0]?.[0]).toBe(pathOf('paris'));
});

it('several listeners hear the same, and each is ended', async () => {
  const heard: string[] = [];
  const listener = (name: string, end: () => Promise<void>): Ui => ({
    begin: ({ cluster }) => void heard.push(`${name} begin ${cluster}`),
    event: ({ type }) => void heard.push(`${name} ${type}`),
    notice: (text) => void heard.push(`${name} notice ${text}`),
    end,
  });
  const ended = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const ui = everyUi(
    listener('a', () => Promise.reject(new Error('a is gone'))),
    listener('b', ended),
  );
  ui.begin(upgradePlan());
  ui.event({ at: 1, cluster: 'paris', type: 'phase-started', phase: 'x' });
  await expect(ui.end()).rejects.toThrow('a is gone');
  expect(heard).toEqual(['a begin paris', 'b begin paris', 'a phase-started', 'b phase-started']);
  expect(ended).toHaveBeenCalledTimes(1);
});
