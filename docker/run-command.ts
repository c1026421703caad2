import { execa } from 'execa';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeout?: number;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and reports how it ended, whatever that is. A missing program has code 127, as in a shell. */
export async function attempt(argv: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const [file = '', ...rest] = argv;
  const result = await execa(file, rest, {
    ...options,
    reject: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
  });
  const code = result.exitCode ?? (result.code === 'ENOENT' ? 127 : 1);
  return { code, stdout: result.stdout, stderr: result.stderr || (code === 0 ? '' : (result.shortMessage ?? '')) };
}

/** Runs a program that must succeed; its standard output is the answer. */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(argv, options);
  if (code === 0) return stdout;
  const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n');
  throw new Error(`${argv.join(' ')}\nended with code ${code}:\n${tail}`);
}

/** Hands the terminal to a program (a shell, a log) and passes its exit code on. */
export async function handOver(argv: readonly string[]): Promise<number> {
  const [file = '', ...rest] = argv;
  const result = await execa(file, rest, { reject: false, stdio: 'inherit' });
  return result.exitCode ?? 1;
}
