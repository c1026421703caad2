/** What keeps pods away from a node that do not tolerate it. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** As kubectl writes it: `dedicated=gpu:NoSchedule`, `spot:PreferNoSchedule`. */
export const taintText = ({ key, value, effect }: Taint): string =>
  `${key}${value === undefined ? '' : `=${value}`}:${effect}`;

/** Undefined for what is no taint. Source: kubectl taint --help. */
export const parseTaint = (text: string): Taint | undefined => {
  const [, key, value, effect] =
    /^([^=:\s]+)(?:=([^=:\s]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text) ?? [];
  if (key === undefined || effect === undefined) return undefined;
  return { key, ...(value === undefined || value === '' ? {} : { value }), effect };
};
