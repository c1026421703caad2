import { read } from '../commands/build.ts';
import { readProperties } from './assignments.ts';
import { defineFact } from './fact.ts';

export interface KubeletUnit {
  readonly active: boolean;
  /** `running`, `dead`, `auto-restart`. */
  readonly subState: string;
  /** Its files changed on disk after systemd read them. */
  readonly needsReload: boolean;
  /** `success`, `exit-code`, `signal`, … of the last time that it ended. */
  readonly result: string;
}

/** Source: systemctl(1), `show`; recorded on the lab, Debian 12, systemd 252. */
export const kubeletUnit = defineFact<KubeletUnit>({
  id: 'kubelet-unit',
  subject: 'node',
  command: read([
    'systemctl',
    'show',
    '--property=LoadState,ActiveState,SubState,NeedDaemonReload,Result',
    'kubelet.service',
  ]),
  parse: ({ stdout, stderr }) => {
    const { LoadState, ActiveState, SubState, NeedDaemonReload, Result } = readProperties(stdout);
    if (LoadState === 'not-found') return { absent: true };
    if (ActiveState === undefined || SubState === undefined) return { unreadable: stdout.trim() || stderr };
    return {
      value: {
        active: ActiveState === 'active',
        subState: SubState,
        needsReload: NeedDaemonReload === 'yes',
        result: Result ?? '',
      },
    };
  },
});
