import type { Event } from '../model/event.ts';
import { describeExit, succeeded } from '../model/exit.ts';
import { formatDuration } from '../report/duration.ts';
import type { TimeLineEntry } from '../report/time-line-text.ts';

type Said = Pick<TimeLineEntry, 'about' | 'says' | 'grave'>;

const plain = (about: string, says: string, grave: TimeLineEntry['grave'] = 'none'): Said => ({ about, says, grave });

interface Known {
  /** Of steps that changed something, or failed, by address: title and node. */
  readonly steps: ReadonlyMap<string, { readonly title: string; readonly node: string }>;
  /** Of commands, by id. */
  readonly lines: ReadonlyMap<string, string>;
}

/** Steps that found nothing to do are left out: where a run looks again they are most of it. */
const known = (events: readonly Event[], cluster: string): Known => {
  const nothing = new Set(
    events.flatMap((event) => (event.type === 'step-finished' && event.outcome !== 'done' ? [event.address] : [])),
  );
  return {
    steps: new Map(
      events.flatMap((event) =>
        event.type === 'step-started' && !nothing.has(event.address)
          ? [[event.address, { title: event.title, node: event.node ?? cluster }]]
          : [],
      ),
    ),
    lines: new Map(events.flatMap((event) => (event.type === 'command-started' ? [[event.id, event.line]] : []))),
  };
};

const ended = ({
  cluster,
  outcome,
  durationMs,
  failure,
  stoppedBy,
}: Extract<Event, { type: 'run-finished' }>): Said => {
  const why = failure?.message ?? (stoppedBy === undefined ? undefined : `stopped ${stoppedBy}`);
  const text = `${outcome} after ${formatDuration(durationMs)}${why === undefined ? '' : `: ${why}`}`;
  return plain(cluster, text, outcome === 'done' ? 'none' : 'bad');
};

const said = (event: Event, { steps, lines }: Known): Said | undefined => {
  switch (event.type) {
    case 'run-started':
      return plain(event.cluster, `${event.playbook}, by ${event.operator} on ${event.host}`);
    case 'run-finished':
      return ended(event);
    case 'step-started': {
      const step = steps.get(event.address);
      return step && plain(step.node, step.title);
    }
    case 'step-finished': {
      const step = steps.get(event.address);
      return step && plain(step.node, `${step.title}: ${event.outcome} after ${formatDuration(event.durationMs)}`);
    }
    case 'step-failed':
      return plain(event.failure.node ?? event.cluster, `${event.failure.step}: ${event.failure.message}`, 'bad');
    case 'command-finished': {
      if (succeeded(event.exit)) return undefined;
      const end = describeExit(event.exit);
      const tail = event.stderrTail.at(-1) ?? '';
      const line = lines.get(event.id) ?? event.address;
      return plain(event.node, `${line}: ${end}${end.includes(tail) ? '' : `, ${tail}`}`, 'bad');
    }
    case 'command-lost':
      return plain(event.node, `${lines.get(event.id) ?? event.address}: ${event.why}`, 'warn');
    case 'command-adopted':
      return plain(event.node, `of the run ${event.run}: ${event.line}: ${describeExit(event.exit)}`, 'warn');
    case 'run-paused':
    case 'lock-lost':
      return plain(event.cluster, event.why, event.type === 'lock-lost' ? 'bad' : 'warn');
    case 'run-continued':
      return plain(event.cluster, '');
    // What a run knows in between is in its journal.
    case 'phase-started':
    case 'phase-finished':
    case 'step-observed':
    case 'command-started':
    case 'command-output':
    case 'lock-acquired':
    case 'lock-released':
    case 'backup-stored':
    case 'backup-removed':
    case 'probe-changed':
    case 'probes-ended':
      return undefined;
  }
};

/** What one run did in one cluster, as its journal has it, each by this machine's clock. */
export const runEntries = (run: string, cluster: string, events: readonly Event[]): readonly TimeLineEntry[] => {
  const facts = known(events, cluster);
  return events.flatMap((event) => {
    const words = said(event, facts);
    // Commands that ended well are not told.
    const what = event.type === 'command-finished' ? 'command-failed' : event.type;
    return words === undefined ? [] : [{ at: event.at, clock: 'here', what, run, ...words }];
  });
};
