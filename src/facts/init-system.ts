import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface InitSystem {
  /** The name of process 1: `systemd`. */
  readonly pid1: string;
  /** `252`; missing where there is no systemd. */
  readonly systemdVersion?: number;
}

/** Source: proc(5) `/proc/pid/comm`, systemctl(1) `--version`; recorded on the lab, Debian 12, systemd 252. */
export const initSystem = defineFact<InitSystem>({
  id: 'init-system',
  subject: 'node',
  command: read(['sh', '-c', 'cat /proc/1/comm; systemctl --version 2>/dev/null; :']),
  parse: ({ stdout }) => {
    const [pid1 = ''] = stdout.split('\n', 1);
    const version = /^systemd (\d+)/m.exec(stdout.slice(pid1.length + 1))?.[1];
    if (pid1 === '') return { unreadable: stdout };
    return { value: { pid1, ...(version === undefined ? {} : { systemdVersion: Number(version) }) } };
  },
});
