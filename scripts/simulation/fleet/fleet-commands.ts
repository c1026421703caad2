import type { FleetNote } from '../../../src/simulator/oracle/fleet-wish.ts';
import type { KeptCluster } from '../../../src/simulator/simulation/journal-store.ts';
import type { Workplace } from '../program-parts.ts';
import { inventoryPath } from './fleet-inventory.ts';
import type { FleetScenario } from './fleet-scenario.ts';

/** A command line, and what the oracle has to know of it. */
export interface Typed {
  readonly argv: readonly string[];
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

const optionsOf = ({ waves, parallel, readable }: FleetScenario, promotes: boolean) => {
  const promoted = promotes ? waves.filter(({ approval }) => approval).map(({ name }) => name) : [];
  const together = parallel === undefined ? {} : { parallel };
  const argv = [
    '--yes',
    '--output',
    readable === true ? 'text' : 'json',
    ...(parallel === undefined ? [] : ['--parallel', String(parallel)]),
  ];
  return { promoted, together, argv };
};

const promotions = (waves: readonly string[]): readonly string[] => waves.flatMap((name) => ['--promote', name]);

const daemon = (scenario: FleetScenario, stopsAfter: number): Typed => ({
  argv: ['daemon', '--inventory', inventoryPath],
  seen: { chosen: scenario.clusters.map(({ name }) => name), promoted: [] },
  whole: false,
  promotes: true,
  stopsAfter,
});

/** What is typed at the n-th time, from 1. */
export const nextCommand = (scenario: FleetScenario, workplace: Workplace, tries: number): Typed => {
  const { clusters, waves, holdFirst, promotesLate, resumes, to, daemonMs, minorOnly } = scenario;
  if (daemonMs !== undefined && tries === 2) return daemon(scenario, daemonMs);
  const promotes = tries > 1 || !promotesLate || waves.every(({ approval }) => !approval);
  const { promoted, together, argv } = optionsOf(scenario, promotes);
  const left = leftOf(workplace);
  if (resumes && tries % 2 === 0 && left.length > 0) {
    const chosen = clusters.filter(({ name }) => left.includes(name));
    const theirs = promoted.filter((name) => chosen.some(({ wave }) => waves[wave]?.name === name));
    return {
      argv: ['resume', 'last', ...argv, ...promotions(theirs)],
      seen: { chosen: left, promoted: theirs, ...together },
      whole: false,
      promotes,
    };
  }
  const held = tries === 1 && holdFirst !== undefined ? { held: holdFirst } : {};
  return {
    argv: [
      'upgrade',
      '--inventory',
      inventoryPath,
      '--to',
      to,
      ...(minorOnly === true ? ['--drain', 'minor-only'] : []),
      ...argv,
      ...promotions(promoted),
      ...(held.held === undefined ? [] : ['--hold', held.held]),
    ],
    seen: { chosen: clusters.map(({ name }) => name), promoted, ...together, ...held },
    whole: held.held === undefined,
    promotes,
  };
};
