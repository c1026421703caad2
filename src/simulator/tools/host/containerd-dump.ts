import type { Host } from '../../world/host.ts';
import { containerdConfig } from './containerd-config.ts';

/** What a containerd without a configuration has otherwise than the lab's, in the order of the file (both recorded, 1.6.20). */
const otherwise: readonly (readonly [configured: string, plain: string])[] = [
  ['imports = ["/etc/containerd/config.toml"]', 'imports = []'],
  ['restrict_oom_score_adj = true', 'restrict_oom_score_adj = false'],
  ['sandbox_image = "registry.k8s.io/pause:3.10.1"', 'sandbox_image = "registry.k8s.io/pause:3.6"'],
  ['config_path = "/etc/containerd/certs.d"', 'config_path = ""'],
];

/** `containerd config default`: but for the options of a runtime that nobody looks at. */
export const containerdDefault = otherwise.reduce(
  (text, [configured, plain]) => text.replace(configured, plain),
  containerdConfig,
);

const file = '/etc/containerd/config.toml';

const valueIn = (text: string, key: string): string | undefined => new RegExp(`^ *${key} = (.*)$`, 'm').exec(text)?.[1];

/**
 * `containerd config dump`: what the file says over the defaults, as far as anybody looks at it. Where there is no file it
 * is as the lab's hosts have it.
 */
export const containerdDump = ({ files }: Host): string => {
  if (files.stat(file) === undefined) return containerdConfig;
  const text = files.read(file);
  return ['SystemdCgroup', 'bin_dir', 'conf_dir', 'disabled_plugins'].reduce((dump, key) => {
    const value = valueIn(text, key);
    return value === undefined ? dump : dump.replace(new RegExp(`^( *${key} = ).*$`, 'm'), `$1${value}`);
  }, containerdDefault);
};
