import cliTruncate from 'cli-truncate';
import { detailLevels } from '../detail.ts';
import { counting, type View } from '../lines.ts';
import { foldOf, keysHelp, type BoardState } from './board-state.ts';
import { standingOf, waveTook, type BoardMember, type BoardWave, type FleetBoard } from './fleet-board.ts';
import { memberLine, memberTree } from './member-lines.ts';
import { waveLine } from './wave-line.ts';
import { noScroll, type Scroll } from '../scroll.ts';

export interface BoardView extends Omit<View, 'detail'> {
  readonly columns: number;
  readonly rows: number;
  /** Keys are heard. */
  readonly keys: boolean;
  readonly run: string;
  /** What was told beside the events, the newest last. */
  readonly notices: readonly string[];
}

export interface Frame {
  readonly lines: readonly string[];
  readonly page: Scroll;
}

/** What is shown below the line of a wave. */
interface Section {
  readonly index: number;
  readonly wave: BoardWave;
  readonly members: readonly BoardMember[];
}

const keyLines = [
  '↑↓ wave · Enter fold · a all · f failed only · PgUp PgDn page · ? help · Ctrl-C stop',
  'Enter fold · a all · f failed · PgDn page · ? help · Ctrl-C stop',
  'a all · f failed · ? help · Ctrl-C stop',
  '? help',
] as const;

/** Waves that have a line of their own at least, however small the terminal is. */
const leastDetails = 3;

const isUnwell = (member: BoardMember): boolean => ['failed', 'stopped'].includes(standingOf(member));
const isRunning = (member: BoardMember): boolean => standingOf(member) === 'running';

const isDetail = (member: BoardMember): boolean => isUnwell(member) || isRunning(member);

const membersShown = ({ members }: BoardWave, index: number, state: BoardState): readonly BoardMember[] => {
  if (state.failedOnly) return members.filter(isUnwell);
  const fold = foldOf(state, index);
  if (fold === 'all') return members;
  return fold === 'closed' ? [] : [...members.filter(isUnwell), ...members.filter(isRunning)];
};

/** The waves for which there is a line, those around the chosen one where there are too many. */
const sectionsOf = (board: FleetBoard, state: BoardState, room: number): readonly Section[] => {
  const all = board.waves.map((wave, index) => ({ index, wave, members: membersShown(wave, index, state) }));
  const most = Math.max(1, room - leastDetails);
  const from = Math.max(0, Math.min(state.selected - Math.floor(most / 2), all.length - most));
  return all.slice(from, from + most);
};

const widest = (names: readonly string[]): number => names.reduce((most, { length }) => Math.max(most, length), 0);

/** Trees of clusters as detailed as the room allows; a line each where it does not. */
const detailsOf = (sections: readonly Section[], room: number, view: BoardView): readonly (readonly string[])[] => {
  const { look, now, typical } = view;
  const shown = sections.flatMap(({ members }) => members);
  const trees = shown.length > room ? [] : detailLevels.filter(({ brief }) => !brief);
  const width = widest(shown.map(({ cluster }) => cluster));
  for (const detail of [...trees, undefined]) {
    const texts = sections.map(({ members }) =>
      members.flatMap((member) =>
        detail === undefined || member.progress === undefined || member.state !== 'running'
          ? [memberLine(member, { look, now, typical }, width)]
          : memberTree(member.progress, detail, { look, now, typical }),
      ),
    );
    if (detail === undefined || texts.reduce((sum, { length }) => sum + length, 0) <= room) return texts;
  }
  return [];
};

const pageOf = (
  details: readonly (readonly string[])[],
  sections: readonly Section[],
  room: number,
  { from, current }: { readonly from: number | undefined; readonly current: number },
): Scroll => {
  const all = details.reduce((sum, { length }) => sum + length, 0);
  const before = sections.reduce((sum, { index }, at) => (index < current ? sum + (details[at]?.length ?? 0) : sum), 0);
  const size = Math.max(0, Math.min(room, all));
  return { from: Math.max(0, Math.min(from ?? before, all - size)), size, all };
};

