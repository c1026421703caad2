import { z } from 'zod';
import { workloads as workloadsFact, type Workload } from '../facts/workloads.ts';
import { fitsPattern, readImage } from '../model/image-name.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { inRange, versionOfTag, type AddonCompatibility } from '../model/version-range.ts';
import type { Version } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';
import { knownAddons, storageSidecars } from './known-addons.ts';

/** One image of one workload. */
interface Seen {
  /** `kube-system/daemonset/calico-node` */
  readonly where: string;
  readonly image: string;
  readonly name: string;
  readonly tag?: string;
  /** Of the workload that it belongs to. */
  readonly beside: readonly string[];
}

const seenOf = (workloads: readonly Workload[]): readonly Seen[] =>
  workloads.flatMap(({ namespace, kind, name, images }) =>
    images.map((image) => ({
      where: `${namespace}/${kind.toLowerCase()}/${name}`,
      image,
      beside: images.map((each) => readImage(each).name),
      ...readImage(image),
    })),
  );

const fitsAny = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => fitsPattern(name, pattern));

/** What is known to matter, under its name; a storage driver is known by what stands beside it. */
const knownName = ({ name, beside }: Seen): string | undefined => {
  const known = knownAddons.find(({ images }) => fitsAny(name, images));
  if (known !== undefined) return known.name;
  const drives = beside.some((each) => fitsAny(each, storageSidecars)) && !fitsAny(name, storageSidecars);
  return drives ? `the storage driver ${name.split('/').at(-1) ?? name}` : undefined;
};

const places = (seen: readonly Seen[]): string =>
  [...new Set(seen.map(({ where, image }) => `${where}: ${image}`))].join(', ');

interface Troubles {
  readonly blocks: readonly Trouble[];
  readonly warnings: readonly Trouble[];
}
const none: Troubles = { blocks: [], warnings: [] };
const warn = (because: string, fix: string): Troubles => ({ blocks: [], warnings: [{ because, fix }] });

/** One image of an add-on that the inventory lists. */
const judgeListed = (listed: AddonCompatibility, seen: Seen, target: Version): Troubles => {
  const { name, goesWith } = listed;
  const version = versionOfTag(seen.tag ?? '');
  if (version === undefined)
    return warn(
      `which version of ${name} runs cannot be told from its image (${places([seen])})`,
      `give it a tag that is a version, or look into its release notes for Kubernetes ${target}`,
    );
  const rows = goesWith.filter(({ addon }) => inRange(version, addon));
  if (rows.length === 0)
    return warn(
      `the inventory has no range for ${name} ${version} (${places([seen])}): whether it goes with Kubernetes ${target} is not known`,
      `add the range of ${version} to compatibility of ${name} in the inventory`,
    );
  if (rows.some(({ kubernetes }) => inRange(target, kubernetes))) return none;
  const fitting = goesWith.filter(({ kubernetes }) => inRange(target, kubernetes)).map(({ addon }) => addon);
  const because = `${name} ${version} goes with Kubernetes ${rows.map(({ kubernetes }) => kubernetes).join(' || ')}, not with ${target} (${places([seen])})`;
  const fix =
    fitting.length === 0
      ? `the inventory names no version of ${name} that goes with ${target}: choose another --to, or complete its ranges`
      : `upgrade ${name} first, to ${fitting.join(' or ')}`;
  return { blocks: [{ because, fix }], warnings: [] };
};

const isOf = ({ image }: AddonCompatibility, { name }: Seen): boolean => fitsPattern(name, image);

/** Of an add-on one image tells: the others of the same name are its companions. */
const unlisted = (all: readonly Seen[], listed: readonly AddonCompatibility[], target: Version): Troubles => {
  const told = new Set(
    listed.flatMap((each) => {
      const own = all.filter((seen) => isOf(each, seen));
      return own.length === 0 ? [] : [each.name, ...own.flatMap((seen) => knownName(seen) ?? [])];
    }),
  );
  const known = Map.groupBy(all, knownName);
  return {
    blocks: [],
    warnings: [...known].flatMap(([name, seen]) =>
      name === undefined || told.has(name)
        ? []
        : [
            {
              because: `whether ${name} goes with Kubernetes ${target} is not known: the inventory has no range for it (${places(seen)})`,
              fix: `see its release notes, and add it to the inventory: compatibility: [{ name: …, image: "*/${seen[0]?.name.split('/').slice(1).join('/') ?? ''}", kubernetes: { ">=…": "… - …" } }]`,
            },
          ],
    ),
  };
};

const compatibility = z.array(
  z.object({
    name: z.string(),
    image: z.string(),
    goesWith: z.array(z.object({ addon: z.string(), kubernetes: z.string() })),
  }),
);

/** What the network, storage and ingress of a cluster need from its version, as far as the inventory says it. */
export const addonCompatibility = defineStep({
  id: 'addon-compatibility',
  subject: 'cluster',
  title: ({ version }) => `add-ons that go with ${version}`,
  with: z.strictObject({ version: z.string(), compatibility: compatibility.optional() }),
  detect: () => ({ workloads: workloadsFact }),

  check: ({ workloads }, { version, compatibility: listed = [] }) => {
    const all = seenOf(workloads);
    const ofListed = listed.flatMap((each) =>
      [
        ...Map.groupBy(
          all.filter((seen) => isOf(each, seen)),
          ({ image }) => image,
        ).values(),
      ].flatMap((same) => same.slice(0, 1).map((seen) => judgeListed(each, seen, version))),
    );
    const troubles = [...ofListed, unlisted(all, listed, version)];
    return judged(
      troubles.flatMap(({ blocks }) => blocks),
      troubles.flatMap(({ warnings }) => warnings),
    );
  },

  foreseen: true,
  waivable: true,
  explain: {
    why: 'A network or storage driver that does not know the new version stops pods from starting, on nodes that were upgraded already.',
    source: 'the compatibility matrix of each project; docs/inventory.md, "compatibility"',
    type: [
      "kubectl get deployments,daemonsets,statefulsets -A -o custom-columns='NAME:.metadata.name,IMAGES:.spec.template.spec.containers[*].image'",
    ],
  },
});
