import { execWord } from './exec-word.ts';

/** What a machine that backs up by itself is told. */
export interface TimerWish {
  readonly cluster: string;
  /** Absolute. */
  readonly inventory: string;
  readonly user: string;
  readonly protected: boolean;
  /** As systemd's OnCalendar says it. */
  readonly schedule: string;
}

/** A service and a timer, each to be put into a file of that name. */
export const backupTimer = ({
  cluster,
  inventory,
  user,
  protected: isProtected,
  schedule,
}: TimerWish): Readonly<Record<string, string>> => {
  const consent = isProtected ? ['--reason', 'scheduled backup', '--confirm', cluster] : ['--yes'];
  const argv = [
    '/usr/bin/env',
    'nodeops',
    'backup',
    'create',
    '--inventory',
    inventory,
    '--cluster',
    cluster,
    ...consent,
  ];
  const name = `nodeops-backup-${cluster}`;
  return {
    [`${name}.service`]: [
      '[Unit]',
      `Description=nodeops: backup of ${cluster}`,
      'Wants=network-online.target',
      'After=network-online.target',
      '',
      '[Service]',
      'Type=oneshot',
      `User=${user}`,
      '# Credentials of a bucket: AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=…, readable by root only',
      'EnvironmentFile=-/etc/nodeops/backup.env',
      `ExecStart=${argv.map(execWord).join(' ')}`,
      '',
    ].join('\n'),
    [`${name}.timer`]: [
      '[Unit]',
      `Description=nodeops: when ${cluster} is backed up`,
      '',
      '[Timer]',
      `OnCalendar=${schedule}`,
      'Persistent=true',
      'RandomizedDelaySec=5min',
      '',
      '[Install]',
      'WantedBy=timers.target',
      '',
    ].join('\n'),
  };
};
