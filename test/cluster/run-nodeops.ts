import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { program } from '../../scripts/build.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program under way. */
export interface Running {
  /** Resolves as soon as both streams together have printed something like it. @throws Error when it ends before that. */
  readonly printed: (pattern: RegExp) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** `code` is 128 + number for a signal, as a shell has it. */
  readonly ended: Promise<Ended>;
}

export interface OperatorMachine {
  /** Runs, artifacts and logs of what was run here. */
  readonly state: string;
  /** Runs the built program as an operator without a terminal would. */
  readonly nodeops: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>;
  /** The same, left to itself: what it prints is looked at as it comes. */
  readonly begin: (args: readonly string[]) => Running;
  /** Killed with SIGKILL as soon as it has printed `words`; returns what it had printed. */
  readonly killedAt: (words: string, args: readonly string[]) => Promise<string>;
  readonly dispose: () => void;
}

const begin = (args: readonly string[], env: Readonly<Record<string, string>>): Running => {
  const running = execa(process.execPath, [program, ...args], { reject: false, stdin: 'ignore', all: true, env });
  let printed = '';
  const waiting = new Set<() => void>();
  const look = (): void => waiting.forEach((wake) => wake());
  running.all.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    look();
  });
  const ended = running.then(({ exitCode, signal, stdout, stderr }): Ended => {
    const code = exitCode ?? (signal === undefined ? -1 : 128 + constants.signals[signal]);
    return { code, stdout, stderr };
  });
  return {
    ended,
    kill: (signal) => void running.kill(signal),
    printed: async (pattern) => {
      const found = new Promise<true>((resolve) => {
        const wake = (): void => {
          if (!pattern.test(printed)) return;
          waiting.delete(wake);
          resolve(true);
        };
        waiting.add(wake);
        wake();
      });
      const first = await Promise.race([found, ended]);
      if (first !== true && !pattern.test(printed))
        throw new Error(`it ended (rc ${first.code}) before it printed ${pattern}:\n${printed.slice(-6000)}`);
    },
  };
};

/** An operator's machine: nothing of the tester's own state is read or written. */
export const operatorMachine = (): OperatorMachine => {
  const state = mkdtempSync(join(tmpdir(), 'nodeops-operator-'));
  return {
    state: join(state, 'nodeops'),
    nodeops: async (args, env = {}) => {
      const options = { reject: false, stdin: 'ignore', env: { XDG_STATE_HOME: state, ...env } } as const;
      const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], options);
      return { code: exitCode ?? -1, stdout, stderr };
    },
    begin: (args) => begin(args, { XDG_STATE_HOME: state }),
    killedAt: async (words, args) => {
      const running = begin(args, { XDG_STATE_HOME: state });
      await running.printed(new RegExp(words.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)));
      running.kill('SIGKILL');
      const { stdout } = await running.ended;
      return stdout;
    },
    dispose: () => rmSync(state, { recursive: true, force: true }),
  };
};

/** The writes that the program says it has sent over the wire. */
export const writesOf = ({ stderr }: Ended): number => {
  const counted = /(\d+) writes$/m.exec(stderr)?.[1];
  if (counted === undefined) throw new Error(`no count of round trips in:\n${stderr}`);
  return Number(counted);
};

const event = z.looseObject({
  at: z.number().optional(),
  run: z.string().optional(),
  id: z.string().optional(),
  exit: z.looseObject({ code: z.number().optional() }).optional(),
  type: z.string().optional(),
  address: z.string().optional(),
  outcome: z.string().optional(),
  effect: z.string().optional(),
});

/** One event a line, as a journal and `--output json` have them. */
export const eventsOf = (text: string): readonly z.infer<typeof event>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => event.parse(JSON.parse(line)));

/** Of every run that a machine began, its id and the addresses that its journals have writes of, each as often. */
export const journalledWrites = ({
  state,
}: OperatorMachine): readonly { readonly run: string; readonly addresses: readonly string[] }[] =>
  globSync('runs/*/clusters/*/journal.jsonl', { cwd: state })
    .toSorted()
    .map((file) => ({
      run: file.split('/')[1] ?? '',
      addresses: eventsOf(readFileSync(join(state, file), 'utf8'))
        .filter(({ type, effect }) => type === 'command-started' && effect === 'write')
        .map(({ address }) => address ?? ''),
    }));
