import type { Command } from './command.ts';

/** Where an action happens that touches no node. */
export const operatorsMachine = 'this machine';

/** Where it is kept how a hook ended. */
export type HookKeep =
  /** Beside what else was gathered for a backup, with what it printed. */
  | { readonly as: 'backup'; readonly backup: string }
  /** In this artifact, before it is begun and after it ended, with what else is to be known then. */
  | {
      readonly as: 'standing';
      readonly artifact: string;
      readonly when: 'before' | 'after';
      readonly run: string;
      readonly from?: string;
    };

/**
 * One thing done to the world, with its address: `on` is a node's name. `apply` returns actions up to the next
 * observation. What kubectl does is addressed to the control plane that it was observed through, so that a write
 * never fails over to another one unseen.
 */
export type Action =
  | { readonly do: 'exec'; readonly on: string; readonly command: Command }
  | { readonly do: 'put'; readonly on: string; readonly path: string; readonly mode: number; readonly content: string }
  /** Copies a file off a node into the artifacts; what arrived must have the sha256 that the node computes. */
  | { readonly do: 'fetch'; readonly on: string; readonly path: string; readonly artifact: string }
  /** Copies an artifact to a node, for root only; what arrived must have the same sha256. `once`: it is not kept here. */
  | {
      readonly do: 'send';
      readonly on: string;
      readonly path: string;
      readonly artifact: string;
      readonly once?: true;
    }
  /** Stores what a run gathered as a backup; on the operator's machine. */
  | {
      readonly do: 'store';
      readonly on: typeof operatorsMachine;
      readonly backup: string;
      /** As parseBackupTarget reads them. */
      readonly places: readonly string[];
      /** The API objects were asked for. */
      readonly objects: boolean;
    }
  /** Removes older backups that nothing says to keep, never another's files. */
  | {
      readonly do: 'tidy';
      readonly on: typeof operatorsMachine;
      readonly backup: string;
      readonly places: readonly string[];
    }
  /** Runs a hook of the operator's; how it ended is kept, also where it failed. */
  | {
      readonly do: 'hook';
      /** A node's name, or the operator's machine. */
      readonly on: string;
      readonly hook: string;
      readonly keep: HookKeep;
      readonly command: Command;
      /** On the operator's machine: where it runs. */
      readonly directory?: string;
    };
