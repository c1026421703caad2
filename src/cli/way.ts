import { Option, type Command } from 'commander';
import { drainModes } from '../drain/mode.ts';
import { rebootModes } from '../model/reboot-mode.ts';
import { optionWord } from '../model/option-word.ts';
import { afterFailure } from '../run/wish.ts';

const names = [
  'workers',
  'via',
  'drain',
  'maxApiDowntime',
  'onFailure',
  'nodeTimeout',
  'reboot',
  'exclude',
  'maintenance',
] as const;
const flags = ['osPatch', 'securityOnly'] as const;

/** How an upgrade goes, beside the version: kept with the wish as parameters of the playbook, by these names. */
export type WayOptions = { readonly [N in (typeof names)[number]]?: string } & {
  readonly [N in (typeof flags)[number]]?: boolean;
};

/** What was said of the way, out of options or of parameters that were kept. */
export const wayOf = (
  said: Readonly<Record<string, unknown>>,
): WayOptions & Readonly<Record<string, string | boolean>> => ({
  ...Object.fromEntries(
    names.flatMap((name) => {
      const { [name]: value } = said;
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  ),
  ...Object.fromEntries(flags.flatMap((name) => (said[name] === true ? [[name, true]] : []))),
});

/** Of it, what a way back does alike. */
export const drainOfWay = (said: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => {
  const { drain } = wayOf(said);
  return drain === undefined ? {} : { drain };
};

/** The same as options of the command line. */
export const wayWords = (said: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(wayOf(said)).flatMap(([name, value]) => [
    optionWord(name),
    ...(typeof value === 'string' ? [value] : []),
  ]);

/** `--exclude a --exclude b,c`: `a,b,c`. */
const joined = (value: string, before: string | undefined): string =>
  before === undefined ? value : `${before},${value}`;

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

/** The operating system's packages under the same drain. */
const withPatch = (command: Command): Command =>
  command
    .option('--os-patch', 'also the packages of the operating system: one drain, and at most one restart, for both')
    .addOption(
      new Option('--reboot <when>', 'with --os-patch: whether nodes are restarted (default: required)').choices([
        ...rebootModes,
      ]),
    )
    .option('--security-only', 'with --os-patch: only what comes from an archive of security updates')
    .option('--exclude <packages>', 'with --os-patch: packages that stay as they are (may be given again)', joined)
    .option('--maintenance <name>', 'with --os-patch: go on with what was begun by this name elsewhere');

export const withWay = (command: Command): Command =>
  withPatch(command)
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
    .option(
      '--node-timeout <duration>',
      'how long a node may take, its drains not counted (default: 10m, with --os-patch 40m)',
    );
