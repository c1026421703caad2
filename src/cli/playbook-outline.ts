import { bracketOf, stepOf } from '../playbook/known.ts';
import type { Playbook, PlaybookItem } from '../playbook/schema.ts';
import type { Step } from '../steps/step.ts';
import type { PlaybookOutline, OutlinedItem } from '../report/playbook-text.ts';
import { phaseWords, eachWords } from './explained-playbook.ts';

/** What stands under `with:` and no file put there. */
const shownWith = (item: Extract<PlaybookItem, { readonly uses: string }>): OutlinedItem['with'] => {
  const { files } = stepOf(item.uses);
  const fromFiles = new Set(
    Object.entries(files).flatMap(([names, gets]) => (names in (item.with ?? {}) ? [gets] : [])),
  );
  const shown = Object.entries(item.with ?? {}).filter(([name]) => !fromFiles.has(name));
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
};

const outlined = (items: readonly PlaybookItem[], depth: number): readonly OutlinedItem[] =>
  items.flatMap((item): readonly OutlinedItem[] => {
    const when = item.when === undefined ? {} : { when: item.when };
    if ('within' in item) return [{ depth, within: item.within, ...when }, ...outlined(item.steps, depth + 1)];
    const shown = shownWith(item);
    return [
      {
        depth,
        uses: item.uses,
        looks: stepOf(item.uses).assertion,
        ...(shown === undefined ? {} : { with: shown }),
        ...(item.each === undefined ? {} : { each: eachWords[item.each] }),
        ...when,
      },
    ];
  });

const stepsIn = (items: readonly PlaybookItem[]): readonly Step[] =>
  items.flatMap((item) => {
    if ('uses' in item) return [stepOf(item.uses)];
    const { enter, exit } = bracketOf(item.within);
    return [enter, ...stepsIn(item.steps), ...(exit === undefined ? [] : [exit])];
  });

/** The steps that do something, each once, by whether they are about nodes or the cluster. */
const changesOf = ({ phases }: Playbook): PlaybookOutline['changes'] => {
  const applying = phases.flatMap(({ steps }) => stepsIn(steps)).filter(({ assertion }) => !assertion);
  const about = (subject: Step['subject']): readonly string[] => [
    ...new Set(applying.filter((step) => step.subject === subject).map(({ id }) => id)),
  ];
  return { nodes: about('node'), cluster: about('cluster') };
};

/** A playbook as `nodeops playbook` tells it; `from` is its file, missing where it comes with the program. */
export const outlineOf = (playbook: Playbook, from?: string): PlaybookOutline => ({
  playbook: playbook.name,
  ...(from === undefined ? {} : { file: from }),
  description: playbook.description,
  mode: playbook.mode,
  hops: playbook.hops,
  changes: changesOf(playbook),
  parameters: Object.entries(playbook.parameters).map(([name, { type, required, description, default: value }]) => ({
    name,
    type,
    required,
    ...(description === undefined ? {} : { description }),
    ...(value === undefined ? {} : { default: value }),
  })),
  phases: playbook.phases.map((phase) => ({
    name: phase.name,
    where: phaseWords(phase),
    ...(phase.when === undefined ? {} : { when: phase.when }),
    steps: outlined(phase.steps, 0),
  })),
});
