import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { keepMark } from './node-marks.ts';
import { printBoot } from './systemd-run.ts';

/** Units changed on disk are read again. */
export const daemonReload = (): Command => write(['systemctl', 'daemon-reload']);

/** Returns 0 also when the service dies right afterwards (lab: kubelet with an unknown flag). */
export const restart = (unit: string): Command => write(['systemctl', 'restart', unit]);

/**
 * Restarts a node, which remembers beforehand which boot that was. systemd ends all units first. Source: systemctl(1),
 * "reboot".
 */
export const restartNode = (maintenance: string): Command =>
  detached(
    [
      'sh',
      '-c',
      ['set -eu', 'umask 077', ...keepMark(maintenance, 'boot', printBoot), 'sync', 'systemctl reboot'].join('\n'),
    ],
    // From the end of the units to the last test of the memory: machines of some age and size take a quarter of an hour.
    { timeoutMs: 20 * 60_000 },
  );
