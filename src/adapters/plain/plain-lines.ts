import type { Event } from '../../model/event.ts';
import { describeExit, succeeded } from '../../model/exit.ts';
import { blocksOf, warningsOf, type Trouble, type Verdict } from '../../model/verdict.ts';
import { cleanLine } from './clean-line.ts';
import { lockLine } from './lock-line.ts';
import { pauseLine } from './pause-line.ts';
import { probeLine } from './probe-line.ts';

type Duration = (ms: number) => string;
type Of<T extends Event['type']> = Extract<Event, { type: T }>;

interface Begun {
  readonly title: string;
  readonly place: string;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Local time of day: what the clock on the operator's wall says. */
const timeOfDay = (at: number): string => {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
};

const told = (word: string, troubles: readonly Trouble[]): readonly string[] =>
  troubles.flatMap(({ because, fix }) => [`  ${word}: ${because}`, ...(fix === '' ? [] : [`  fix: ${fix}`])]);

const observed = (verdict: Verdict): readonly string[] => {
  if (verdict.kind === 'needed') return verdict.changes.map((change) => `  to do: ${change}`);
  if (verdict.kind === 'pending') return [`  waiting for ${verdict.waitingFor}`];
  return [
    ...(verdict.kind === 'blocked' ? told('blocked', blocksOf(verdict)) : []),
    ...told('warning', warningsOf(verdict)),
  ];
};

const runStarted = ({ at, run, playbook, parameters, operator, host, nodeops, reason }: Of<'run-started'>): string => {
  const wishes = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
  return `run ${run}: ${[playbook, ...wishes].join(' ')} (${operator}@${host}, nodeops ${nodeops}, ${new Date(at).toISOString()})${reason === undefined ? '' : `: ${cleanLine(reason)}`}`;
};

const outcomes = { satisfied: 'nothing to do', done: 'done', skipped: 'left out' } as const;

/** Turns one event after the other into lines for a log file; it remembers which step an event belongs to. */
export class PlainLines {
  readonly #duration: Duration;
  readonly #steps = new Map<string, Begun>();
  readonly #quiet = new Set<string>();
  readonly #lastVerdict = new Map<string, string>();

  constructor(duration: Duration) {
    this.#duration = duration;
  }

  /** The lines that say `event`, none when it says nothing new. */
  linesOf(event: Event): readonly string[] {
    if (event.type === 'step-started') {
      const place = event.node === undefined ? event.cluster : `${event.cluster}/${event.node}`;
      this.#steps.set(`${event.cluster} ${event.address}`, { title: event.title, place });
    }
    const begun = 'address' in event ? this.#steps.get(`${event.cluster} ${event.address}`) : undefined;
    const title = begun?.title ?? ('address' in event ? event.address : '');
    const prefix = `${timeOfDay(event.at)} ${begun?.place ?? event.cluster}`;
    return this.#texts(event, title).map((text) => `${prefix}  ${text}`);
  }

  #texts(event: Event, title: string): readonly string[] {
    switch (event.type) {
      case 'phase-started':
        return [`== ${event.phase}`];
      case 'phase-finished':
        return [`== ${event.phase}: finished`];
      case 'step-started':
        return [title];
      case 'step-observed':
        return this.#observed(event);
      case 'command-started':
      case 'command-output':
      case 'command-finished':
        return this.#command(event);
      case 'command-lost':
        return [`  connection lost (${cleanLine(event.why)}): attaching again`];
      case 'command-adopted':
        return [`${event.node} still ran ${cleanLine(event.line)} of run ${event.run}: ${describeExit(event.exit)}`];
      case 'lock-acquired':
      case 'lock-lost':
      case 'lock-released':
        return [lockLine(event)];
      case 'probe-changed':
        return [probeLine(event, this.#duration)];
      case 'backup-stored':
        return [`  in ${cleanLine(event.place)}: ${event.bytes} bytes, checksums ${event.sha256}`];
      case 'backup-removed':
        return [`  removed ${event.backup} from ${cleanLine(event.place)}: ${event.why}`];
      case 'step-finished':
        return [`${title}: ${outcomes[event.outcome]} (${this.#duration(event.durationMs)})`];
      case 'step-failed':
        return this.#failed(event, title);
      case 'run-paused':
      case 'run-continued':
        return [pauseLine(event)];
      case 'run-started':
        return [runStarted(event)];
      case 'run-finished':
        return [
          `run ${event.outcome}${event.stoppedBy === undefined ? '' : ` ${cleanLine(event.stoppedBy)}`} in ${this.#duration(event.durationMs)}`,
        ];
      case 'probes-ended':
        // Its counts are in the summary.
        return [];
      default:
        return [];
    }
  }

  /** A step that waits is observed every second: what it says is worth a line only when it changes. */
  #observed({ cluster, address, verdict }: Of<'step-observed'>): readonly string[] {
    const key = `${cluster} ${address}`;
    const lines = observed(verdict);
    if (this.#lastVerdict.get(key) === lines.join('\n')) return [];
    this.#lastVerdict.set(key, lines.join('\n'));
    return lines;
  }

  #command(event: Of<'command-started' | 'command-output' | 'command-finished'>): readonly string[] {
    // A sign of life every few seconds is news to nobody.
    if (event.address === 'lease') return [];
    // Reading is what every step does all the time, and its exit is for the step to judge: only writes are told.
    if (event.type === 'command-started' && event.effect !== 'write') this.#quiet.add(event.id);
    if (this.#quiet.has(event.id)) return [];
    if (event.type === 'command-started') return [`  $ ${cleanLine(event.line.replaceAll('\n', ' ⏎ '))}`];
    if (event.type === 'command-output') return [`    ${cleanLine(event.line.replaceAll('\n', ' ⏎ '))}`];
    if (succeeded(event.exit)) return [];
    const ended = `  ${describeExit(event.exit)} after ${this.#duration(event.durationMs)} on ${event.node}`;
    return [ended, ...event.stderrTail.map((line) => `    ${cleanLine(line)}`)];
  }

  #failed({ durationMs, failure }: Of<'step-failed'>, title: string): readonly string[] {
    const [first = '', ...others] = failure.message.split('\n').map(cleanLine);
    return [
      `${title}: ${failure.kind.toUpperCase()} after ${this.#duration(durationMs)}: ${first}`,
      ...others.map((line) => `    ${line}`),
    ];
  }
}
