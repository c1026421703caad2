import { parse } from 'yaml';
import { SimulatorGap } from '../gap.ts';
import { kubeletDefaults } from './kubelet-defaults.ts';

type Settings = Readonly<Record<string, unknown>>;

const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const settingsIn = (text: string): Settings => {
  const found: unknown = parse(text);
  return isSettings(found) ? found : {};
};

/** Beside those that a kubelet tells of by itself: it has them only where they are set. */
const more = new Set([
  'apiVersion',
  'kind',
  'containerRuntimeEndpoint',
  'evictionSoft',
  'evictionSoftGracePeriod',
  'featureGates',
]);
/** Asked of the lab's kubelets, 1.35.4 and 1.36.3. */
const unheardOf = new Set(['maxPodz']);

/** A name that this kubelet does not know; it passes over it. @throws SimulatorGap for one that nobody was asked about. */
export const unknownSetting = (text: string): string | undefined => {
  const names = Object.keys(settingsIn(text)).filter((name) => !(name in kubeletDefaults) && !more.has(name));
  const strange = names.find((name) => !unheardOf.has(name));
  if (strange !== undefined) throw new SimulatorGap(`the kubelet's setting ${strange} is not modelled`);
  return names[0];
};

/** Why a kubelet does not take a configuration, as it says it (recorded, 1.36.3: a number below zero, a text for a number). */
export const refusedSetting = (text: string): string | undefined => {
  const { maxPods } = settingsIn(text);
  if (maxPods !== undefined && typeof maxPods !== 'number')
    return 'failed to load kubelet config file, path: config.yaml, error: failed to load Kubelet config file config.yaml, error failed to decode: json: cannot unmarshal string into Go struct field KubeletConfiguration.maxPods of type int32';
  return typeof maxPods === 'number' && maxPods < 0
    ? `failed to validate kubelet configuration, error: invalid configuration: maxPods (--max-pods) ${maxPods} must not be a negative number, path: &TypeMeta{Kind:,APIVersion:,}`
    : undefined;
};

/**
 * What it finds only once it begins: a soft eviction threshold without a grace period. Source: kubelet, eviction/helpers.go,
 * ParseThresholdConfig; docs/nodes.md.
 */
export const refusedAtStart = (text: string): string | undefined => {
  const { evictionSoft, evictionSoftGracePeriod } = settingsIn(text);
  const graces = isSettings(evictionSoftGracePeriod) ? evictionSoftGracePeriod : {};
  const without = Object.keys(isSettings(evictionSoft) ? evictionSoft : {}).find((signal) => !(signal in graces));
  return without === undefined
    ? undefined
    : `failed to run Kubelet: failed to create kubelet: grace period must be specified for the soft eviction threshold ${without}`;
};

/** What is empty in the file is whatever a kubelet takes for it. */
const isUnset = (value: unknown): boolean => value === '0s' || value === '' || value === 0;

const over = (before: unknown, value: unknown): unknown => {
  if (!isSettings(value) || !isSettings(before)) return isUnset(value) && before !== undefined ? before : value;
  const names = [...new Set([...Object.keys(before), ...Object.keys(value)])];
  return Object.fromEntries(
    names.map((name) => [name, name in value ? over(before[name], value[name]) : before[name]]),
  );
};

/** Maps that a file replaces whole. */
const whole = ['evictionHard', 'evictionSoft'] as const;

/** What a kubelet says that it runs with (`/configz`), which was started with that file. */
export const runningSettings = (text: string): string => {
  const { apiVersion: _version, kind: _kind, ...settings } = settingsIn(text);
  const merged = over(kubeletDefaults, settings);
  const replaced = whole.flatMap((name) => (name in settings ? [[name, settings[name]] as const] : []));
  return JSON.stringify({ kubeletconfig: { ...(isSettings(merged) ? merged : {}), ...Object.fromEntries(replaced) } });
};
