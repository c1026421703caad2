import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSshPlace } from '../../src/adapters/places/ssh-place.ts';
import type { BackupPlace } from '../../src/ports/backup-places.ts';
import { placeContract } from '../adapters/places/contract.ts';
import { openLab } from './lab.ts';
import type { Sshd } from './sshd.ts';

const lab = openLab();
let sshd: Sshd;
beforeAll(async () => {
  sshd = await lab.trusted();
});
afterAll(() => lab.close());

const open = (of: Sshd): BackupPlace =>
  createSshPlace('ssh://host/backups', lab.target(of), `${lab.directory}/backups of all`, lab.transport());

describe('another host as a place for backups', () => {
  placeContract(() => Promise.resolve(open(sshd)));

  it('is not written to where its host key is not known', async () => {
    const stranger = await lab.stranger();
    await expect(open(stranger).list('paris')).rejects.toMatchObject({
      name: 'PlaceError',
      message: expect.stringContaining('ssh://host/backups: '),
    });
  });
});
