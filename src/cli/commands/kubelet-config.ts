import { resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { UsageError } from '../../model/errors.ts';
import {
  bothPatches,
  isSettings,
  patchAt,
  pathText,
  settingAt,
  settingsIn,
  type KubeletSettings,
  type SettingPath,
} from '../../model/kubelet-settings.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { runPlaybook } from '../playbook-run.ts';
import { wishesToRun } from './run.ts';

export interface KubeletConfigOptions extends Omit<SelectionOptions, 'limit' | 'only'>, PlaybookOptions {
  /** `name=value` each. */
  readonly set?: readonly string[];
  /** A part of a KubeletConfiguration. */
  readonly file?: string;
  readonly drain?: string;
}

const yamlOf = (text: string, says: (why: string) => string): unknown => {
  try {
    return parseYaml(text, { logLevel: 'error' });
  } catch (error) {
    // Its first line says what is wrong, and where; the lines after it show the place.
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split(/:?\n/);
    throw new UsageError(says(why));
  }
};

/** `evictionHard.memory\.available` → its two names. */
const pathOf = (text: string): SettingPath =>
  [...text.matchAll(/(?:\\[^]|[^.\\])+|(?<=^|\.)(?=\.|$)/g)].map(([name]) => name.replaceAll(/\\([^])/g, '$1'));

/** @throws UsageError for what is no assignment. */
const assigned = (assignment: string): KubeletSettings => {
  const [, name = '', value] = /^((?:\\[^]|[^=\\])*)=([^]*)$/.exec(assignment) ?? [];
  const path = pathOf(name);
  if (value === undefined || path.length === 0 || path.includes(''))
    throw new UsageError(
      `--set ${assignment}: write name=value, such as maxPods=150 or 'evictionHard.memory\\.available=200Mi'; null takes a setting away`,
    );
  const found = yamlOf(value, (why) => `--set ${assignment}: the value is no YAML: ${why}`);
  const patch = patchAt(path, found);
  return isSettings(patch) ? patch : {};
};

/** @throws UsageError for a file that is not there, or holds no settings. */
const fromFile = (parts: Parts, file: string): unknown => {
  let text: string;
  try {
    text = parts.readFile(resolve(parts.cwd, file));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(missing ? `--file ${file} does not exist` : `--file ${file} cannot be read: ${why}`);
  }
  const found = yamlOf(text, (why) => `--file ${file} is no YAML: ${why}`);
  if (!isSettings(found)) throw new UsageError(`--file ${file}: expected a map of settings, such as maxPods: 150`);
  const { apiVersion = 'kubelet.config.k8s.io/v1beta1', kind = 'KubeletConfiguration', ...settings } = found;
  if (apiVersion !== 'kubelet.config.k8s.io/v1beta1' || kind !== 'KubeletConfiguration')
    throw new UsageError(
      `--file ${file}: expected a part of a KubeletConfiguration (kubelet.config.k8s.io/v1beta1), found ${String(kind)} (${String(apiVersion)})`,
    );
  return settings;
};

/** What would take nodes or their pods down if it were changed on the side of the kubelet alone, and why. */
const notHere: readonly (readonly [SettingPath, string])[] = [
  [['apiVersion'], 'kubeadm writes it'],
  [['kind'], 'kubeadm writes it'],
  [['staticPodPath'], 'the control plane’s own pods are there'],
  [['cgroupDriver'], 'it is the container runtime’s as well, and every pod has to be made anew'],
  [['containerRuntimeEndpoint'], 'each node has its own, in /var/lib/kubelet/instance-config.yaml'],
];

/** As the playbook takes it. @throws UsageError for nothing, and for what is not changed here. */
const checked = (patch: unknown, where: string): string => {
  if (!isSettings(patch) || settingsIn(patch).length === 0)
    throw new UsageError(
      `which settings? Name them: --set maxPods=150, or --file PATCH.yaml; or write \`kubelet: { configuration: … }\` for ${where}`,
    );
  const refused = notHere.find(([path]) => settingAt(patch, path) !== undefined);
  if (refused !== undefined) throw new UsageError(`${pathText(refused[0])} is not changed here: ${refused[1]}`);
  return JSON.stringify(patch);
};

/**
 * `nodeops kubelet config`: the playbook kubelet-config, with what was asked for, or what the inventory says of each
 * cluster. @throws UsageError before anything is connected to.
 */
export const kubeletConfig = async (
  parts: Parts,
  { set = [], file, drain, ...options }: KubeletConfigOptions,
): Promise<number> => {
  const beginning = file === undefined ? {} : fromFile(parts, file);
  const asked = set.reduce<unknown>((sum, assignment) => bothPatches(sum, assigned(assignment)), beginning);
  const isAsked = set.length > 0 || file !== undefined;
  const wishes = loadSelection(parts, options).flatMap(({ cluster: { name, source, kubelet } }) => {
    const configuration = checked(isAsked ? asked : kubelet, `${name} (${source})`);
    const words = [`configuration=${configuration}`, ...(drain === 'none' ? ['inPlace=true'] : [])];
    return wishesToRun(parts, 'kubelet-config', { ...options, cluster: [name], set: words });
  });
  return runPlaybook(parts, wishes, options);
};
