import { putCommand } from '../../src/adapters/ssh/file-commands.ts';
import { commandLine } from '../../src/commands/quote.ts';
import { hasBeaten } from '../../src/commands/fence.ts';
import { parseFollow } from '../../src/commands/systemd-run.ts';
import type { Node } from '../../src/model/cluster.ts';
import type { Command, CommandResult } from '../../src/model/command.ts';
import { describeExit } from '../../src/model/exit.ts';
import type { Transport } from '../../src/ports/transport.ts';
import type { Recorder, Said } from './recorder.ts';

/** How long a cluster may take until it is calm again after a write. */
const patienceMs = 45_000;
const fileTimeoutMs = 120_000;

/** The user of the lab's nodes is no root and types no password. */
export const labLine = (command: Command): string => commandLine(command, command.become ? 'sudo' : 'none');

export const said = (of: string, node: Node, command: Command, result: CommandResult): Said => ({
  of,
  node: node.name,
  effect: command.effect,
  line: labLine(command),
  // The lab's sources and manifests hold nothing that is secret, and the line means nothing without them.
  ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
  exit: result.exit.kind === 'code' ? result.exit.code : describeExit(result.exit),
  stdout: result.stdout,
  stderr: result.stderr,
  ms: Math.round(result.durationMs),
});

interface Begun {
  readonly said: Said;
  output: string;
  follow: string | undefined;
  readonly ended: (said: Said) => void;
}

/** `/var/lib/nodeops/<run>/<name>` of a line that starts a unit or follows one. */
const unitOf = (argv: readonly string[]): string | undefined =>
  /cd (\/var\/lib\/nodeops\/[^\s;]+)/.exec(argv.join('\n'))?.[1];
const starts = (argv: readonly string[]): boolean => argv.some((word) => word.includes('exec systemd-run '));
const follows = (argv: readonly string[]): boolean =>
  argv.some((word) => word.includes('nodeops-follow never-started'));

/** A transport that notes what each node's shell got and said, with the state before and after each write. */
export const recordingTransport = (inner: Transport, recorder: Recorder, of: string): Transport => {
  const begun = new Map<string, Begun>();

  /** The start, and everything up to the end of the unit, are one write. */
  const start = (node: Node, command: Command, unit: string): Promise<CommandResult> => {
    const first = Promise.withResolvers<CommandResult>();
    recorder
      .write(patienceMs, async () => {
        const result = await inner.run(node, command).catch((error: unknown) => {
          first.reject(error);
          throw error;
        });
        const started = said(of, node, command, result);
        const end = Promise.withResolvers<Said>();
        if (started.exit === 0)
          begun.set(unit, { said: started, output: '', follow: undefined, ended: (ended) => end.resolve(ended) });
        else end.resolve(started);
        first.resolve(result);
        return { result, said: await end.promise };
      })
      .catch(first.reject);
    return first.promise;
  };

  const follow = async (node: Node, command: Command, unit: string, options: Parameters<Transport['run']>[2]) => {
    const result = await inner.run(node, command, options);
    const known = begun.get(unit);
    if (known === undefined) return result;
    known.follow ??= labLine(command);
    known.output += result.stdout;
    const state = parseFollow(result.stderr);
    if (state === undefined || state.kind === 'running') return result;
    begun.delete(unit);
    known.ended({
      ...known.said,
      follow: known.follow,
      exit: state.kind === 'ended' ? state.code : state.kind,
      stdout: known.output,
      stderr: known.said.stderr,
    });
    return result;
  };

  const run = async (
    node: Node,
    command: Command,
    send: () => Promise<CommandResult>,
    options?: Parameters<Transport['run']>[2],
  ): Promise<CommandResult> => {
    const unit = unitOf(command.argv);
    if (unit !== undefined && starts(command.argv)) return start(node, command, unit);
    if (unit !== undefined && follows(command.argv)) return follow(node, command, unit, options);
    // Signs of life come beside everything else, and must not wait.
    if (command.effect === 'write' && !command.argv.includes('nodeops-beat'))
      return recorder.write(patienceMs, async () => {
        const result = await send();
        return { result, said: said(of, node, command, result) };
      });
    const result = await send();
    if (command.effect !== 'write' || hasBeaten(result.stdout)) recorder.question(said(of, node, command, result));
    return result;
  };

  return {
    run: (node, command, options) => run(node, command, () => inner.run(node, command, options), options),
    put: (node, path, mode, content, guard = (command) => command) =>
      run(node, guard(putCommand(path, mode, content, fileTimeoutMs)), () =>
        inner.put(node, path, mode, content, guard),
      ),
    // The bytes go to a file of the operator's: only that it was asked is kept.
    fetch: (node, path, sink) => inner.fetch(node, path, sink),
    counters: () => inner.counters(),
    close: () => inner.close(),
  };
};
