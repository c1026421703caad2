import { execWord } from './exec-word.ts';

/** A machine on which maintenance is done in its windows without anybody there. */
export interface DaemonWish {
  /** The whole command, its inventory as an absolute path. */
  readonly argv: readonly string[];
  readonly user: string;
}

export const unitKinds = ['service', 'timer', 'cron'] as const;
export type UnitKind = (typeof unitKinds)[number];

const head = ['[Unit]', 'Description=nodeops: maintenance of clusters in their windows'];
const afterNetwork = ['Wants=network-online.target', 'After=network-online.target'];

const execLines = ({ argv, user }: DaemonWish, ...more: readonly string[]): readonly string[] => [
  `User=${user}`,
  '# What the inventory takes from the environment, readable by root only',
  'EnvironmentFile=-/etc/nodeops/daemon.env',
  `ExecStart=${['/usr/bin/env', ...argv, ...more].map(execWord).join(' ')}`,
];

const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** Source: systemd.service(5), systemd.kill(5). A stop is Ctrl-C: it waits for the steps in hand, for half an hour. */
const service = (wish: DaemonWish): string =>
  text(
    ...head,
    ...afterNetwork,
    '',
    '[Service]',
    ...execLines(wish),
    '# Only nodeops hears of a stop; it ends after the steps in hand, with exit code 5 where runs are left to go on with',
    'KillMode=mixed',
    'TimeoutStopSec=30min',
    'SuccessExitStatus=5',
    'Restart=on-failure',
    'RestartSec=1min',
    '# What is wrong with the command or the inventory is so the next time as well',
    'RestartPreventExitStatus=2',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  );

/** Source: systemd.timer(5); of a oneshot service no start time-out counts, and a timer starts none that still runs. */
const timer = (wish: DaemonWish): Readonly<Record<string, string>> => ({
  'nodeops-daemon.service': text(
    ...head,
    ...afterNetwork,
    '',
    '[Service]',
    'Type=oneshot',
    ...execLines(wish, '--once'),
    'KillMode=mixed',
    'TimeoutStopSec=30min',
    '# 6: the window closed, the next one goes on',
    'SuccessExitStatus=5 6',
  ),
  'nodeops-daemon.timer': text(
    '[Unit]',
    'Description=nodeops: when windows are looked at',
    '',
    '[Timer]',
    'OnCalendar=*:0/10',
    'AccuracySec=1s',
    '',
    '[Install]',
    'WantedBy=timers.target',
  ),
});

/** Source: crontab(5): a % is a line end there, and what is printed is mailed. */
const cron = (line: string): string =>
  text(
    '# nodeops has to be on the PATH that cron has; trouble is mailed, the rest is in the journal of each run',
    `*/10 * * * * ${line.replaceAll('%', String.raw`\%`)} --once > /dev/null`,
  );

/** Files by the path that they are to have. `line`: the command as a shell takes it. */
export const daemonUnits = (wish: DaemonWish, line: string, kind: UnitKind): Readonly<Record<string, string>> => {
  if (kind === 'cron') return { [`crontab -e, as ${wish.user}`]: cron(line) };
  const units = kind === 'service' ? { 'nodeops-daemon.service': service(wish) } : timer(wish);
  return Object.fromEntries(Object.entries(units).map(([name, unit]) => [`/etc/systemd/system/${name}`, unit]));
};
