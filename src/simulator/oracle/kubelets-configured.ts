import { isDeepStrictEqual } from 'node:util';
import {
  configFile,
  fileOf,
  isSettings,
  mapOf,
  settingsOf,
  type FoundKubelets,
  type Settings,
} from './found-kubelets.ts';
import type { Wish } from './invariant.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

/** Where a change that is under way keeps the file of before. */
const keptFile = '/var/lib/nodeops/kubelet-config.yaml';

type Wanted = NonNullable<Wish['kubelets']>['settings'][number];

const withSetting = (settings: Settings, { path: [name = '', ...rest], value }: Wanted): Settings => {
  const inner = settings[name];
  return {
    ...settings,
    [name]: rest.length === 0 ? value : withSetting(isSettings(inner) ? inner : {}, { path: rest, value }),
  };
};

/** What a text of before has to say by now: what was asked for, and all else as it was. */
const wanted = (before: string, settings: readonly Wanted[]): Settings =>
  settings.reduce<Settings>((sum, each) => withSetting(sum, each), settingsOf(before));

const holds = (settings: unknown, { path: [name = '', ...rest], value }: Wanted): boolean => {
  const found = isSettings(settings) ? settings[name] : undefined;
  return rest.length === 0 ? isDeepStrictEqual(found, value) : holds(found, { path: rest, value });
};

/** Whether a host's kubelet runs with what was asked for already. */
export const isConfigured = ({ kubelet }: SeenHost, { kubelets: wish }: Wish): boolean =>
  wish?.refused === undefined && (wish?.settings ?? []).every((each) => holds(settingsOf(kubelet.configuration), each));

const hostLacks = (host: SeenHost, should: Settings): readonly string[] => {
  const { kubelet, files } = host;
  return [
    ...(isDeepStrictEqual(settingsOf(fileOf(host)), should) ? [] : [`${configFile} does not say what it should`]),
    ...(kubelet.running !== undefined && isDeepStrictEqual(settingsOf(kubelet.configuration), should)
      ? []
      : ['its kubelet does not run with what was asked for']),
    ...(files.stat(keptFile) === undefined ? [] : [`${keptFile} is left`]),
  ];
};

/**
 * What still differs from kubelets that run with what was asked for, a line each: each one's file, what it runs with, and
 * the ConfigMap that others get theirs from have it, and are otherwise as they were found.
 */
export const kubeletLacks = (world: SeenWorld, { kubelets: wish }: Wish, found: FoundKubelets): readonly string[] => {
  if (wish === undefined) return [];
  const isMap = isDeepStrictEqual(settingsOf(mapOf(world)), wanted(found.map, wish.settings));
  return [
    ...(isMap ? [] : ['the ConfigMap kubelet-config does not say what it should']),
    ...[...world.hosts.values()].flatMap((host) =>
      hostLacks(host, wanted(found.files.get(host.name) ?? '', wish.settings)).map((lack) => `${host.name}: ${lack}`),
    ),
  ];
};

/** What of a change that no kubelet takes was not taken back, a line each: all run with what they were found with. */
export const keptLacks = (world: SeenWorld, { kubelets: wish }: Wish, found: FoundKubelets): readonly string[] => {
  if (wish?.refused === undefined) return [];
  const before = (name: string): Settings => settingsOf(found.files.get(name) ?? '');
  return [
    ...(wish.refused.when === 'started' || mapOf(world) === found.map
      ? []
      : ['the ConfigMap kubelet-config was changed']),
    ...[...world.hosts.values()].flatMap((host) =>
      hostLacks(host, before(host.name)).map((lack) => `${host.name}: ${lack}`),
    ),
  ];
};
