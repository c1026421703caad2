import { isOut, type NodeObject } from '../facts/nodes.ts';
import type { Version } from '../model/version.ts';
import { isSpared, type DrainMode } from './mode.ts';
import type { Stage } from './trace.ts';

/** Which nodes a run goes through, and how. */
export interface CourseWish {
  /** To which their kubelets are taken; missing where it is not about that. */
  readonly version?: Version | undefined;
  /** Whether they stay out once they are drained. */
  readonly staysOut?: boolean | undefined;
  /** By name: nodes that are taken to another one. */
  readonly further?: Readonly<Record<string, Version>> | undefined;
  /** The nodes that the run may touch. */
  readonly nodeNames: readonly string[];
  /** In the order in which they are drained, one at a time. */
  readonly controlPlaneNames: readonly string[];
  readonly workerNames: readonly string[];
  /** How many workers are drained at once. */
  readonly maxUnavailable: number;
  /** Also the packages of their hosts are upgraded: a node whose kubelet is there already has something to do. */
  readonly osPatch?: boolean | undefined;
  /** None of them is drained. */
  readonly inPlace?: boolean | undefined;
  /** Which of them are drained at all; missing: every one. */
  readonly drain?: DrainMode | undefined;
}

export interface Course {
  readonly stages: readonly Stage[];
  /** Nodes that a run of ours cordoned, and that have nothing left to do but to come back. */
  readonly returning: readonly string[];
}

/** Seconds from the end of a drain until the node takes pods again (lab, 1.35.4 → 1.36.3: 20 to 40, and 60 to 110). */
const outSeconds = { worker: 60, controlPlane: 120 } as const;

/** From the end of a node's drain until the next one's turn. */
export const secondsOut = (out: Stage['outSeconds']): number => (out === 'for-good' ? 0 : out);

/**
 * The nodes whose kubelet is not on the version yet, in the order of an upgrade: control planes one at a time, then the
 * workers, those first that are out already.
 */
export const courseOf = (nodes: readonly NodeObject[], wish: CourseWish): Course => {
  const mine = nodes.filter(({ name }) => wish.nodeNames.includes(name));
  const versionFor = ({ name }: NodeObject): Version | undefined => wish.further?.[name] ?? wish.version;
  const isThere = (node: NodeObject): boolean =>
    wish.osPatch !== true && wish.version !== undefined && node.kubeletVersion === versionFor(node);
  const left = mine.filter(
    (node) => !isThere(node) && !isSpared(node, nodes, { ...wish, mode: wish.drain, version: versionFor(node) }),
  );
  const named = (names: readonly string[]) =>
    names.flatMap((name) => {
      const node = left.find((one) => one.name === name);
      return node === undefined ? [] : [node];
    });
  const workers = named(wish.workerNames);
  const out = (seconds: number): Stage['outSeconds'] => (wish.staysOut === true ? 'for-good' : seconds);
  const ordered = [...workers.filter(isOut), ...workers.filter((node) => !isOut(node))];
  return {
    stages: [
      {
        nodes: named(wish.controlPlaneNames).map(({ name }) => name),
        atOnce: 1,
        outSeconds: out(outSeconds.controlPlane),
      },
      { nodes: ordered.map(({ name }) => name), atOnce: wish.maxUnavailable, outSeconds: out(outSeconds.worker) },
    ].filter(({ nodes: some }) => some.length > 0),
    returning: mine.filter((node) => node.cordonedBy !== undefined && isThere(node)).map(({ name }) => name),
  };
};
