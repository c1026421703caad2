import { network } from './addresses.ts';

/** Every container and volume of the lab carries it; its value is the cluster, or `mirror`. */
export const LABEL = 'dev.nodeops.lab';

export interface Container {
  readonly name: string;
  /** Whom it belongs to: the label's value. */
  readonly owner: string;
  readonly address: string;
  readonly mounts: readonly string[];
  readonly flags?: readonly string[];
  readonly image: string;
  readonly command?: readonly string[];
}

/** The command that starts a container: on the lab's network, at a fixed address, back after a restart of the engine. */
export function runArgv(container: Container): string[] {
  const options = {
    name: container.name,
    hostname: container.name,
    label: `${LABEL}=${container.owner}`,
    restart: 'unless-stopped',
    network: network.name,
    ip: container.address,
  };
  const mounts = container.mounts.flatMap((mount) => ['--mount', mount]);
  const flags = [...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), ...mounts];
  return ['docker', 'run', '-d', ...flags, ...(container.flags ?? []), container.image, ...(container.command ?? [])];
}

/** A file or folder of the host's; `--mount` instead of `-v`, since the repository's paths hold colons. */
export const bind = (from: string, to: string): string => `type=bind,src=${from},dst=${to}`;

export const bindReadOnly = (from: string, to: string): string => `${bind(from, to)},readonly`;
