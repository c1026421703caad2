import { Option, type Command } from 'commander';
import { drainModes } from '../drain/mode.ts';
import { optionWord } from '../model/option-word.ts';
import { afterFailure } from '../run/wish.ts';

const names = ['workers', 'via', 'drain', 'maxApiDowntime', 'onFailure', 'nodeTimeout'] as const;

/** How an upgrade goes, beside the version: kept with the wish as parameters of the playbook, by these names. */
export type WayOptions = { readonly [N in (typeof names)[number]]?: string };

/** What was said of the way, out of options or of parameters that were kept. */
export const wayOf = (said: Readonly<Record<string, unknown>>): WayOptions & Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const { [name]: value } = said;
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** Of it, what a way back does alike. */
export const drainOfWay = (said: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => {
  const { drain } = wayOf(said);
  return drain === undefined ? {} : { drain };
};

/** The same as options of the command line. */
export const wayWords = (said: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(wayOf(said)).flatMap(([name, value]) => [optionWord(name), value]);

export const drainOption = (): Option =>
  new Option(
    '--drain <when>',
    'which nodes are drained; minor-only: none for a patch; none: nor those whose pods no other node takes',
  ).choices([...drainModes]);

export const downtimeOption = (): Option =>
  new Option(
    '--max-api-downtime <duration>',
    'begin no further node once the API was away for longer in this run, for example 30s',
  );

export const withWay = (command: Command): Command =>
  command
    .option('--to <version>', 'the version, for example 1.36.3; otherwise each cluster’s `version:`')
    .addOption(
      new Option('--workers <when>', 'over several minors: workers with each of them, or with the last only').choices([
        'each-hop',
        'last',
      ]),
    )
    .option('--via <versions>', 'versions to go over instead of the newest of their minor, for example 1.35.4')
    .addOption(drainOption())
    .addOption(downtimeOption())
    .addOption(
      new Option(
        '--on-failure <what>',
        'stop: what is done stays, until `nodeops resume`; rollback: go back to the version before (default: stop)',
      ).choices([...afterFailure]),
    )
    .option('--node-timeout <duration>', 'how long a node may take, its drains not counted (default: 10m)');
