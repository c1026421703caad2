import { disruptionBudgets } from '../facts/disruption-budgets.ts';
import type { Fact } from '../facts/fact.ts';
import { movablePods } from '../facts/movable-pods.ts';
import { nodeLeases } from '../facts/node-leases.ts';
import { nodeRoom } from '../facts/node-room.ts';
import { nodes } from '../facts/nodes.ts';
import { tiedVolumes } from '../facts/tied-volumes.ts';
import { workloads } from '../facts/workloads.ts';
import type { Seen } from './scene.ts';

/** What a cluster is asked before its pods are moved about in thought; the leases tell its clock. */
export const seenFacts = {
  nodes,
  rooms: nodeRoom,
  pods: movablePods,
  budgets: disruptionBudgets,
  volumes: tiedVolumes,
  workloads,
  leases: nodeLeases,
};

/** All of it, of what is known; undefined where a part of it is not. */
export const seenThrough = (value: <T>(fact: Fact<T>) => T | undefined): Seen | undefined => {
  const [all, rooms, pods, budgets] = [value(nodes), value(nodeRoom), value(movablePods), value(disruptionBudgets)];
  const [volumes, sets, leases] = [value(tiedVolumes), value(workloads), value(nodeLeases)];
  if (all === undefined || rooms === undefined || pods === undefined || budgets === undefined) return undefined;
  if (volumes === undefined || sets === undefined || leases === undefined) return undefined;
  return { nodes: all, rooms, pods, budgets, volumes, workloads: sets, now: leases.now };
};
