import { compareDebVersions } from '../../host/deb-version.ts';
import type { Call } from '../../shell/tool.ts';
import type { Package } from '../../world/host.ts';
import type { KnownOffer } from './apt-known.ts';

/** One package that apt will unpack. */
export interface Change {
  readonly name: string;
  readonly from: Package | undefined;
  readonly offer: KnownOffer;
}

export type Choice = { readonly changes: readonly Change[] } | { readonly error: string };

/** `1.36.3-*`: apt takes a pattern for a version. Source: apt-get(8); fnmatch(3). */
const matches = (pattern: string, version: string): boolean =>
  pattern.includes('*')
    ? new RegExp(
        `^${pattern
          .split('*')
          .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}$`,
      ).test(version)
    : pattern === version;

const found = (offers: readonly KnownOffer[], name: string, pattern: string | undefined): KnownOffer | undefined =>
  offers.find((offer) => offer.name === name && (pattern === undefined || matches(pattern, offer.version)));

const isSpoilt = ({ status, reinstall }: Package): boolean => status === 'half-installed' || reinstall === true;

const reinstallText = (name: string): string =>
  `E: The package ${name} needs to be reinstalled, but I can't find an archive for it.`;

/** One word of the command line: `kubeadm=1.36.3-1.1` or `kubeadm`. */
const chooseOne = (call: Call, offers: readonly KnownOffer[], word: string): Change | { error: string } | undefined => {
  const [name = '', pattern] = word.split(/=(.*)/s);
  const installed = call.host.packages.get(name);
  if (installed === undefined && !offers.some((offer) => offer.name === name))
    return { error: `E: Unable to locate package ${name}` };
  const offer = found(offers, name, pattern);
  const asInstalled = installed !== undefined && (pattern === undefined || matches(pattern, installed.version));
  const older = asInstalled && (offer === undefined || compareDebVersions(offer.version, installed.version) <= 0);
  if (older && !isSpoilt(installed)) return undefined;
  if (older && offer?.version !== installed.version) return { error: reinstallText(name) };
  if (offer === undefined) return { error: `E: Version '${pattern ?? ''}' for '${name}' was not found` };
  return { name, from: installed, offer };
};

/**
 * A package that must be reinstalled goes along with whatever apt installs: as it is, where the lists still have that
 * version, otherwise as the newest that they have; a hold keeps it from that. Source: apt, algorithms.cc,
 * `pkgApplyStatus`; seen on real hosts (observed.md 2).
 */
export const mended = (
  call: Call,
  offers: readonly KnownOffer[],
  named: ReadonlySet<string>,
): readonly (Change | { error: string })[] =>
  [...call.host.packages.values()]
    .filter((one) => isSpoilt(one) && !named.has(one.name))
    .flatMap((from): readonly (Change | { error: string })[] => {
      const same = found(offers, from.name, from.version);
      if (same === undefined && from.held) return [];
      const offer = same ?? found(offers, from.name, undefined);
      return offer === undefined ? [{ error: reinstallText(from.name) }] : [{ name: from.name, from, offer }];
    });

export interface Permissions {
  readonly downgrades: boolean;
  readonly heldChanges: boolean;
  readonly downloadOnly: boolean;
}

/** Why apt refuses what it has chosen; undefined where it does not. Recorded with apt 2.6. */
export const refusal = (changes: readonly Change[], may: Permissions): string | undefined => {
  const down = changes.some(
    ({ from, offer }) => from !== undefined && compareDebVersions(offer.version, from.version) < 0,
  );
  if (changes.some(({ from }) => from?.held === true) && !may.heldChanges)
    return 'E: Held packages were changed and -y was used without --allow-change-held-packages.';
  return down && !may.downgrades
    ? 'E: Packages were downgraded and -y was used without --allow-downgrades.'
    : undefined;
};

/** What a host has to have beside a package of Kubernetes: kubelet asks for kubernetes-cni from 1.2.0 on (kubeadm-facts 9). */
const companions: Readonly<Record<string, string>> = { kubelet: 'kubernetes-cni' };

/** Packages that come along because others need them. Of other packages, what they need is taken to be there. */
const neededBy = (call: Call, offers: readonly KnownOffer[], wanted: readonly Change[]): Choice => {
  const changes: Change[] = [];
  for (const { name } of wanted) {
    const companion = companions[name];
    if (companion === undefined || call.host.packages.has(companion) || wanted.some((one) => one.name === companion))
      continue;
    const offer = found(offers, companion, undefined);
    if (offer === undefined) return { error: `E: Unable to correct problems, you have held broken packages.` };
    changes.push({ name: companion, from: undefined, offer });
  }
  return { changes };
};

/** What `apt-get install WORD…` will do, or the line with which it refuses. */
export const choose = (
  call: Call,
  offers: readonly KnownOffer[],
  words: readonly string[],
  may: Permissions,
): Choice => {
  const named = new Set(words.map((word) => word.split('=')[0] ?? ''));
  const mending = mended(call, offers, named);
  const chosen = [...mending, ...words.map((word) => chooseOne(call, offers, word))].filter((one) => one !== undefined);
  const wrong = chosen.find((one) => 'error' in one);
  if (wrong !== undefined) return wrong;
  const wanted = chosen.flatMap((one) => ('offer' in one ? [one] : []));
  const needed = neededBy(call, offers, wanted);
  if ('error' in needed) return needed;
  const changes = [...wanted, ...needed.changes];
  const error = refusal(changes, may);
  return error === undefined ? { changes } : { error };
};
