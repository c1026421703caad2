import { describe, expect, it } from 'vitest';
import { backupTimer } from '../../src/report/backup-timer.ts';

const wish = {
  cluster: 'paris',
  inventory: '/fleet/prod.yaml',
  user: 'ana',
  protected: false,
  schedule: '*-*-* 02:30:00',
};

describe('units that back up by themselves', () => {
  it('are a service and a timer of the cluster’s name', () => {
    const units = backupTimer(wish);
    expect(Object.keys(units)).toEqual(['nodeops-backup-paris.service', 'nodeops-backup-paris.timer']);
    expect(units['nodeops-backup-paris.service']).toContain('\nUser=ana\n');
    expect(units['nodeops-backup-paris.service']).toContain(
      '\nExecStart=/usr/bin/env nodeops backup create --inventory /fleet/prod.yaml --cluster paris --yes\n',
    );
    expect(units['nodeops-backup-paris.timer']).toContain('\nOnCalendar=*-*-* 02:30:00\n');
  });

  it('give a protected cluster its reason and its name', () =>
    expect(backupTimer({ ...wish, protected: true })['nodeops-backup-paris.service']).toContain(
      ' --reason "scheduled backup" --confirm paris\n',
    ));

  it.each([
    ['/fleet/a b.yaml', '"/fleet/a b.yaml"'],
    ['/fleet/100%.yaml', '"/fleet/100%%.yaml"'],
    ['/fleet/$x.yaml', '"/fleet/$$x.yaml"'],
  ])('%s is one word', (inventory, written) =>
    expect(backupTimer({ ...wish, inventory })['nodeops-backup-paris.service']).toContain(` --inventory ${written} `),
  );
});
