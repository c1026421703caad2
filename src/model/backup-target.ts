import { bracketed } from './address.ts';
import type { BackupTarget } from './cluster.ts';

/** What is expected, for messages. */
export const backupTargetForm = 'a directory, ssh://user@host:port/directory or s3://bucket/prefix';

/** Buckets as S3 names them; a prefix without empty parts, and none that a file system would take for a way up. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const plainParts = (path: string): boolean =>
  path.split('/').every((part) => /^[\w.=+@-]+$/.test(part) && part !== '.' && part !== '..');

const s3Target = (rest: string): BackupTarget | undefined => {
  const [bucket = '', ...parts] = rest.replace(/\/+$/, '').split('/');
  const prefix = parts.join('/');
  if (!bucketName.test(bucket) || (prefix !== '' && !plainParts(prefix))) return undefined;
  return { kind: 's3', bucket, prefix };
};

const sshForm = /^(?:([A-Za-z0-9_][\w.-]*)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?(\/.*)$/;

const sshTarget = (rest: string): BackupTarget | undefined => {
  const [, user, host = '', port, path = ''] = sshForm.exec(rest) ?? [];
  const plain = path.replace(/\/+$/, '');
  const parts = plain.split('/').slice(1);
  const wrong = host === '' || plain === '' || parts.some((part) => part === '' || part === '.' || part === '..');
  if (wrong || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) return undefined;
  return {
    kind: 'ssh',
    host: host.replace(/^\[|\]$/g, ''),
    path: plain,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
};

/**
 * Where backups go, as an operator writes it. A directory is taken as it stands: whoever calls makes it absolute.
 * Undefined for anything else, an address with a password among it.
 */
export const parseBackupTarget = (text: string): BackupTarget | undefined => {
  if (text.startsWith('s3://')) return s3Target(text.slice('s3://'.length));
  if (text.startsWith('ssh://')) return sshTarget(text.slice('ssh://'.length));
  return text.trim() === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || text.includes('\0')
    ? undefined
    : { kind: 'directory', path: text };
};

/** The text that parseBackupTarget reads back. */
export const backupTargetText = (target: BackupTarget): string => {
  switch (target.kind) {
    case 'directory':
      return target.path;
    case 's3':
      return `s3://${target.bucket}${target.prefix === '' ? '' : `/${target.prefix}`}`;
    case 'ssh': {
      const login = target.user === undefined ? '' : `${target.user}@`;
      return `ssh://${login}${bracketed(target.host)}${target.port === undefined ? '' : `:${target.port}`}${target.path}`;
    }
  }
};
