import type { Command } from '../model/command.ts';
import { write } from './build.ts';

/** Units changed on disk are read again. */
export const daemonReload = (): Command => write(['systemctl', 'daemon-reload']);

/** Returns 0 also when the service dies right afterwards (lab: kubelet with an unknown flag). */
export const restart = (unit: string): Command => write(['systemctl', 'restart', unit]);