const headOf = (board: FleetBoard, state: BoardState, { look, now, run }: BoardView): string => {
  const members = board.waves.flatMap((wave) => wave.members);
  const playbook = members.find(({ progress }) => progress !== undefined)?.progress?.playbook;
  const took = waveTook({ name: undefined, members }, now);
  const parts = [
    ...(playbook === undefined ? [] : [playbook]),
    `run ${run}`,
    ...(took === undefined ? [] : [counting(took, look)]),
    ...(state.failedOnly ? [look.paint('warn', 'failed clusters only')] : []),
  ];
  return ` ${look.paint('strong', parts.join(' · '))}`;
};

const footOf = ({ from, size, all }: Scroll, { look, keys, columns }: BoardView): readonly string[] => {
  const hidden = all > size ? `lines ${from + 1}–${from + size} of ${all} · ` : '';
  if (!keys) return hidden === '' ? [] : [` ${look.paint('faint', hidden.slice(0, -3))}`];
  const line = keyLines.map((each) => ` ${hidden}${each}`).find(({ length }) => length <= columns);
  return [look.paint('faint', line ?? ` ${keyLines.at(-1) ?? ''}`)];
};

const helpLines = ({ look }: BoardView): readonly string[] => [
  ` ${look.paint('strong', 'Keys')}`,
  '',
  ...keysHelp.map(([key, what]) => ` ${key.padEnd(10)}  ${what}`),
  '',
  ` ${look.paint('faint', 'any key: back')}`,
];

/** Everything else has its line: of notices only the newest fit. */
const noticesShown = ({ notices, rows }: BoardView): readonly string[] => {
  const most = Math.min(8, Math.floor(rows / 6));
  return most === 0 ? [] : notices.slice(-most).map((notice) => ` ${notice.split('\n', 1)[0] ?? ''}`);
};

const fitting = (lines: readonly string[], { columns, rows }: BoardView): readonly string[] =>
  lines.slice(0, rows).map((line) => cliTruncate(line, columns));

/**
 * The board as it fits a terminal: a line for each wave, and below it what runs or failed there, as far as there is room.
 * Never more lines than rows, none wider than the columns.
 */
export const boardFrame = (board: FleetBoard, state: BoardState, view: BoardView): Frame => {
  if (state.help) return { lines: fitting(helpLines(view), view), page: noScroll };
  const { look, now, rows, keys } = view;
  const notices = noticesShown(view);
  const body = rows - 1 - notices.length - (keys ? 1 : 0);
  const sections = sectionsOf(board, state, body);
  const room = Math.max(0, body - sections.length);
  const details = detailsOf(sections, room, view);
  const overflows = details.flat().length > room;
  // Without keys the line that says so takes the place of one that it counts.
  const page = pageOf(details, sections, keys || !overflows ? room : room - 1, {
    from: state.from,
    current: board.current,
  });
  const many = board.waves.length > 1;
  const nameWidth = widest(sections.map(({ wave }) => wave.name ?? 'clusters'));
  let at = 0;
  const lines = sections.flatMap(({ index, wave }, nth) => {
    const line = waveLine(wave, {
      look,
      now,
      nameWidth,
      key: keys && many ? (index < 9 ? String(index + 1) : ' ') : undefined,
      selected: keys && many && state.selected === index,
      folded: !state.failedOnly && foldOf(state, index) === 'closed' && wave.members.some(isDetail),
    });
    const own = (details[nth] ?? []).filter(
      (_line, offset) => at + offset >= page.from && at + offset < page.from + page.size,
    );
    at += details[nth]?.length ?? 0;
    return [line, ...own.map((each) => `   ${each}`)];
  });
  const foot = footOf(page, view);
  const blank = Math.max(0, rows - 1 - lines.length - notices.length - foot.length);
  const all = [headOf(board, state, view), ...lines, ...Array.from({ length: blank }, () => ''), ...notices, ...foot];
  return { lines: fitting(all, view), page };
};

/** What stays when all is over: the wave that went, and which of its clusters did not come to their end. */
export const lastLines = (
  board: FleetBoard,
  view: Pick<BoardView, 'look' | 'now' | 'typical' | 'notices'>,
): readonly string[] => {
  const { look, now, typical, notices } = view;
  const wave = board.waves[board.current];
  if (wave === undefined) return notices;
  const unwell = wave.members.filter(isUnwell);
  const width = widest(unwell.map(({ cluster }) => cluster));
  const line = waveLine(wave, { look, now, nameWidth: 0, key: undefined, selected: false, folded: false });
  return [
    line.trimStart(),
    ...unwell.map((member) => `  ${memberLine(member, { look, now, typical }, width)}`),
    ...notices,
  ];
};
