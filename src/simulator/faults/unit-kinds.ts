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

/** SIGKILL to all its processes, once: no trap runs. */
const killOnce = (strike: Strike): ((unit: Unit) => void) => {
  let done = false;
  return (unit) => {
    if (done || strike.over() || !ours(unit)) return;
    done = true;
    unit.kill('KILL', strike.actor);
    strike.hit();
  };
};

/** So many times a `kubeadm upgrade apply` writes to its output; everything else of ours writes less. */
const mostWritings = 64;

/** Programs write before they do what they say as often as after it. */
const soonMs = 100;

/**
 * Soon after a unit has written something: what it says tells how far it has come, and some of its phases are over
 * within a second, minutes after it began (observed.md, 1). A unit that says less lives on, and so may the next one.
 */
const killAtWriting = (strike: Strike, wanted: number): undefined => {
  const { world, fault } = strike;
  const kill = killOnce(strike);
  const written = new Map<string, number>();
  strike.onEvent((event) => {
    if (event.type !== 'file-changed' || (fault.where !== undefined && event.host !== fault.where)) return;
    const [, run = '', name = ''] = /^\/var\/lib\/nodeops\/([^/]+)\/([^/]+)\/output$/.exec(event.path) ?? [];
    const unit = world.hosts.get(event.host)?.units.get(`nodeops-${run}-${name}.service`);
    if (unit === undefined) return;
    const key = `${event.host} ${unit.name}`;
    written.set(key, (written.get(key) ?? 0) + 1);
    if (written.get(key) === wanted) world.kernel.after((fault.delayMs ?? 0) % soonMs, () => kill(unit));
  });
  return undefined;
};

/** SIGKILL to one unit of ours, so long after it began or at one of its writings: somewhere in its middle. */
const killUnit = (strike: Strike): undefined => {
  const { world, fault } = strike;
  const choice = fault.choice ?? 0;
  if (choice % 2 === 1) return killAtWriting(strike, 1 + (Math.floor(choice / 2) % mostWritings));
  const kill = killOnce(strike);
  eachUnit(strike, (_host, unit) => void world.kernel.after(fault.delayMs ?? 0, () => kill(unit)));
  return undefined;
};

/** Whether one certain moment of an install has come; `unpacked`: what dpkg has unpacked since the hold was lifted. */
type Phase = (host: Host, unpacked: ReadonlySet<string>) => boolean;

const isIn =
  (status: Package['status']): Phase =>
  ({ packages }) =>
    [...packages.values()].some((each) => each.status === status);

/** All that was wanted is there and configured, and what is owed for it is not: the hold. */
const isNotHeldYet: Phase = ({ packages }, unpacked) =>
  unpacked.size > 0 &&
  [...packages.values()].every(({ name, status, held }) => status === 'installed' && !(held && unpacked.has(name)));

const phases: readonly Phase[] = [isIn('half-installed'), isIn('unpacked'), isIn('half-configured'), isNotHeldYet];
const lookEveryMs = 25;

/** One that upgrades packages without lifting a hold: by the step that it is named after. */
const upgradesPackages = 'upgrade-os-packages';

/** SIGKILL to the unit in one certain phase of an install (observed.md, 2): of dpkg, or between it and the hold. */
const killDpkg = (strike: Strike): undefined => {
  const { world, fault } = strike;
  const isTime = chosen(fault, phases) ?? isNotHeldYet;
  const kill = killOnce(strike);
  const unpacked = new Map<string, Set<string>>();
  const look = (host: Host, unit: Unit): void => {
    if (strike.over() || !ours(unit)) return;
    if (isTime(host, unpacked.get(host.name) ?? new Set())) kill(unit);
    else world.kernel.after(lookEveryMs, () => look(host, unit));
  };
  // An install begins with lifting a hold: other units run long, and are not looked at again and again.
  strike.onEvent((event) => {
    if (!('host' in event) || (fault.where !== undefined && event.host !== fault.where)) return;
    if (event.type === 'package-changed') unpacked.get(event.host)?.add(event.name);
    if (event.type === 'unit-started' && event.unit.includes(upgradesPackages)) {
      unpacked.set(event.host, new Set());
      const at = world.hosts.get(event.host);
      const unit = at?.units.get(`${event.unit}.service`);
      if (at !== undefined && unit !== undefined) look(at, unit);
    }
    if (event.type !== 'hold-changed' || event.held || event.actor.kind !== 'nodeops') return;
    unpacked.set(event.host, new Set());
    const host = world.hosts.get(event.host);
    if (host === undefined) return;
    for (const unit of host.units.values()) if (ours(unit)) look(host, unit);
  });
  return undefined;
};

/** What befalls our own commands on a node. They wait for the next one that fits. */
export const unitKinds: Kinds<'unit-killed' | 'dpkg-interrupted'> = {
  'unit-killed': { befalls: 'any', strike: killUnit },
  'dpkg-interrupted': { befalls: 'any', strike: killDpkg },
};
