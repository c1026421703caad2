import { fenced, fencedCode, parseFenced } from '../../commands/fence.ts';
import type { Command, CommandResult } from '../../model/command.ts';
import type { Transport } from '../../ports/transport.ts';
import type { Ownership } from '../session.ts';

/** `refuse`: nothing may be sent, and it is certain; `unsure`: it could not be found out, and so nothing is sent. */
export type Leave =
  | { readonly kind: 'go' }
  | { readonly kind: 'refuse'; readonly why: string }
  | { readonly kind: 'unsure'; readonly why: string };

export interface Gate extends Ownership {
  /** Asked before each write to a node. */
  leave(node: string): Promise<Leave>;
}

/** Whether a command was refused on its node, because another run owns it. */
export const wasFenced = ({ exit, stdout, stderr }: CommandResult): boolean =>
  exit.kind === 'code' && exit.code === fencedCode && parseFenced(`${stderr}\n${stdout}`) !== undefined;

const unsent = (leave: Exclude<Leave, { kind: 'go' }>): CommandResult => ({
  exit: leave.kind === 'refuse' ? { kind: 'code', code: fencedCode } : { kind: 'unknown', why: leave.why },
  stdout: '',
  stderr: `not sent: ${leave.why}\n`,
  truncated: false,
  durationMs: 0,
});

/**
 * A transport on which every write is fenced by the run's epoch, and which sends none once another run owns the
 * cluster. Its counters tell this run's own writes: those of the ownership itself go past it.
 */
export const createFencedTransport = (base: Transport, gate: Gate): Transport => {
  let writes = 0;
  const guard = (command: Command): Command => fenced(command, gate.epoch);
  const whenOwner = async (node: string, send: () => Promise<CommandResult>): Promise<CommandResult> => {
    const leave = await gate.leave(node);
    if (leave.kind !== 'go') return unsent(leave);
    writes += 1;
    const result = await send();
    gate.heard(result);
    // What was refused on the node has changed nothing there.
    if (wasFenced(result)) writes -= 1;
    return result;
  };
  return {
    run: (node, command, options) =>
      command.effect === 'write'
        ? whenOwner(node.name, () => base.run(node, guard(command), options))
        : base.run(node, command, options),
    put: (node, path, mode, content) => whenOwner(node.name, () => base.put(node, path, mode, content, guard)),
    fetch: (node, path, sink) => base.fetch(node, path, sink),
    ...(base.dial === undefined ? {} : { dial: base.dial }),
    counters: () => ({ ...base.counters(), writes }),
    close: () => base.close(),
  };
};
