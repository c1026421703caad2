import type { Confirmation, Event, RunOutcome } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import type { Ui } from '../ports/ui.ts';
import type { AdoptedCommand } from './adopt.ts';
import { createEmit } from './emit.ts';
import { writeWish } from './kept-wish.ts';
import type { PlanResult } from './run-plan.ts';
import { runOwned, type OwnedRun } from './run-owned.ts';

export interface RunRequest extends Omit<OwnedRun, 'emit' | 'keepBaseline'> {
  readonly journals: JournalStore;
  readonly ui: Ui;
  /** What was found running from an earlier run, and waited for before the plan was made. */
  readonly adopted: readonly AdoptedCommand[];
  /** Who stopped it from outside, and why; undefined where nobody did. */
  readonly stoppedBy?: () => string | undefined;
  /** Who answers for the run, and how: as it is journalled. */
  readonly consent: {
    readonly reason?: string;
    readonly confirmedBy: Confirmation;
    readonly savedPlan?: string;
    readonly ignoresWindow?: true;
    readonly wave?: string;
    readonly waveApprovedBy?: 'typed yes' | '--promote';
  };
}

export interface RecordedRun {
  readonly run: string;
  /** The plan that was run. */
  readonly plan: Plan;
  readonly result: PlanResult;
  /** Everything that was journalled of this cluster. */
  readonly events: readonly Event[];
  /** Where journal, plan and log are. */
  readonly directory: string;
  /** Who stopped it from outside, and why. */
  readonly stoppedBy?: string;
}

const remembering = (ui: Ui, events: Event[]): Ui => ({
  begin: (plan) => ui.begin(plan),
  notice: (text) => ui.notice(text),
  end: () => ui.end(),
  event: (event) => {
    if (event.type !== 'command-output') events.push(event);
    ui.event(event);
  },
});

/** Keeps events back until it is certain which plan they belong to. */
const beginningLate = (ui: Ui) => {
  const waiting: Event[] = [];
  let begun = false;
  return {
    ui: { ...ui, event: (event: Event) => (begun ? ui.event(event) : void waiting.push(event)) },
    begin: (plan: Plan): void => {
      if (begun) return;
      begun = true;
      ui.begin(plan);
      waiting.forEach((event) => ui.event(event));
    },
  };
};

const stopperOf = ({ stoppedBy }: RunRequest, outcome: RunOutcome): Pick<RecordedRun, 'stoppedBy'> => {
  const by = outcome === 'interrupted' ? stoppedBy?.() : undefined;
  return by === undefined ? {} : { stoppedBy: by };
};

/**
 * Runs a prepared plan with its record: wish and plan are on disk before the first event, each event before what it
 * announces. The view and the journal are closed whatever happens.
 * @throws whatever the journal store throws when the operator's disk refuses.
 */
export const recordRun = async (request: RunRequest): Promise<RecordedRun> => {
  const { session, ui, run, prepared, operator, nodeops, wish } = request;
  const { cluster, playbook, parameters } = prepared.plan;
  const record = await request.journals.create(run);
  const events: Event[] = [];
  try {
    const ofCluster = await record.cluster(cluster);
    const { journal, directory } = ofCluster;
    await ofCluster.writeWish(writeWish(wish));
    const writePlan = (plan: Plan): Promise<void> => ofCluster.writePlan(JSON.stringify(plan, undefined, 2));
    await writePlan(prepared.plan);
    const late = beginningLate(remembering(ui, events));
    const emit = createEmit({
      cluster,
      clock: session.clock,
      journal,
      fleet: record.fleet,
      ui: late.ui,
    });
    const begun = session.clock.now();
    await emit.transition({
      type: 'run-started',
      run,
      playbook,
      parameters,
      operator: operator.user,
      host: operator.host,
      nodeops,
      from: [...new Set(prepared.plan.before.map(({ version }) => version))].toSorted(),
      ...(wish.resumes === undefined ? {} : { resumes: wish.resumes }),
      ...request.consent,
    });
    for (const command of request.adopted) await emit.event({ ...command, type: 'command-adopted' });
    let { plan } = prepared;
    const keepBaseline = (text: string): Promise<void> => ofCluster.writeBaseline(text);
    const resume = `nodeops resume ${run}`;
    const result = await runOwned({ ...request, emit, keepBaseline, resume }, async (fresh) => {
      ({ plan } = fresh);
      await writePlan(plan);
      late.begin(plan);
    });
    late.begin(prepared.plan);
    const { outcome, failure } = result;
    const durationMs = session.clock.now() - begun;
    const stopped = stopperOf(request, outcome);
    const why = failure === undefined ? {} : { failure };
    await emit.transition({ type: 'run-finished', durationMs, outcome, ...why, ...stopped });
    return { run, plan, result, events, directory, ...stopped };
  } finally {
    await ui.end();
    await record.close();
  }
};
