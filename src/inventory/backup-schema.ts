import { z } from 'zod';
import { parseAge } from '../documents/age.ts';
import { checked, fullList, list, map, oneOrMore, parsed } from '../documents/fields.ts';
import { backupTargetForm, parseBackupTarget } from '../model/backup-target.ts';
import { hookSchema } from './hook-schema.ts';
import { sshSchema } from './ssh-schema.ts';
import { isWebAddress } from './values.ts';

const targetHint = (written: string): string | undefined => {
  if (/^[a-z0-9]+:\/\/[^/]*:[^/@]*@/.test(written))
    return 'a password is never written in an inventory: SSH takes keys, S3 credentials come from the environment';
  if (/^[\w.-]+@?[\w.-]*:(?!\/\/)/.test(written)) return `for a host write ssh://${written.replace(/:\/?/, '/')}`;
  return undefined;
};

const target = parsed(backupTargetForm, parseBackupTarget, targetHint);

const age = parsed('an age such as 36h, 30d or 8w', parseAge);

const countForm = 'a whole number from 1 on';

const s3 = map('a map with endpoint and region', {
  endpoint: checked('an address such as https://s3.example.com, without a login', isWebAddress).exactOptional(),
  region: checked('a region such as eu-west-3', (written) => /^[a-z0-9-]+$/.test(written)).exactOptional(),
  pathStyle: z.boolean({ error: 'true or false' }).exactOptional(),
});

/** Bech32, age's own prefix (age-encryption.org/v1, X25519 and post-quantum recipients). */
const isRecipient = (written: string): boolean => /^age1(?:pq1|tag1|tagpq1)?[02-9ac-hj-np-z]{50,2100}$/.test(written);
const recipientHint = (written: string): string | undefined =>
  written.toUpperCase().startsWith('AGE-SECRET-KEY-')
    ? 'this is a secret key: write the public one (age-keygen -y FILE), and make a new pair, for this file may have been read'
    : undefined;

const recipient = checked('a public key of age: age1…', isRecipient, recipientHint);

export const backupSchema = map('a map with to', {
  to: oneOrMore(`${backupTargetForm}, or a list of them`, target).exactOptional(),
  ssh: sshSchema.exactOptional(),
  s3: s3.exactOptional(),
  age: map('a map with recipients', {
    recipients: fullList('a list of public keys of age', recipient),
  }).exactOptional(),
  keep: map('a map with last, within, or both', {
    last: z.int({ error: countForm }).min(1, { error: countForm }).exactOptional(),
    within: age.exactOptional(),
  }).exactOptional(),
  maxAge: age.exactOptional(),
  schedule: checked('a time as systemd.time(7) has it, e.g. daily or "*-*-* 02:30:00"', (written) =>
    /^[A-Za-z0-9 *:,./~+-]+$/.test(written),
  ).exactOptional(),
  application: list('a list of hooks', hookSchema).exactOptional(),
});

export type BackupSchemaSettings = z.output<typeof backupSchema>;
