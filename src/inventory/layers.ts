import { join } from 'node:path';
import type { Become, KubeadmOptions, SshTarget } from '../model/cluster.ts';
import type { KubeadmSettings } from './schema.ts';
import type { JumpSettings, SshSettings } from './ssh-schema.ts';

/** What fills in what no layer says. */
export interface Operator {
  /** Undefined only where every layer that needs a user names one; the rules see to that. */
  readonly login: string | undefined;
  readonly home: string;
}

const merge = (layers: readonly SshSettings[]): SshSettings =>
  layers.reduce((merged, layer) => ({ ...merged, ...layer }), {});

const target = (host: string, ssh: SshSettings, operator: Operator, jump: SshTarget | undefined): SshTarget => {
  const { passphrase, password } = ssh;
  return {
    host,
    port: ssh.port ?? 22,
    user: ssh.user ?? operator.login ?? '',
    identityFiles: ssh.identityFile ?? [],
    agent: ssh.agent ?? true,
    knownHostsFiles: ssh.knownHostsFile ?? [join(operator.home, '.ssh', 'known_hosts')],
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(password === undefined ? {} : { password }),
    ...(jump === undefined ? {} : { jump }),
  };
};

/**
 * How to reach `host`: the layers from the most general to the most special, the later winning key by key. A jump is
 * replaced whole, and what it leaves out comes from the layers up to the one that it is written in.
 */
export const sshTarget = (host: string, layers: readonly SshSettings[], operator: Operator): SshTarget => {
  const settings = merge(layers);
  const written = layers.findLastIndex((layer) => layer.jump !== undefined);
  const around = merge(layers.slice(0, written + 1));
  const login = operator.login ?? settings.user;
  return target(host, settings, operator, jumpTarget(settings.jump, around, { ...operator, login }));
};

const jumpTarget = (
  jump: JumpSettings | 'none' | undefined,
  around: SshSettings,
  operator: Operator,
): SshTarget | undefined => {
  if (jump === undefined || jump === 'none') return undefined;
  // A port and a password belong to one host; a passphrase belongs to its key.
  const { port: _port, password: _password, jump: _jump, passphrase, ...shared } = around;
  const settings: SshSettings = {
    ...shared,
    ...(jump.identityFile === undefined && passphrase !== undefined ? { passphrase } : {}),
    ...jump,
  };
  return target(jump.host, settings, operator, jumpTarget(jump.jump, settings, operator));
};

/** The last layer that says how wins; otherwise sudo, or nothing for those who log in as root. */
export const becomeOf = (layers: readonly (Become | undefined)[], user: string): Become =>
  layers.findLast((layer) => layer !== undefined) ?? { method: user === 'root' ? 'none' : 'sudo' };

/** kubeadm's options, the later layers winning key by key. */
export const kubeadmOptions = (layers: readonly KubeadmSettings[]): KubeadmOptions => {
  return layers.reduce<KubeadmOptions>((merged, layer) => ({ ...merged, ...layer }), { ignorePreflightErrors: [] });
};
