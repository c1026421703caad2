import { stripVTControlCharacters } from 'node:util';
import type { Failure } from '../model/event.ts';
import { describeExit } from '../model/exit.ts';
import { noPaint } from './paint.ts';
import type { Paint } from './paint.ts';

const where = ({ cluster, node }: Failure): string => (node === undefined ? cluster : `${cluster}, node ${node}`);

/** A label and its lines, the lines below each other: nothing at all when there are none. */
const labelled = (label: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.map((line, index) => `  ${paint('faint', (index === 0 ? label : '').padEnd(7))}  ${line}`);

const what = (failure: Failure, paint: Paint): readonly string[] => [
  ...labelled('step', [failure.address], paint),
  ...labelled('why', failure.message.split('\n'), paint),
  ...labelled('command', failure.command === undefined ? [] : failure.command.split('\n'), paint),
  ...labelled('exit', failure.exit === undefined ? [] : [describeExit(failure.exit)], paint),
  ...labelled('stderr', (failure.stderrTail ?? []).map(stripVTControlCharacters), paint),
];

const section = (title: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : ['', paint('strong', title), ...lines.map((line) => `  ${line}`)];

const headings: Record<Failure['kind'], string> = {
  failed: '✗ FAILED',
  blocked: '✗ BLOCKED',
  drift: '✗ DRIFT',
  'outside-window': '! OUTSIDE THE WINDOW',
};

/** Why a rollout stopped, in the order in which it is needed at 2 a.m.: where, what, how things stand, what to type. */
export const failureText = (failure: Failure, paint: Paint = noPaint): string =>
  [
    `${paint('bad', headings[failure.kind])} ${paint('strong', `${where(failure)}: ${failure.step}`)}`,
    ...what(failure, paint),
    ...section('How things stand', failure.state, paint),
    ...section('What to do next', failure.next, paint),
    '',
  ].join('\n');
