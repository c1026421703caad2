/** What JSON can hold, not looked at yet. */
export type Value = unknown;

export const isMap = (value: Value): value is Readonly<Record<string, Value>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Undefined where there is no such field, or nothing that could have one. */
export const field = (value: Value, name: string): Value => (isMap(value) ? value[name] : undefined);
