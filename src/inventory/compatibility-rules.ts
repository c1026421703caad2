import type { Finding } from '../documents/finding.ts';
import { asList, asMap, asText, type Path, type RawMap } from '../documents/raw.ts';
import { firstUses } from './first-uses.ts';
import type { RuleContext } from './rule-context.ts';
import type { Sketch } from './sketch.ts';

const ownNames = (layer: RawMap, path: Path, { placeOf }: RuleContext): readonly Finding[] =>
  firstUses(
    asList(layer['compatibility']).map((value, index) => ({
      key: asText(asMap(value)?.['name']),
      path: [...path, 'compatibility', index, 'name'],
    })),
    ({ key, first }) => `the add-on ${JSON.stringify(key)} is already listed on ${placeOf(first.path)}`,
  );

/** Each add-on is listed once in a layer: two lists of ranges for one would leave open which counts. */
export const compatibilityRules = ({ layers, clusters }: Sketch, context: RuleContext): readonly Finding[] => [
  ...layers.flatMap(({ raw, path }) => ownNames(raw, path, context)),
  ...clusters.flatMap(({ raw, path }) => ownNames(raw, path, context)),
];
