import { compareDebVersions } from '../../host/deb-version.ts';
import type { Call } from '../../shell/tool.ts';
import type { Dependency } from '../../world/world.ts';
import { mended, refusal, type Change, type Choice, type Permissions } from './apt-choice.ts';
import type { KnownOffer } from './apt-known.ts';

export interface UpgradeWish {
  /** Packages of which no version may come. */
  readonly pinned: ReadonlySet<string>;
  readonly ignoresHolds: boolean;
  /** `--with-new-pkgs`: what an upgrade asks for may be installed anew. */
  readonly withNew: boolean;
}

/** What `apt-get upgrade` will do. */
export interface Upgrade {
  readonly changes: readonly Change[];
  /** There is a newer one, and it does not come: a hold, or something that it asks for cannot be had. Sorted. */
  readonly keptBack: readonly string[];
}

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

class Resolver {
  readonly #call: Call;
  readonly #offers: readonly KnownOffer[];
  readonly #wish: UpgradeWish;
  readonly #upgrades: Map<string, Change>;

  constructor(call: Call, offers: readonly KnownOffer[], wish: UpgradeWish) {
    this.#call = call;
    this.#wish = wish;
    this.#offers = offers.filter(({ name }) => !wish.pinned.has(name));
    const newer = [...call.host.packages.values()].flatMap((from): readonly Change[] => {
      const offer = this.#candidate(from.name);
      return offer === undefined || compareDebVersions(offer.version, from.version) <= 0
        ? []
        : [{ name: from.name, from, offer }];
    });
    this.#upgrades = new Map(newer.map((change) => [change.name, change]));
  }

  /** The newest that may come: offers are sorted so. */
  #candidate(name: string): KnownOffer | undefined {
    return this.#offers.find((offer) => offer.name === name);
  }

  #isMet({ name, atLeast }: Dependency, coming: ReadonlyMap<string, Change>): boolean {
    const installed = this.#call.host.packages.get(name);
    const enough = (version: string): boolean => atLeast === undefined || compareDebVersions(version, atLeast) >= 0;
    if (installed !== undefined && enough(installed.version)) return true;
    const change = coming.get(name);
    return change !== undefined && enough(change.offer.version);
  }

  /** What comes anew for an upgrade; undefined where something that it asks for cannot be had. */
  #newFor({ offer }: Change, coming: ReadonlyMap<string, Change>): readonly Change[] | undefined {
    const anew: Change[] = [];
    for (const asked of offer.depends ?? []) {
      if (this.#isMet(asked, coming)) continue;
      const candidate = this.#call.host.packages.has(asked.name) ? undefined : this.#candidate(asked.name);
      const change = candidate && { name: asked.name, from: undefined, offer: candidate };
      if (change === undefined || !this.#wish.withNew || !this.#isMet(asked, new Map([[asked.name, change]])))
        return undefined;
      anew.push(change);
    }
    return anew;
  }

  /** Those that cannot come are taken away until all that is left can. */
  resolve(): Upgrade {
    const isHeld = ({ from }: Change): boolean => from?.held === true && !this.#wish.ignoresHolds;
    const coming = new Map([...this.#upgrades].filter(([, change]) => !isHeld(change)));
    for (let settled = false; !settled;) {
      const refused = [...coming.values()].filter((change) => this.#newFor(change, coming) === undefined);
      for (const { name } of refused) coming.delete(name);
      settled = refused.length === 0;
    }
    const anew = [...coming.values()].flatMap((change) => this.#newFor(change, coming) ?? []);
    const changes = new Map([...coming.values(), ...anew].map((change) => [change.name, change]));
    return {
      changes: [...changes.values()].toSorted((a, b) => byName(a.name, b.name)),
      keptBack: [...this.#upgrades.keys()].filter((name) => !coming.has(name)).toSorted(byName),
    };
  }
}

/**
 * `apt-get upgrade`: everything newer that comes without a removal. Source: apt-get(8); compared with apt 2.6.2
 * (test/simulator/host/apt-upgrade.test.ts).
 */
export const resolveUpgrade = (call: Call, offers: readonly KnownOffer[], wish: UpgradeWish): Upgrade =>
  new Resolver(call, offers, wish).resolve();

/** The same with what must be reinstalled, or the line with which it refuses. */
export const chooseUpgrade = (
  call: Call,
  offers: readonly KnownOffer[],
  wish: UpgradeWish,
  may: Permissions,
): Choice => {
  const { changes } = resolveUpgrade(call, offers, wish);
  const named = new Set(changes.map(({ name }) => name));
  const known = offers.filter(
    ({ name, version }) => !wish.pinned.has(name) || call.host.packages.get(name)?.version === version,
  );
  const mending = mended(call, known, named);
  const wrong = mending.find((one) => 'error' in one);
  if (wrong !== undefined) return wrong;
  const all = [...mending.flatMap((one) => ('offer' in one ? [one] : [])), ...changes];
  const error = refusal(all, may);
  return error === undefined ? { changes: all } : { error };
};
