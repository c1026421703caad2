import { daemon } from '../../../src/cli/commands/daemon.ts';
import { resume } from '../../../src/cli/commands/resume.ts';
import { upgrade } from '../../../src/cli/commands/upgrade.ts';
import type { Parts } from '../../../src/cli/parts.ts';
import type { FleetNote } from '../../../src/simulator/oracle/fleet-wish.ts';
import type { KeptCluster } from '../../../src/simulator/simulation/journal-store.ts';
import type { Workplace } from '../program-parts.ts';
import { inventoryPath } from './fleet-inventory.ts';
import type { FleetScenario } from './fleet-scenario.ts';

/** A command, and what the oracle has to know of it. */
export interface Typed {
  /** As a person would type it: for the trace. */
  readonly text: string;
  readonly run: (parts: Parts) => Promise<number>;
  readonly seen: Omit<Extract<FleetNote, { readonly type: 'typed' }>, 'type' | 'program'>;
  /** About every cluster, with nothing held back: once it says that it is done, all is. */
  readonly whole: boolean;
  /** Every wave that wants a yes has it. */
  readonly promotes: boolean;
  /** Somebody asks it to stop after so long. */
  readonly stopsAfter?: number;
}

const endedWell = ({ events }: KeptCluster): boolean =>
  events.some((event) => event.type === 'run-finished' && event.outcome === 'done');

/** The clusters of the last run on a machine that did not come to their end; none where there was no run. */
const leftOf = ({ runs }: Workplace): readonly string[] => {
  const last = [...runs.keys()].toSorted().at(-1);
  const clusters = last === undefined ? undefined : runs.get(last)?.clusters;
  return [...(clusters ?? [])].filter(([, kept]) => !endedWell(kept)).map(([name]) => name);
};

/** What an upgrade and what goes on with it are told alike. */
const optionsOf = ({ parallel, readable }: FleetScenario, promoted: readonly string[]) => ({
  yes: true,
  output: readable === true ? ('text' as const) : ('json' as const),
  ...(parallel === undefined ? {} : { parallel }),
  ...(promoted.length === 0 ? {} : { promote: promoted }),
});

const words = (options: object): string =>
  Object.entries(options)
    .map(([name, value]) => `--${name} ${String(value)}`)
    .join(' ');

const watched = (scenario: FleetScenario, stopsAfter: number): Typed => ({
  text: `nodeops daemon --inventory ${inventoryPath}`,
  run: (parts) => daemon(parts, { inventory: inventoryPath, output: 'text' }),
  seen: { chosen: scenario.clusters.map(({ name }) => name), promoted: [] },
  whole: false,
  promotes: true,
  stopsAfter,
});

const goOn = (
  scenario: FleetScenario,
  left: readonly string[],
  promoted: readonly string[],
  promotes: boolean,
): Typed => {
  const { clusters, waves, parallel } = scenario;
  const chosen = clusters.filter(({ name }) => left.includes(name));
  const theirs = promoted.filter((name) => chosen.some(({ wave }) => waves[wave]?.name === name));
  const options = optionsOf(scenario, theirs);
  return {
    text: `nodeops resume last ${words(options)}`,
    run: (parts) => resume(parts, 'last', options),
    seen: { chosen: left, promoted: theirs, ...(parallel === undefined ? {} : { parallel }) },
    whole: false,
    promotes,
  };
};

/** What is typed at the n-th time, from 1. */
export const nextCommand = (scenario: FleetScenario, workplace: Workplace, tries: number): Typed => {
  const { clusters, waves, holdFirst, promotesLate, resumes, to, daemonMs, minorOnly, parallel } = scenario;
  if (daemonMs !== undefined && tries === 2) return watched(scenario, daemonMs);
  const promotes = tries > 1 || !promotesLate || waves.every(({ approval }) => !approval);
  const promoted = promotes ? waves.filter(({ approval }) => approval).map(({ name }) => name) : [];
  const left = leftOf(workplace);
  if (resumes && tries % 2 === 0 && left.length > 0) return goOn(scenario, left, promoted, promotes);
  const held = tries === 1 ? holdFirst : undefined;
  const options = {
    inventory: inventoryPath,
    to,
    ...optionsOf(scenario, promoted),
    ...(minorOnly === true ? { drain: 'minor-only' } : {}),
    ...(held === undefined ? {} : { hold: held }),
  };
  return {
    text: `nodeops upgrade ${words(options)}`,
    run: (parts) => upgrade(parts, options),
    seen: {
      chosen: clusters.map(({ name }) => name),
      promoted,
      ...(parallel === undefined ? {} : { parallel }),
      ...(held === undefined ? {} : { held }),
    },
    whole: held === undefined,
    promotes,
  };
};
