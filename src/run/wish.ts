import type { Waivers } from '../model/waivers.ts';
import type { Selection } from '../playbook/bind.ts';
import type { Playbook } from '../playbook/schema.ts';

/** What is to be planned for one cluster. */
export interface Wish {
  readonly playbook: Playbook;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly selection: Selection;
  readonly run: string;
  readonly waivers?: Waivers;
  /** Why the maintenance window counts for nothing, this time. */
  readonly ignoreWindow?: string;
}

/** What follows on a run that left its cluster half-done. */
export const afterFailure = ['stop', 'rollback'] as const;
