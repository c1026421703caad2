import { read } from '../commands/build.ts';
import { readProperties } from './assignments.ts';
import { defineFact } from './fact.ts';

/** How systemd sees a service. */
export interface ServiceUnit {
  /** `active`, `inactive`, `failed`, `activating` (between two tries). */
  readonly active: string;
  /** `running`, `dead`, `auto-restart`. */
  readonly sub: string;
  /** `success`, `exit-code`, `signal`: how it ended last. */
  readonly result: string;
  /** Exit code of its last end, as far as it had one. */
  readonly status: number;
  /** `enabled`, `disabled`, `masked`. */
  readonly atBoot: string;
  /** Since when it is so, as systemd writes it; missing where it never was anything. */
  readonly since?: string;
  /** How often systemd started it again by itself. */
  readonly restarts: number;
}

export type ServiceName = 'kubelet' | 'containerd';
export type ServiceUnits = Readonly<Partial<Record<ServiceName, ServiceUnit>>>;

const names: readonly ServiceName[] = ['kubelet', 'containerd'];
const shown = 'Id,LoadState,ActiveState,SubState,Result,ExecMainStatus,UnitFileState,StateChangeTimestamp,NRestarts';

/**
 * Source: systemctl(1), `show`, which prints an empty line between units; recorded on the lab, Debian 12, systemd 252. A
 * unit that systemd does not know is not among them.
 */
export const serviceUnits = defineFact<ServiceUnits>({
  id: 'service-units',
  subject: 'node',
  command: read(['systemctl', 'show', `--property=${shown}`, ...names.map((name) => `${name}.service`)]),
  parse: ({ stdout, stderr }) => {
    const units: Partial<Record<ServiceName, ServiceUnit>> = {};
    for (const block of stdout.trim().split(/\n\n+/)) {
      const found = readProperties(block);
      const name = names.find((each) => found['Id'] === `${each}.service`);
      const { ActiveState: active, SubState: sub, StateChangeTimestamp: since } = found;
      if (name === undefined || active === undefined || sub === undefined)
        return { unreadable: block.trim() || stderr };
      if (found['LoadState'] === 'not-found') continue;
      units[name] = {
        active,
        sub,
        result: found['Result'] ?? '',
        status: Number(found['ExecMainStatus'] ?? 0),
        atBoot: found['LoadState'] === 'masked' ? 'masked' : (found['UnitFileState'] ?? ''),
        ...(since ? { since } : {}),
        restarts: Number(found['NRestarts'] ?? 0),
      };
    }
    return { value: units };
  },
});
