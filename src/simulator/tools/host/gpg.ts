import { createHash } from 'node:crypto';
import { SimulatorGap } from '../../gap.ts';
import { readKeys, type PublicKey } from '../../host/openpgp.ts';
import type { Tool } from '../../shell/tool.ts';
import { readOptions } from './options.ts';

const usage = (flags: number): string => `${(flags & 2) === 0 ? '' : 's'}${(flags & 1) === 0 ? '' : 'c'}`;

const escaped = (text: string): string => text.replaceAll('\\', '\\x5c').replaceAll(':', '\\x3a');

/** Source: gnupg doc/DETAILS, "Format of the colon listings"; recorded on the lab, gpg 2.2.40. */
const listing = (key: PublicKey, nowSeconds: number): string => {
  const validity = key.expiresAt !== undefined && key.expiresAt <= nowSeconds ? 'e' : '-';
  const can = usage(key.flags);
  const all = validity === 'e' ? can : can + can.toUpperCase().split('').toSorted().toReversed().join('');
  const lines = [
    `pub:${validity}:${key.bits}:${key.algorithm}:${key.keyId}:${key.createdAt}:${key.expiresAt ?? ''}::-:::${all}::::::23::0:`,
    `fpr:::::::::${key.fingerprint}:`,
    ...key.userIds.map(({ text, signedAt }) => {
      const hash = createHash('ripemd160').update(text, 'latin1').digest('hex').toUpperCase();
      return `uid:${validity}::::${signedAt}::${hash}::${escaped(text)}::::::::::0:`;
    }),
  ];
  return `${lines.join('\n')}\n`;
};

/** gpg(1), as far as it shows the keys that it is given on standard input. */
export const gpg: Tool = (call) => {
  const options = readOptions(
    {
      program: 'gpg',
      flags: ['--no-options', '--quiet', '--batch', '--show-keys', '--with-colons'],
      valued: ['--homedir'],
    },
    call.argv.slice(1),
  );
  if (!options.has('--show-keys') || !options.has('--with-colons') || options.rest.length > 0)
    throw new SimulatorGap(`gpg: only --show-keys --with-colons of standard input is modelled: ${call.argv.join(' ')}`);
  const home = options.value('--homedir') ?? '/root/.gnupg';
  if (call.host.files.stat(home) === undefined)
    call.host.files.makeDirectory(home, call.actor, { parents: true, mode: 0o700 });
  const keys = readKeys(call.stdin());
  if (keys.length === 0) {
    call.err('gpg: no valid OpenPGP data found.\n');
    return 2;
  }
  const now = (call.host.kernel.now + call.host.clockOffsetMs) / 1000;
  call.out(keys.map((key) => listing(key, now)).join(''));
  return 0;
};
