import { failures, neverReached, rulesNeverReached, type Tally } from './tally.ts';

const row = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
    .join('  ')
    .trimEnd();

const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((each) => (each[at] ?? '').length)));
  return rows.map((each) => row(each, widths));
};

/** Which step was in hand when what struck, and at which moment. */
const faultTable = ({ table: cells }: Tally): readonly string[] => {
  const steps = [...new Set(Object.values(cells).flatMap((each) => Object.keys(each)))].toSorted();
  const letters = steps.map((_, at) => String.fromCodePoint(97 + (at % 26)).repeat(1 + Math.floor(at / 26)));
  const rows = Object.keys(cells)
    .toSorted()
    .map((name) => [name, ...steps.map((step) => String(cells[name]?.[step] ?? '.'))]);
  return [
    ...table([['fault, moment', ...letters], ...rows]),
    steps.map((step, at) => `${letters[at]} = ${step}`).join(', '),
  ];
};

const ruleLines = ({ rules }: Tally): readonly string[] =>
  Object.keys(rules).length === 0
    ? []
    : [
        'how often each further rule could have been broken:',
        Object.entries(rules)
          .map(([rule, times]) => `${rule}: ${times.toLocaleString('en')}`)
          .join('  '),
      ];

/** What a person reads after a campaign. */
export const tallyText = (tally: Tally, seconds: number, invariants: readonly number[]): string => {
  const { broken, unconverged, other } = failures(tally);
  const perSecond = (count: number): string => Math.round(count / Math.max(seconds, 0.001)).toLocaleString('en');
  const hours = Math.round(tally.virtualMs / 3_600_000).toLocaleString('en');
  const never = [...neverReached(tally, invariants), ...rulesNeverReached(tally)];
  return [
    `${tally.seeds.toLocaleString('en')} simulations in ${seconds.toFixed(1)} s: ${perSecond(tally.seeds)} a second, ${perSecond(tally.events)} events a second`,
    `${tally.events.toLocaleString('en')} events, ${tally.commands.toLocaleString('en')} commands of ${tally.programs.toLocaleString('en')} programs, ${hours} virtual hours`,
    '',
    'faults that struck, by the step in hand:',
    ...faultTable(tally),
    '',
    'how often each invariant could have been broken:',
    invariants.map((number) => `${number}: ${(tally.reached[number] ?? 0).toLocaleString('en')}`).join('  '),
    ...ruleLines(tally),
    ...(never.length === 0 ? [] : [`NEVER reached: ${never.join(', ')}`]),
    '',
    `broken ${broken}, unconverged ${unconverged}, gaps and crashes ${other}`,
    ...tally.bad.map(({ seed, verdict, what }) => `  seed ${seed}: ${verdict}: ${what[0] ?? ''}`),
    '',
  ].join('\n');
};
