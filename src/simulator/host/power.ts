import { processesOf } from '../shell/proc.ts';
import type { Actor } from '../world/actor.ts';
import { byCluster } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import { dropFlocks } from './flock-table.ts';
import { kubeletUnitOf } from './kubelet-unit.ts';
import { log } from './journal.ts';
import { TransientUnit } from './transient-unit.ts';

/** The plug is pulled: no process says goodbye, files stay as they are. Nothing where it is off already. */
export const powerOff = (host: Host, actor: Actor): void => {
  if (host.power === 'down') return;
  host.power = 'down';
  for (const unit of host.units.values())
    if (unit instanceof TransientUnit) {
      host.units.delete(unit.name);
      unit.vanish();
      if (unit.runs) host.world.emit({ type: 'unit-ended', host: host.name, unit: unit.shortName, actor });
    }
  kubeletUnitOf(host).vanish();
  for (const process of processesOf(host).values()) process.root.signal('KILL');
  host.fileLocks.clear();
  dropFlocks(host);
  host.world.emit({ type: 'host-down', host: host.name, actor });
};

/** /run is empty after a boot, but for what is started. */
const clearRun = (host: Host): void => {
  for (const name of host.files.list('/run'))
    if (name !== 'containerd') host.files.remove(`/run/${name}`, byCluster, { recursive: true });
};

/** It boots: another identity, no unit of before; the kubelet follows some seconds after sshd. */
export const powerOn = (host: Host, actor: Actor): void => {
  if (host.power === 'up') return;
  const { kernel, world } = host;
  const digits = world.random.hex(32);
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  host.boot = { id, at: kernel.now, pid1Start: world.random.between(100, 900) };
  host.power = 'up';
  clearRun(host);
  const unit = kubeletUnitOf(host);
  unit.reload();
  log(host, unit.name, '-- Boot --');
  world.emit({ type: 'host-up', host: host.name, actor });
  kernel.after(world.random.between(1500, 5000), () => {
    if (host.boot.id === id) unit.start(actor);
  });
};

/** From the command to the plug: services are stopped. */
const shutdownMs = [1500, 6000] as const;
const bootMs = [8000, 45_000] as const;

/** `systemctl reboot`: it goes down after some seconds and comes back. */
export const rebootHost = (host: Host, actor: Actor): void => {
  const { kernel, world } = host;
  kernel.after(world.random.between(...shutdownMs), () => {
    powerOff(host, actor);
    kernel.after(world.random.between(...bootMs), () => powerOn(host, actor));
  });
};
