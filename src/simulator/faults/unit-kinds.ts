import type { Actor } from '../world/actor.ts';
import type { Host, Package, Unit } from '../world/host.ts';
import type { Kinds, Strike } from './kind.ts';
import { chosen } from './kind.ts';

const ours = (unit: Unit | undefined): unit is Unit =>
  unit !== undefined && unit.name.startsWith('nodeops-') && (unit.state === 'active' || unit.state === 'activating');

/** Calls back for each unit of ours that runs on the host now or begins later, until told that one was enough. */
const eachUnit = (strike: Strike, begin: (host: Host, unit: Unit) => void): void => {
  const { world, host, fault } = strike;
  const looked = (at: Host, name: string): void => {
    const unit = at.units.get(name) ?? at.units.get(`${name}.service`);
    if (ours(unit)) begin(at, unit);
  };
  strike.onEvent((event) => {
    if (event.type !== 'unit-started' || (fault.where !== undefined && event.host !== fault.where)) return;
    const at = world.hosts.get(event.host);
    if (at !== undefined) looked(at, event.unit);
  });
  for (const at of host === undefined ? world.hosts.values() : [host])
    for (const unit of at.units.values()) if (ours(unit)) begin(at, unit);
};

/** SIGKILL to all processes of one unit of ours, somewhere in its middle: no trap runs. */
const killUnit = (strike: Strike): undefined => {
  const { world, fault, actor } = strike;
  let done = false;
  eachUnit(strike, (_host, unit) => {
    world.kernel.after(fault.delayMs ?? 0, () => {
      if (done || strike.over() || !ours(unit)) return;
      done = true;
      unit.kill('KILL', actor);
      strike.hit();
    });
  });
  return undefined;
};

const phases: readonly Package['status'][] = ['half-installed', 'unpacked', 'half-configured'];
const lookEveryMs = 25;

/** SIGKILL to the unit while dpkg is in one certain phase of a package (observed.md, 2). */
const killDpkg = (strike: Strike): undefined => {
  const { world, fault } = strike;
  const actor: Actor = strike.actor;
  const phase = chosen(fault, phases);
  let done = false;
  const look = (host: Host, unit: Unit): void => {
    if (done || strike.over() || !ours(unit)) return;
    if ([...host.packages.values()].some(({ status }) => status === phase)) {
      done = true;
      unit.kill('KILL', actor);
      strike.hit();
    } else world.kernel.after(lookEveryMs, () => look(host, unit));
  };
  // An install begins with lifting a hold: other units run long, and are not looked at again and again.
  strike.onEvent((event) => {
    if (event.type !== 'hold-changed' || event.held || (fault.where !== undefined && event.host !== fault.where))
      return;
    const host = world.hosts.get(event.host);
    if (host === undefined || done || event.actor.kind !== 'nodeops') return;
    for (const unit of host.units.values()) if (ours(unit)) look(host, unit);
  });
  return undefined;
};

/** What befalls our own commands on a node. They wait for the next one that fits. */
export const unitKinds: Kinds<'unit-killed' | 'dpkg-interrupted'> = {
  'unit-killed': { befalls: 'any', strike: killUnit },
  'dpkg-interrupted': { befalls: 'any', strike: killDpkg },
};
