import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { program } from '../../scripts/build.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OperatorMachine {
  /** Runs, artifacts and logs of what was run here. */
  readonly state: string;
  /** Runs the built program as an operator without a terminal would. */
  readonly nodeops: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>;
  /** The same, killed with SIGKILL as soon as it has printed `words`; returns what it had printed. */
  readonly killedAt: (words: string, args: readonly string[]) => Promise<string>;
  readonly dispose: () => void;
}

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
    killedAt: async (words, args) => {
      const running = execa(process.execPath, [program, ...args], {
        reject: false,
        stdin: 'ignore',
        buffer: false,
        env: { XDG_STATE_HOME: state },
      });
      let printed = '';
      running.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.includes(words)) running.kill('SIGKILL');
      });
      const { signal } = await running;
      if (signal !== 'SIGKILL') throw new Error(`it ended before it printed ${words}:\n${printed}`);
      return printed;
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
