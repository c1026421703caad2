import { describe, expect, it } from 'vitest';
import { daemonUnits } from '../../src/report/daemon-units.ts';

const wish = { argv: ['nodeops', 'daemon', '--inventory', '/fleet/50% a.yaml'], user: 'ana' };
const line = "nodeops daemon --inventory '/fleet/50% a.yaml'";

describe('what begins it by itself', () => {
  it('a service, which is given time to end', () => {
    const { '/etc/systemd/system/nodeops-daemon.service': unit = '', ...others } = daemonUnits(wish, line, 'service');
    expect(others).toEqual({});
    expect(unit).toContain('\nUser=ana\n');
    expect(unit).toContain('\nExecStart=/usr/bin/env nodeops daemon --inventory "/fleet/50%% a.yaml"\n');
    expect(unit).toContain('\nKillMode=mixed\nTimeoutStopSec=30min\nSuccessExitStatus=5\n');
    expect(unit).toContain('\nRestartPreventExitStatus=2\n');
  });

  it('a timer with a service that ends', () => {
    const units = daemonUnits(wish, line, 'timer');
    expect(Object.keys(units)).toEqual([
      '/etc/systemd/system/nodeops-daemon.service',
      '/etc/systemd/system/nodeops-daemon.timer',
    ]);
    const [service, timer] = Object.values(units);
    expect(service).toContain(' --inventory "/fleet/50%% a.yaml" --once\n');
    expect(service).toContain('\nType=oneshot\n');
    expect(timer).toContain('\nOnCalendar=*:0/10\n');
  });

  it('a line for cron, in which no % is a line end', () =>
    expect(daemonUnits(wish, line, 'cron')['crontab -e, as ana']).toContain(
      "\n*/10 * * * * nodeops daemon --inventory '/fleet/50\\% a.yaml' --once > /dev/null\n",
    ));
});
