import { SimulatorGap } from '../../gap.ts';
import { KubeletUnit, SteadyUnit } from '../../host/kubelet-unit.ts';
import { TransientUnit } from '../../host/transient-unit.ts';
import type { Unit } from '../../world/host.ts';

type Known = KubeletUnit | SteadyUnit | TransientUnit;

const asKnown = (unit: Unit | undefined): Known | undefined => {
  if (unit === undefined || unit instanceof KubeletUnit || unit instanceof SteadyUnit || unit instanceof TransientUnit)
    return unit;
  throw new SimulatorGap(`systemctl: the unit ${unit.name} was made by nobody who is known`);
};

/** `Mon 2026-11-23 13:02:34 UTC`, in the C locale (recorded, systemd 252). */
const stampOf = (ms: number): string => {
  const date = new Date(ms);
  return `${date.toUTCString().slice(0, 3)} ${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
};

interface About {
  readonly name: string;
  readonly unit: Known | undefined;
}

/** In the order in which systemctl prints them, whatever the order of the question: the service's, then the unit's. */
const properties: Readonly<Record<string, (about: About) => string | number>> = {
  MainPID: ({ unit }) => unit?.mainPid ?? 0,
  Result: ({ unit }) => unit?.result ?? 'success',
  ExecMainStartTimestamp: ({ unit }) => {
    if (unit instanceof KubeletUnit) return stampOf(unit.startedAt);
    throw new SimulatorGap(`systemctl: ExecMainStartTimestamp of ${unit?.name ?? 'no unit'}`);
  },
  ExecMainPID: ({ unit }) => unit?.mainPid ?? 0,
  ExecMainCode: ({ unit }) => unit?.mainCode ?? 0,
  ExecMainStatus: ({ unit }) => unit?.mainStatus ?? 0,
  Id: ({ name }) => name,
  Names: ({ name }) => name,
  Description: ({ name, unit }) => unit?.description ?? name,
  LoadState: ({ unit }) => (unit === undefined ? 'not-found' : 'loaded'),
  ActiveState: ({ unit }) => unit?.state ?? 'inactive',
  SubState: ({ unit }) => unit?.subState ?? 'dead',
  NeedDaemonReload: ({ unit }) => (unit instanceof KubeletUnit && unit.needsReload ? 'yes' : 'no'),
};

/** `systemctl show`: `Name=value` lines, or the values only. @throws SimulatorGap for a property that is not modelled. */
export const showUnit = (name: string, unit: Unit | undefined, asked: readonly string[], values: boolean): string => {
  for (const property of asked)
    if (!(property in properties)) throw new SimulatorGap(`systemctl: the property ${property} is not modelled`);
  const about = { name, unit: asKnown(unit) };
  return Object.entries(properties)
    .filter(([property]) => asked.includes(property))
    .map(([property, read]) => `${values ? '' : `${property}=`}${read(about)}\n`)
    .join('');
};
