import { describe, expect, it } from 'vitest';
import { backupTargetText, parseBackupTarget } from '../../src/model/backup-target.ts';

describe('where backups go', () => {
  it.each([
    ['/srv/backup', { kind: 'directory', path: '/srv/backup' }],
    ['s3://attic', { kind: 's3', bucket: 'attic', prefix: '' }],
    ['s3://attic/k8s/prod', { kind: 's3', bucket: 'attic', prefix: 'k8s/prod' }],
    ['ssh://10.0.0.5/srv', { kind: 'ssh', host: '10.0.0.5', path: '/srv' }],
    ['ssh://ops@nas.lan:2222/srv/k', { kind: 'ssh', host: 'nas.lan', port: 2222, user: 'ops', path: '/srv/k' }],
    ['ssh://ops@[fe80::1]:22/srv', { kind: 'ssh', host: 'fe80::1', port: 22, user: 'ops', path: '/srv' }],
  ])('%s', (text, target) => {
    const parsed = parseBackupTarget(text);
    expect(parsed).toEqual(target);
    expect(parsed === undefined ? '' : backupTargetText(parsed)).toBe(text);
  });

  it.each([
    '',
    'ftp://host/x',
    'https://s3.example.com/x',
    'ssh://ana:secret@host/x',
    'ssh://host',
    'ssh://host/',
    'ssh://host/a/../b',
    'ssh://host:70000/x',
    'ssh://-oProxyCommand=x/y',
    's3://',
    's3://UPPER/x',
    's3://attic/../x',
    's3://attic//x',
  ])('is not %j', (text) => expect(parseBackupTarget(text)).toBeUndefined());
});
