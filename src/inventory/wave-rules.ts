import type { Finding } from '../documents/finding.ts';
import { asList, asMap, asText, type Path, type RawMap } from '../documents/raw.ts';
import { parseLabelSelector, selects, type LabelRequirement } from '../model/label-selector.ts';
import { firstUses } from './first-uses.ts';
import type { RuleContext } from './rule-context.ts';
import { labelsOf, type ClusterSketch, type Sketch } from './sketch.ts';

interface WaveSketch {
  readonly path: Path;
  readonly raw: RawMap;
  readonly name: string | undefined;
  readonly selector: readonly LabelRequirement[] | undefined;
}

const sketchWaves = (waves: unknown): readonly WaveSketch[] =>
  asList(waves).flatMap((value, index) => {
    const raw = asMap(value);
    if (raw === undefined) return [];
    const selector = parseLabelSelector(asText(raw['selector']) ?? '<');
    return [{ path: ['waves', index], raw, name: asText(raw['name']), selector }];
  });

const misplaced = (waves: readonly WaveSketch[], cluster: ClusterSketch, { placeOf }: RuleContext): Finding[] => {
  const labels = labelsOf(cluster.raw);
  const own = waves.filter(({ selector }) => selector !== undefined && selects(selector, labels));
  const name = JSON.stringify(cluster.name ?? '');
  const [first, second] = own;
  if (first === undefined)
    return [
      {
        path: [...cluster.path, 'labels'],
        at: 'key',
        message: `the cluster ${name} is in no wave`,
        hint: `label it so that one selects it: ${waves.flatMap(({ raw }) => asText(raw['selector']) ?? []).join('; ')}`,
      },
    ];
  if (second === undefined) return [];
  return [
    {
      path: [...second.path, 'selector'],
      at: 'value',
      message: `the cluster ${name} is in the wave ${JSON.stringify(second.name ?? '')} and in ${JSON.stringify(first.name ?? '')} on ${placeOf(first.path)}`,
      hint: 'a cluster goes with one wave: make one of the selectors narrower',
    },
  ];
};

/** Waves have names of their own, and each cluster is in exactly one; said only where every selector is one. */
export const waveRules = ({ waves: written, clusters }: Sketch, context: RuleContext): Finding[] => {
  const waves = sketchWaves(written);
  const names = firstUses(
    waves.map(({ name, path }) => ({ key: name, path: [...path, 'name'] })),
    ({ key, first }) => `the wave name ${JSON.stringify(key)} is already used on ${context.placeOf(first.path)}`,
  );
  const known = waves.length > 0 && waves.every(({ selector }) => selector !== undefined);
  return [...names, ...(known ? clusters.flatMap((cluster) => misplaced(waves, cluster, context)) : [])];
};
