import type { ClusterSettings, LayerSettings, SharedSettings } from './schema.ts';
import { labelledLayers } from './sketch.ts';

/** One layer and the directory that its relative paths and commands belong to. */
export interface PlacedLayer {
  readonly settings: LayerSettings;
  /** Absolute. */
  readonly directory: string;
}

/** What clusters share, by the key that it stands under, each with the directory of its file. */
export interface PlacedShared {
  readonly settings: SharedSettings;
  readonly directoryOf: (key: 'defaults' | 'environments' | 'regions') => string;
}

/** What holds for a cluster beside what it says itself, the most general first. */
export const layersFor = (
  { labels = {} }: ClusterSettings,
  { settings, directoryOf }: PlacedShared,
): readonly PlacedLayer[] => [
  ...(settings.defaults === undefined ? [] : [{ settings: settings.defaults, directory: directoryOf('defaults') }]),
  ...labelledLayers.flatMap(({ key, label }) => {
    const all = settings[key] ?? {};
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    const own = value !== undefined && Object.hasOwn(all, value) ? all[value] : undefined;
    return own === undefined ? [] : [{ settings: own, directory: directoryOf(key) }];
  }),
];
