import type { LabNode } from '../../../docker/addresses.ts';
import type { ClusterSample, NodeSample, Sample, SeenPod } from './sample.ts';

/** An invariant that was seen broken. */
export interface Break {
  readonly at: number;
  readonly invariant: number;
  readonly what: string;
}

export interface Judgement {
  readonly breaks: readonly Break[];
  readonly nodeSamples: number;
  readonly clusterSamples: number;
  readonly seconds: number;
  /** When fewer than one replica of `web` was ready, with what was seen of its pods. */
  readonly withoutWeb: readonly string[];
  readonly mostWorkersOut: number;
  readonly mostControlPlanesOut: number;
  /** The longest time without an answer of any control plane's API, in seconds. */
  readonly longestApiOutage: number;
}

export interface Expectations {
  readonly nodes: readonly LabNode[];
  readonly maxUnavailable: number;
  readonly target: string;
  /** Nodes that a fault takes away: their absence is not nodeops'. */
  readonly struck?: readonly string[];
}

const minorOf = (version: string): number => Number(version.split('.')[1]);
const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** A kubelet that was replaced may have let go of these only: they belong to the node. */
const stays = ({ owner }: SeenPod): boolean => owner === 'DaemonSet' || owner === 'Node';

/** The newest of what was seen before a moment. */
const before = <S extends Sample>(samples: readonly S[], at: number): S | undefined =>
  samples.findLast((sample) => sample.at < at);

const apiVersions = (sample: ClusterSample): readonly string[] =>
  sample.pods
    .filter(({ name }) => name.startsWith('kube-apiserver-'))
    .map(({ image }) => /:v([^@]+)/.exec(image)?.[1] ?? '');

/** 4, 2 and 5: what a node looked like when another kubelet began on it. */
const kubeletBreaks = (of: readonly NodeSample[], clusters: readonly ClusterSample[]): readonly Break[] => {
  const breaks: Break[] = [];
  let last: string | undefined;
  for (const { at, node, kubelet } of of) {
    if (kubelet === undefined) continue;
    const seen = before(clusters, at);
    if (last !== undefined && kubelet !== last && seen !== undefined) {
      const left = seen.pods.filter((pod) => pod.node === node && !stays(pod) && !pod.leaving);
      const change = `${node}: kubelet ${last} → ${kubelet}`;
      if (minorOf(kubelet) < minorOf(last)) breaks.push({ at, invariant: 5, what: change });
      if (minorOf(kubelet) !== minorOf(last) && left.length > 0)
        breaks.push({ at, invariant: 4, what: `${change} with ${left.map(({ name }) => name).join(', ')} on it` });
      const older = apiVersions(seen).filter((version) => minorOf(version) < minorOf(kubelet));
      if (older.length > 0)
        breaks.push({ at, invariant: 2, what: `${change} under an API server of ${older.join(', ')}` });
    }
    last = kubelet;
  }
  return breaks;
};

/** 7: a mark of ours that goes together with the cordon needs a kubelet at the target. */
const uncordonBreaks = (clusters: readonly ClusterSample[], target: string): readonly Break[] =>
  clusters.flatMap((sample, index) => {
    const earlier = clusters[index - 1];
    return sample.nodes.flatMap((node) => {
      const was = earlier?.nodes.find(({ name }) => name === node.name);
      const givenBack = was?.cordoned === true && was.owner !== undefined && !node.cordoned;
      return givenBack && node.version !== target
        ? [{ at: sample.at, invariant: 7, what: `${node.name} uncordoned with kubelet ${node.version}` }]
        : [];
    });
  });

const outOf = (sample: ClusterSample, names: ReadonlySet<string>): readonly string[] =>
  sample.nodes.filter(({ name, cordoned }) => names.has(name) && cordoned).map(({ name }) => name);

/** Control planes whose API server or etcd did not answer, by the newest sample of each (not older than five seconds). */
const controlPlanesOut = (nodes: readonly NodeSample[], at: number): readonly string[] => {
  const newest = new Map<string, NodeSample>();
  for (const sample of nodes)
    if (sample.at <= at && sample.at > at - 5000 && sample.readyz !== undefined) newest.set(sample.node, sample);
  return [...newest.values()].filter(({ readyz, etcd }) => readyz !== 200 || etcd !== 200).map(({ node }) => node);
};

interface Seen {
  readonly at: number;
  readonly names: readonly string[];
}

/** The first time that more of them were out than may be. */
const firstBeyond = (seen: readonly Seen[], limit: number, invariant: number, how: string): readonly Break[] => {
  const [first] = seen.filter(({ names }) => names.length > limit);
  return first === undefined ? [] : [{ at: first.at, invariant, what: `${first.names.join(', ')} ${how}` }];
};

const longestGap = (moments: readonly number[]): number =>
  moments.slice(1).reduce((longest, moment, index) => Math.max(longest, moment - (moments[index] ?? moment)), 0);

const most = (seen: readonly Seen[]): number => Math.max(0, ...seen.map(({ names }) => names.length));

/** What an observer from outside can see of the invariants. Pure. */
export const judge = (samples: readonly Sample[], expected: Expectations): Judgement => {
  const struck = new Set(expected.struck);
  const names = (role: LabNode['role']) =>
    new Set(expected.nodes.filter((node) => node.role === role).map(({ name }) => name));
  const [workers, controlPlanes] = [names('worker'), names('control-plane')];
  const nodeSamples = samples.filter((sample) => sample.kind === 'node');
  const clusters = samples.filter((sample) => sample.kind === 'cluster');
  const byNode = Map.groupBy(nodeSamples, ({ node }) => node);
  const workersOut = clusters.map((sample) => ({ at: sample.at, names: outOf(sample, workers) }));
  const cordonedPlanes = clusters.map((sample) => ({ at: sample.at, names: outOf(sample, controlPlanes) }));
  const silent =
    controlPlanes.size < 2
      ? []
      : nodeSamples.map(({ at }) => ({
          at,
          names: controlPlanesOut(nodeSamples, at).filter((name) => !struck.has(name)),
        }));
  const [first, last] = [samples[0], samples.at(-1)];
  return {
    breaks: [
      ...[...byNode.values()].flatMap((of) => kubeletBreaks(of, clusters)),
      ...uncordonBreaks(clusters, expected.target),
      ...firstBeyond(workersOut, expected.maxUnavailable, 3, 'cordoned at once'),
      ...firstBeyond(cordonedPlanes, 1, 1, 'cordoned at once'),
      ...firstBeyond(silent, 1, 1, 'did not answer at once'),
    ],
    nodeSamples: nodeSamples.length,
    clusterSamples: clusters.length,
    seconds: first === undefined || last === undefined ? 0 : Math.round((last.at - first.at) / 1000),
    withoutWeb: clusters.flatMap(({ at, pods }) => {
      const web = pods.filter(({ name }) => name.startsWith('web-'));
      const seen = web.map(({ name, node, leaving }) => `${name} on ${node || 'no node'}${leaving ? ' leaving' : ''}`);
      return web.some(({ ready }) => ready) ? [] : [`${clock(at)} ${seen.join(', ')}`];
    }),
    mostWorkersOut: most(workersOut),
    mostControlPlanesOut: most(silent),
    longestApiOutage: Math.round(longestGap(clusters.map(({ at }) => at)) / 1000),
  };
};
