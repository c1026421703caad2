/** A KubeletConfiguration, or a part of one, as YAML and JSON have it. */
export type KubeletSettings = Readonly<Record<string, unknown>>;

/** Where a setting stands: `['evictionHard', 'memory.available']`. */
export type SettingPath = readonly string[];

export interface Setting {
  readonly path: SettingPath;
  readonly value: unknown;
}

export const isSettings = (value: unknown): value is KubeletSettings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is there with a merge patch in it: a null takes its key away, lists are replaced whole. Source: RFC 7386. */
export const patched = (target: unknown, patch: unknown): unknown => {
  if (!isSettings(patch)) return patch;
  const entries = new Map(Object.entries(isSettings(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) entries.delete(key);
    else entries.set(key, patched(entries.get(key), value));
  }
  return Object.fromEntries(entries);
};

/** Two patches in one: the later goes before, and what it takes away is taken away. */
export const bothPatches = (one: unknown, other: unknown): unknown => {
  if (!isSettings(one) || !isSettings(other)) return other;
  const entries = new Map(Object.entries(one));
  for (const [key, value] of Object.entries(other)) entries.set(key, bothPatches(entries.get(key), value));
  return Object.fromEntries(entries);
};

/** The settings that a patch names; those that it takes away have the value null. */
export const settingsIn = (patch: unknown, path: SettingPath = []): readonly Setting[] =>
  isSettings(patch) && (path.length === 0 || Object.keys(patch).length > 0)
    ? Object.entries(patch).flatMap(([key, value]) => settingsIn(value, [...path, key]))
    : [{ path, value: patch }];

/** The value that stands somewhere; undefined where nothing does. */
export const settingAt = (settings: unknown, path: SettingPath): unknown =>
  path.reduce<unknown>(
    (value, key) => (isSettings(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    settings,
  );

/** A patch with one setting in it; undefined takes it away. */
export const patchAt = (path: SettingPath, value: unknown): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value ?? null);

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** kubeadm and the kubelet write `60s` as `1m0s`. Source: Go, time.Duration, String. */
const durationMs = (text: string): number | undefined => {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (unitMs[unit] ?? 0),
    0,
  );
};

const canonical = (value: unknown): unknown => {
  if (typeof value === 'string') return durationMs(value) ?? value;
  if (Array.isArray(value)) return value.map(canonical);
  return isSettings(value)
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, each]) => [key, canonical(each)]),
      )
    : value;
};

/** What kubeadm writes where nothing is set, because Go cannot leave it out. Source: lab, kubeadm 1.35.4 and 1.36.3. */
const isUnset = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === '0s' ||
  (isSettings(value) && Object.values(value).every(isUnset));

/** Whether two values mean the same to a kubelet: durations by their length, what is not set however it is written. */
export const sameSetting = (one: unknown, other: unknown): boolean =>
  (isUnset(one) && isUnset(other)) || JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));

/** `evictionHard.memory\.available`, as `--set` takes it. */
export const pathText = (path: SettingPath): string =>
  path.map((key) => key.replaceAll(/[\\.=]/g, String.raw`\$&`)).join('.');
