/** What keeps pods away from a node that do not tolerate it. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** Pods that do not tolerate it do not begin there. */
export const keepsPodsAway = ({ effect }: Taint): boolean => effect === 'NoSchedule' || effect === 'NoExecute';

/** Of what kubectl writes, `dedicated=gpu:NoSchedule` or `spot:PreferNoSchedule`. Undefined for what is no taint. Source: kubectl taint --help. */
export const parseTaint = (text: string): Taint | undefined => {
  const [, key, value, effect] =
    /^([^=:\s]+)(?:=([^=:\s]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text) ?? [];
  if (key === undefined || effect === undefined) return undefined;
  return { key, ...(value === undefined || value === '' ? {} : { value }), effect };
};
