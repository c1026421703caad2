import type { RunOutcome } from '../model/event.ts';
import { createEmit, type Emit } from '../run/emit.ts';
import type { ConsentOptions } from './protection.ts';
import { reasonOf } from './protection.ts';
import type { Parts } from './parts.ts';

export interface Deed {
  readonly cluster: string;
  /** What it is called among the runs. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly consent?: ConsentOptions;
}

const unseen = {
  begin: () => undefined,
  event: () => undefined,
  notice: () => undefined,
  end: () => Promise.resolve(),
};

/**
 * Does something that is no playbook as a run of its own: what it writes is in a journal before it is sent. `act` says
 * how it ended. @throws whatever the journal store throws when the operator's disk refuses.
 */
export const recordDeed = async <T>(
  parts: Parts,
  { cluster, name, parameters, consent = {} }: Deed,
  act: (emit: Emit, run: string) => Promise<{ readonly outcome: RunOutcome; readonly value: T }>,
): Promise<{ readonly value: T; readonly directory: string }> => {
  const run = parts.newRunId();
  const record = await (await parts.journals()).create(run);
  try {
    const ofCluster = await record.cluster(cluster);
    const { journal, directory } = ofCluster;
    const plan = { format: 1, cluster, playbook: name, parameters, before: [], phases: [], notices: [] };
    await ofCluster.writePlan(JSON.stringify({ ...plan, createdAt: parts.clock.now() }, undefined, 2));
    const emit = createEmit({ cluster, clock: parts.clock, journal, fleet: record.fleet, ui: unseen });
    const { user, host } = parts.operator;
    const begun = parts.clock.now();
    const reason = reasonOf(consent);
    await emit.transition({
      type: 'run-started',
      run,
      playbook: name,
      parameters,
      operator: user,
      host,
      nodeops: parts.version,
      ...(reason === undefined ? {} : { reason }),
    });
    const { outcome, value } = await act(emit, run);
    await emit.transition({ type: 'run-finished', outcome, durationMs: parts.clock.now() - begun });
    return { value, directory };
  } finally {
    await record.close();
  }
};
