import type { Finding } from '../documents/finding.ts';
import { firstUses } from './first-uses.ts';
import { asList, asMap, asText } from '../documents/raw.ts';
import type { Path, RawMap } from '../documents/raw.ts';
import type { RuleContext } from './rule-context.ts';
import type { ClusterSketch } from './sketch.ts';

export interface AddonSketch {
  readonly path: Path;
  readonly raw: RawMap;
}

/** The CNI and the add-ons of a cluster, as far as they are maps. */
export const addonSketches = (cluster: ClusterSketch): AddonSketch[] =>
  [
    { path: [...cluster.path, 'cni'], value: cluster.raw['cni'] },
    ...asList(cluster.raw['addons']).map((value, index) => ({ path: [...cluster.path, 'addons', index], value })),
  ].flatMap(({ path, value }) => {
    const raw = asMap(value);
    return raw === undefined ? [] : [{ path, raw }];
  });

/** One way of applying each add-on, and a name of its own. */
export const addonRules = (cluster: ClusterSketch, { placeOf }: RuleContext): Finding[] => {
  const sketches = addonSketches(cluster);
  return [
    ...sketches.flatMap(oneWay),
    ...firstUses(
      sketches
        .filter(({ path }) => path.at(-1) !== 'cni')
        .map(({ path, raw }) => ({ key: asText(raw['name']), path: [...path, 'name'] })),
      ({ key, first }) => `the add-on name ${JSON.stringify(key)} is already used on ${placeOf(first.path)}`,
    ),
  ];
};

const oneWay = ({ path, raw }: AddonSketch): Finding[] => {
  const [manifest, command, check] = ['manifest', 'command', 'check'].map((key) => Object.hasOwn(raw, key));
  if (manifest && command) {
    return [{ path: [...path, 'command'], at: 'key', message: 'an add-on has a manifest or a command, not both' }];
  }
  if (manifest && check) {
    return [
      {
        path: [...path, 'check'],
        at: 'key',
        message: 'check belongs to a command; this add-on has a manifest',
        hint: 'a manifest is compared with the cluster by nodeops itself; remove check',
      },
    ];
  }
  if (command && !check) {
    return [
      {
        path: [...path, 'command'],
        at: 'key',
        message: 'a command needs a check that succeeds when there is nothing to do',
        hint: 'add check: [word, word, …]',
      },
    ];
  }
  if (manifest || command) return [];
  return [{ path, message: 'expected manifest, or command and check; found neither' }];
};
