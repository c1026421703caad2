import type { Confirmation, Event } from '../model/event.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import type { Ui } from '../ports/ui.ts';
import type { AdoptedCommand } from './adopt.ts';
import { createEmit } from './emit.ts';
import type { Prepared } from './prepare-plan.ts';
import { runPlan, type PlanResult } from './run-plan.ts';
import type { PlanGuard } from './plan-guard.ts';
import type { Session } from './session.ts';

export interface RunRequest {
  readonly session: Session;
  readonly journals: JournalStore;
  readonly ui: Ui;
  readonly run: string;
  readonly prepared: Prepared;
  /** What was found running from an earlier run, and waited for before the plan was made. */
  readonly adopted: readonly AdoptedCommand[];
  readonly again: string;
  readonly stopping: () => boolean;
  readonly operator: { readonly user: string; readonly host: string };
  readonly nodeops: string;
  readonly guard?: PlanGuard;
  /** Who answers for the run, and how: as it is journalled. */
  readonly consent: { readonly reason?: string; readonly confirmedBy: Confirmation; readonly savedPlan?: string };
}

export interface RecordedRun {
  readonly result: PlanResult;
  /** Everything that was journalled of this cluster. */
  readonly events: readonly Event[];
  /** Where journal, plan and log are. */
  readonly directory: string;
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

/**
 * Runs a prepared plan with its record: the plan is on disk before the first event, each event before what it
 * announces. The view and the journal are closed whatever happens.
 * @throws whatever the journal store throws when the operator's disk refuses.
 */
export const recordRun = async (request: RunRequest): Promise<RecordedRun> => {
  const { session, ui, run, prepared, operator, nodeops } = request;
  const { cluster, playbook, parameters } = prepared.plan;
  const record = await request.journals.create(run);
  const events: Event[] = [];
  try {
    const ofCluster = await record.cluster(cluster);
    const { journal, directory } = ofCluster;
    await ofCluster.writePlan(JSON.stringify(prepared.plan, undefined, 2));
    const emit = createEmit({
      cluster,
      clock: session.clock,
      journal,
      fleet: record.fleet,
      ui: remembering(ui, events),
    });
    ui.begin(prepared.plan);
    const begun = session.clock.now();
    await emit.transition({
      type: 'run-started',
      run,
      playbook,
      parameters,
      operator: operator.user,
      host: operator.host,
      nodeops,
      ...request.consent,
    });
    for (const command of request.adopted) await emit.event({ ...command, type: 'command-adopted' });
    const result = await runPlan({ ...request, emit, phases: prepared.phases });
    await emit.transition({ type: 'run-finished', durationMs: session.clock.now() - begun, ...result });
    return { result, events, directory };
  } finally {
    await ui.end();
    await record.close();
  }
};
