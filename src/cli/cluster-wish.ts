import type { Cluster, Node } from '../model/cluster.ts';
import type { Playbook } from '../playbook/schema.ts';
import type { ToSave } from '../plan/saved-plan.ts';
import type { KeptWish } from '../run/kept-wish.ts';
import type { Wish } from '../run/wish.ts';
import type { HeldPlan } from './held-plan.ts';

/** What is asked of one cluster. */
export interface ClusterWish {
  readonly cluster: Cluster;
  readonly nodes: readonly Node[];
  readonly playbook: Playbook;
  readonly parameters: KeptWish['parameters'];
  /** The command line that goes on with this: shown when a run stops. */
  readonly again: string;
  /** How it was asked for, beside cluster and parameters: kept for `nodeops resume`. */
  readonly asked: Pick<KeptWish, 'command' | 'playbook' | 'inventory' | 'limit' | 'only' | 'waivers' | 'plan'>;
  /** The run that this one goes on with. */
  readonly resumes?: string;
  /** Why the maintenance window counts for nothing, this time. */
  readonly ignoreWindow?: string;
  /** A saved plan to which it is held. */
  readonly held?: HeldPlan;
  /** Takes the plan of a dry run in which nothing stands in the way; `open`: the run that is left to be closed. */
  readonly keep?: (toSave: ToSave, open?: string) => void;
}

/** What is to be planned for one cluster. */
export const planWish = (
  { playbook, parameters, ignoreWindow, asked: { waivers } }: ClusterWish,
  nodes: readonly string[],
  run: string,
): Wish => ({
  playbook,
  parameters,
  selection: { nodes },
  run,
  ...(waivers === undefined ? {} : { waivers }),
  ...(ignoreWindow === undefined ? {} : { ignoreWindow }),
});

/** The nodes that take part. */
export const nodeNames = ({ nodes }: ClusterWish): readonly string[] => nodes.map(({ name }) => name);
