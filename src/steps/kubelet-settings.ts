import { createTwoFilesPatch } from 'diff';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import type { KubeletFiles } from '../facts/kubelet-files.ts';
import { readJson, readYaml } from '../facts/read-text.ts';
import {
  isSettings,
  patchAt,
  patched,
  pathText,
  sameSetting,
  settingAt,
  settingsIn,
  type KubeletSettings,
  type SettingPath,
} from '../model/kubelet-settings.ts';

/** A merge patch of the KubeletConfiguration, as JSON: parameters are texts. */
export const configurationText = z
  .string()
  .refine((text) => isSettings(readJson(text)) && settingsIn(readJson(text)).length > 0, {
    error: 'a map of settings in JSON, such as {"maxPods":150}',
  });

export const configurationWish = z.strictObject({ configuration: configurationText });

/** The settings of a wish whose text is right. */
export const patchOf = ({ configuration }: z.output<typeof configurationWish>): KubeletSettings => {
  const patch = readJson(configuration);
  return isSettings(patch) ? patch : {};
};

/** The ConfigMap's text with a patch in it; what the patch is not about stays as it was written. */
export const patchedText = (raw: string, patch: KubeletSettings): string => {
  const before = readYaml(raw);
  const same = settingsIn(patch).every(({ path, value }) => sameSetting(settingAt(before, path), value));
  if (same) return raw;
  const document = parseDocument(raw);
  const after = patched(before, patch);
  for (const key of Object.keys(patch)) {
    const value = settingAt(after, [key]);
    if (value === undefined) document.delete(key);
    else document.set(key, document.createNode(value));
  }
  return document.toString({ lineWidth: 0, indentSeq: false });
};

/** What comes to stand in a node's file, at one place, once kubeadm has written it from the ConfigMap. */
const comingAt = (path: SettingPath, files: KubeletFiles, all: unknown): unknown => {
  if (files.untold.includes(path[0] ?? '')) return settingAt(files.settings, path);
  const own = settingAt(files.own, path);
  return own === undefined ? settingAt(all, path) : own;
};

/** A node's file as kubeadm will write it, as far as a patch is about it. `raw`: the ConfigMap's text. */
export const comingSettings = (files: KubeletFiles, raw: string, patch: KubeletSettings): KubeletSettings => {
  const all = readYaml(raw);
  const coming = settingsIn(patch).reduce<unknown>((settings, { path }) => {
    const value = comingAt(path, files, all);
    return sameSetting(settingAt(settings, path), value) ? settings : patched(settings, patchAt(path, value));
  }, files.settings);
  return isSettings(coming) ? coming : files.settings;
};

/** What the node keeps although a patch is about it: `maxPods (200 here)`. */
export const keptByNode = (files: KubeletFiles, patch: KubeletSettings): readonly string[] =>
  settingsIn(patch).flatMap(({ path, value }) => {
    const own = settingAt(files.own, path);
    if (files.untold.includes(path[0] ?? '')) return [`${pathText(path)} (a patch in JSON has it)`];
    return own === undefined || sameSetting(own, value) ? [] : [`${pathText(path)} (${JSON.stringify(own)} here)`];
  });

const written = (settings: KubeletSettings): string =>
  stringify(settings, { sortMapEntries: true, lineWidth: 0, indentSeq: false });

const differenceOf = (before: string, after: string): readonly string[] =>
  createTwoFilesPatch('', '', before, after, '', '', { context: 1 })
    .split('\n')
    .filter((line) => /^[-+ ]/.test(line) && !/^(?:---|\+\+\+)/.test(line));

/** Lines of `diff -u`, each text in one form: what is there in another order is no difference. */
export const settingsDifference = (before: unknown, after: unknown): readonly string[] =>
  differenceOf(written(isSettings(before) ? before : {}), written(isSettings(after) ? after : {}));

/** What a person types to take a change back: the values that a text had before. */
export const takeBack = (before: string, patch: KubeletSettings): string => {
  const settings = readYaml(before);
  const words = settingsIn(patch).map(
    ({ path }) => `--set '${pathText(path)}=${JSON.stringify(settingAt(settings, path) ?? null)}'`,
  );
  return `nodeops kubelet config ${words.join(' ')}`;
};

/** kubeadm finds these out for each node. Source: kubeadm, componentconfigs/kubelet.go, Mutate; instance-config.yaml. */
const ofEachNode: readonly string[] = ['apiVersion', 'kind', 'resolvConf', 'containerRuntimeEndpoint'];

/** The lines by which a node's file is not what kubeadm would write, but for what a patch is about. */
export const editedByHand = (files: KubeletFiles, raw: string, patch: KubeletSettings): readonly string[] => {
  const apart = (settings: unknown): unknown =>
    settingsIn(patch).reduce<unknown>((sum, { path }) => patched(sum, patchAt(path, undefined)), settings);
  const [found, wanted] = [apart(files.settings), apart(patched(readYaml(raw), files.own))];
  const names = new Set([found, wanted].flatMap((each) => (isSettings(each) ? Object.keys(each) : [])));
  const differing = [...names].filter(
    (name) =>
      !ofEachNode.includes(name) &&
      !files.untold.includes(name) &&
      !sameSetting(settingAt(found, [name]), settingAt(wanted, [name])),
  );
  const only = (settings: unknown): unknown =>
    differing.reduce<unknown>((sum, name) => patched(sum, patchAt([name], settingAt(settings, [name]))), {});
  return settingsDifference(only(found), only(wanted));
};
