/** Where a value stands in the file: `['clusters', 0, 'name']`. */
export type Path = readonly (string | number)[];

/** A YAML mapping before it has been validated. */
export type RawMap = Readonly<Record<string, unknown>>;

export const asMap = (value: unknown): RawMap | undefined =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(Object.entries(value))
    : undefined;

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The value of an own key or index; undefined when there is none. */
export const child = (value: unknown, key: string | number): unknown => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.entries(value).find(([name]) => name === String(key))?.[1];
};

/** The value at a path; undefined when the file has none. */
export const valueAt = (root: unknown, path: Path): unknown => path.reduce(child, root);

const plainKey = /^[A-Za-z_][\w-]*$/;

/** `clusters[0].nodes[2].role`; keys that would be ambiguous are quoted: `labels["example.com/a"]`. */
export const pathText = (path: Path): string =>
  path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      return plainKey.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join('')
    .replace(/^\./, '');
