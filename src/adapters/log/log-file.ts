import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { destination, pino } from 'pino';
import type { Level } from 'pino';
import type { Event } from '../../model/event.ts';
import { succeeded } from '../../model/exit.ts';

/** Takes the colours out of every text in a value; kubeadm colours its output. */
const withoutColours = (value: unknown): unknown => {
  if (typeof value === 'string') return stripVTControlCharacters(value);
  if (Array.isArray(value)) return value.map(withoutColours);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutColours(inner)]));
};

const levelOf = (event: Event): Level => {
  if (event.type === 'lock-lost') return 'error';
  if (event.type === 'step-failed' || (event.type === 'run-finished' && event.outcome === 'failed')) return 'error';
  if (event.type === 'probe-changed' || event.type === 'run-paused') return 'warn';
  if (event.type === 'command-finished' && !succeeded(event.exit)) return 'warn';
  return event.type === 'command-output' ? 'debug' : 'info';
};

export interface LogFile {
  write(event: Event): void;
  /** Resolves when the file is closed, all lines in it. */
  end(): Promise<void>;
}

/**
 * Opens a log for appending; file 0600, its directory 0700. Each event is handed to the system before `write`
 * returns, so that the log of a killed run is whole. `onProblem` hears of a disk that refuses; the run goes on.
 */
export const openLogFile = (path: string, onProblem: (error: Error) => void): LogFile => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = destination({ dest: path, sync: true, append: true, mode: 0o600 });
  file.on('error', onProblem);
  const log = pino(
    { base: null, timestamp: false, level: 'trace', formatters: { level: (level) => ({ level }) } },
    file,
  );
  return {
    write: (event) => {
      const { at, ...rest } = event;
      log[levelOf(event)](withoutColours({ time: new Date(at).toISOString(), ...rest }));
    },
    end: () =>
      new Promise((resolve) => {
        file.once('close', resolve);
        file.once('error', () => resolve());
        file.end();
      }),
  };
};
