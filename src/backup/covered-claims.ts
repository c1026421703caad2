import { selects, type Labels } from '../facts/label-selector.ts';
import type { BackupHook, CoveredClaims } from '../model/cluster.ts';

/** A persistent volume claim of the cluster. */
export interface Claim {
  /** `namespace/name` */
  readonly claim: string;
  readonly namespace: string;
  readonly labels: Labels;
}

const covers = (wanted: CoveredClaims, { claim, namespace, labels }: Claim): boolean =>
  wanted.kind === 'named'
    ? wanted.claim === claim
    : (wanted.namespace ?? namespace) === namespace && selects(wanted.selector.labels, labels);

/** The names of the claims that a hook says it saves, of those that there are. */
export const coveredBy = ({ covers: wanted }: BackupHook, claims: readonly Claim[]): readonly string[] =>
  claims.filter((claim) => wanted.some((each) => covers(each, claim))).map(({ claim }) => claim);

/** `shop/data`, `claims of shop with app=db`, `claims with app=db`, `claims of shop`: for people. */
export const coverText = (wanted: CoveredClaims): string => {
  if (wanted.kind === 'named') return wanted.claim;
  const { namespace, selector } = wanted;
  return `claims${namespace === undefined ? '' : ` of ${namespace}`}${selector.text === '' ? '' : ` with ${selector.text}`}`;
};

/** What a hook says it saves and nobody has: a name that was mistyped, or a claim that is gone. */
export const coversNothing = ({ covers: wanted }: BackupHook, claims: readonly Claim[]): readonly string[] =>
  wanted.filter((each) => !claims.some((claim) => covers(each, claim))).map(coverText);
