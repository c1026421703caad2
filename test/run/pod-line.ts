const uid = (n: number): string => `${n.toString(16).padStart(8, '0')}-0000-4000-a000-000000000000`;

/** What differs from a pod that is well. */
export interface Row {
  readonly name: string;
  readonly namespace?: string;
  readonly n?: number;
  readonly phase?: string;
  readonly deleting?: boolean;
  readonly owner?: readonly [string, string];
  readonly hash?: string;
  readonly container?: readonly unknown[];
}

/** A line as `kubectl get` prints it for the fact. */
export const podLine = ({
  name,
  namespace = 'shop',
  n = 1,
  phase = 'Running',
  deleting = false,
  ...more
}: Row): string =>
  JSON.stringify([
    namespace,
    name,
    uid(n),
    'w1',
    phase,
    ['True', null],
    deleting,
    false,
    [more.owner ?? null, ...(more.owner === undefined ? [] : [null])],
    more.hash ?? null,
    [null],
    [more.container ?? ['app', 0, null, null], null],
  ]);
