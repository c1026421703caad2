import { busyCode, fencedCode, parseFenced, raiseEpoch, type NodeOwner } from '../../commands/fence.ts';
import { valueOf } from '../../facts/fact.ts';
import { nodeEpoch } from '../../facts/node-epoch.ts';
import type { Node } from '../../model/cluster.ts';
import { describeExit, succeeded } from '../../model/exit.ts';
import { observeNode } from '../observe.ts';
import { complaint, type Performed } from '../perform.ts';
import type { Session } from '../session.ts';
import type { LockWriter } from './lock-writer.ts';

/** `quicker`: another run has it; `away`: not reached, or busy with a command that keeps the lock. */
export type Raised =
  | { readonly node: string; readonly kind: 'raised' }
  | { readonly node: string; readonly kind: 'quicker' | 'away' | 'refused'; readonly why: string };

export type Epoch = Omit<NodeOwner, 'since'>;

const quickerText = (said: ReturnType<typeof parseFenced>): string =>
  said === undefined || said === 'unknown'
    ? 'another run is taking it'
    : `${said.holder} (run ${said.run}) has it, epoch ${said.epoch}`;

const judge = (node: string, { result }: Performed): Raised | undefined => {
  if (succeeded(result.exit)) return { node, kind: 'raised' };
  if (result.exit.kind !== 'code') return undefined;
  const why = `${node}: ${complaint(result, 1).join('') || describeExit(result.exit)}`;
  if (result.exit.code === fencedCode)
    return { node, kind: 'quicker', why: `${node}: ${quickerText(parseFenced(result.stderr))}` };
  return { node, kind: result.exit.code === busyCode ? 'away' : 'refused', why };
};

/** Makes the run the owner of one node. A lost answer is looked after; only where it was not done it is tried once more. */
export const raiseNode = async (session: Session, write: LockWriter, node: string, epoch: Epoch): Promise<Raised> => {
  let why = '';
  for (let attempt = 1; attempt <= 2; attempt++) {
    const performed = await write(node, raiseEpoch(epoch));
    const judged = judge(node, performed);
    if (judged !== undefined) return judged;
    why = `${node}: ${describeExit(performed.result.exit)}`;
    const observed = (await observeNode(session, node, [nodeEpoch])).get(nodeEpoch.key);
    const seen = valueOf(nodeEpoch, observed);
    if (seen?.epoch === epoch.epoch && seen.holder === epoch.holder && seen.run === epoch.run)
      return { node, kind: 'raised' };
    // What was not looked at is not repeated.
    if (seen === undefined && observed?.kind !== 'absent') break;
  }
  return { node, kind: 'away', why };
};

/** As `raiseNode`, on all of them at once. */
export const raiseNodes = (
  session: Session,
  write: LockWriter,
  nodes: readonly Node[],
  epoch: Epoch,
): Promise<readonly Raised[]> => Promise.all(nodes.map(({ name }) => raiseNode(session, write, name, epoch)));
