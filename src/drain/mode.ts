import type { NodeObject } from '../facts/nodes.ts';
import { keepsPodsAway } from '../model/taint.ts';
import { minorOf, type Version } from '../model/version.ts';
import { cordonTaint } from './node-fit.ts';

/**
 * When a node is drained before its kubelet is replaced. `always`: of a patch too. `minor-only`: not of a patch. `none`:
 * not of a patch, and not where no other node takes its pods.
 */
export const drainModes = ['always', 'minor-only', 'none'] as const;
export type DrainMode = (typeof drainModes)[number];

type Candidate = Pick<NodeObject, 'name' | 'unschedulable' | 'ready' | 'kubeletVersion' | 'taints'>;

/**
 * Pods without tolerations can go there. What a cordon put on a node is taken off a moment after it was given back: it
 * says no more than the cordon itself.
 */
const takesPods = ({ unschedulable, ready, taints }: Candidate): boolean =>
  !unschedulable && ready === 'True' && !taints.some((taint) => taint.key !== cordonTaint.key && keepsPodsAway(taint));

export interface SparingWish {
  /** Missing: always. */
  readonly mode?: DrainMode | undefined;
  /** To which its kubelet goes; missing where it is not about that. */
  readonly version?: Version | undefined;
  /** Its host is patched too, and may be restarted: however near the version is. */
  readonly osPatch?: boolean | undefined;
  /** Nothing is drained: what is done leaves pods alone. */
  readonly inPlace?: boolean | undefined;
}

/** Whether a node's pods stay on it while its kubelet goes to `version`. */
export const isSpared = (
  node: Candidate,
  all: readonly Candidate[],
  { mode = 'always', version, osPatch = false, inPlace = false }: SparingWish,
): boolean => {
  if (inPlace) return true;
  if (mode === 'always') return false;
  if (!osPatch && version !== undefined && minorOf(node.kubeletVersion) === minorOf(version)) return true;
  return mode === 'none' && !all.some((other) => other.name !== node.name && takesPods(other));
};
