import { z } from 'zod';
import type { Become, SecretSource } from '../model/cluster.ts';
import { hostHint, isHost, isUser, parseJump } from './address.ts';
import { checked, flag, map, oneOrMore, parsed, say, text } from '../documents/fields.ts';
import { environmentName } from './values.ts';

/** One layer's ssh settings: what this layer says, nothing filled in. */
export interface SshSettings {
  readonly user?: string;
  readonly port?: number;
  readonly identityFile?: readonly string[];
  readonly agent?: boolean;
  readonly passphrase?: SecretSource;
  readonly password?: SecretSource;
  readonly knownHostsFile?: readonly string[];
  readonly jump?: JumpSettings | 'none';
}

export interface JumpSettings extends SshSettings {
  readonly host: string;
}

const secretForm = '{ env: NAME } or { prompt: true }';

/** Where a secret comes from. Text written in its place is refused: inventories are kept in git. */
const secret = (key: string, example: string) =>
  z.union(
    [map(secretForm, { env: environmentName }), map(secretForm, { prompt: z.literal(true, { error: 'true' }) })],
    { error: say(secretForm, `a secret is never written in an inventory; write ${key}: { env: ${example} }`) },
  );

export const host = checked('a host name or an IP address', isHost, hostHint);
const path = text('a path');
const jumpForm = 'a jump host: host, user@host:port, none, or a map with host';

const portForm = 'a port from 1 to 65535';

const shape = {
  user: checked('a login name', isUser).exactOptional(),
  port: z.int({ error: portForm }).min(1, { error: portForm }).max(65_535, { error: portForm }).exactOptional(),
  identityFile: oneOrMore('the path of a private key, or a list of paths', path).exactOptional(),
  agent: flag.exactOptional(),
  passphrase: secret('passphrase', 'SSH_PASSPHRASE').exactOptional(),
  password: secret('password', 'SSH_PASSWORD').exactOptional(),
  knownHostsFile: oneOrMore('the path of a known_hosts file, or a list of paths', path).exactOptional(),
};

const jumpHint = (written: string): string | undefined =>
  written.includes(',') ? 'for several jumps write a map with host, and in it jump' : undefined;

const jump: z.ZodType<JumpSettings | 'none'> = z.lazy(() =>
  z.union(
    [
      parsed(jumpForm, (written) => (written === 'none' ? 'none' : parseJump(written)), jumpHint),
      map(jumpForm, { host, ...shape, jump: jump.exactOptional() }),
    ],
    { error: jumpForm },
  ),
);

export const sshSchema = map('a map of ssh settings', { ...shape, jump: jump.exactOptional() });

const becomeForm = 'sudo, none, or { method: sudo, password: … }';

export const becomeSchema = z
  .union(
    [
      z.enum(['sudo', 'none']),
      map(becomeForm, {
        method: z.literal('sudo', { error: 'sudo' }),
        password: secret('password', 'SUDO_PASSWORD').exactOptional(),
      }),
    ],
    { error: becomeForm },
  )
  .transform((value): Become => (typeof value === 'string' ? { method: value } : value));
