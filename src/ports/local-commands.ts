import type { CommandResult } from '../model/command.ts';

export interface LocalCommand {
  readonly argv: readonly string[];
  /** Beside nodeops' own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it runs. */
  readonly directory: string;
  /** Milliseconds after which it and its children are ended; the exit code is then 124, as timeout(1) has it. */
  readonly timeoutMs: number;
  /** What it can read on its standard input; nothing where it is missing. */
  readonly stdin?: string;
}

/** Commands on the machine on which nodeops runs. */
export interface LocalCommands {
  /**
   * Runs it to its end; one that reads nothing of its standard input is no worse for it. What it prints on both streams comes in one, in order, and is kept up
   * to its last MiB. A program that is not there ends with 127, as in a shell.
   */
  run(command: LocalCommand, onOutput: (chunk: Buffer) => void): Promise<CommandResult>;
}
