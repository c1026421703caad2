import type { Finding } from '../documents/finding.ts';
import { valueAt, type Path } from '../documents/raw.ts';
import type { ClusterSketch, Sketch } from './sketch.ts';

const at: Path = ['workers', 'maxUnavailable'];

const isSpare = ({ raw }: ClusterSketch['nodes'][number]): boolean => raw['spare'] === true;

/** A worker more is what a machine can be spare for. */
const otherRoles = ({ nodes }: ClusterSketch): readonly Finding[] =>
  nodes
    .filter((node) => isSpare(node) && node.raw['role'] !== 'worker')
    .map(({ path }) => ({
      path: [...path, 'spare'],
      message: 'only a worker can be spare',
      hint: 'leave it out, or write `role: worker`',
    }));

/** Where no worker may be missing another one has to be there instead. */
const nothingInstead = (cluster: ClusterSketch): readonly Finding[] => {
  const layer = [...cluster.layers, cluster].findLast(({ raw }) => valueAt(raw, at) !== undefined);
  if (layer === undefined || valueAt(layer.raw, at) !== 0 || cluster.nodes.some(isSpare)) return [];
  const name = cluster.name === undefined ? 'this cluster' : `cluster ${JSON.stringify(cluster.name)}`;
  return [
    {
      path: [...layer.path, ...at],
      message: `no worker of ${name} may be out of service, and none is spare`,
      hint: 'mark a worker with `spare: true`, or let one be out: maxUnavailable: 1',
    },
  ];
};

/** What spare machines are, and what needs one. */
export const spareRules = ({ clusters }: Sketch): readonly Finding[] =>
  clusters.flatMap((cluster) => [...otherRoles(cluster), ...nothingInstead(cluster)]);
