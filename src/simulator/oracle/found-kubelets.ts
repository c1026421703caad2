import { parse } from 'yaml';
import type { SeenHost, SeenWorld } from './seen-world.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** The kubelets' configuration as it was found: of each host, by its name, and of the ConfigMap. */
export interface FoundKubelets {
  readonly files: ReadonlyMap<string, string>;
  readonly map: string;
}

export const configFile = '/var/lib/kubelet/config.yaml';
export const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const settingsOf = (text: string): Settings => {
  const found: unknown = parse(text);
  return isSettings(found) ? found : {};
};

export const fileOf = ({ files }: SeenHost): string =>
  files.stat(configFile) === undefined ? '' : files.read(configFile);

export const mapOf = ({ objects }: SeenWorld): string => {
  const data = objects.get('ConfigMap', 'kube-system', 'kubelet-config')?.['data'];
  const text = isSettings(data) ? data['kubelet'] : undefined;
  return typeof text === 'string' ? text : '';
};

/** Looks at a world in which nobody changes anything. */
export const lookAtKubelets = (world: SeenWorld): FoundKubelets => ({
  files: new Map([...world.hosts.values()].map((host) => [host.name, fileOf(host)])),
  map: mapOf(world),
});
