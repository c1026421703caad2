import { didYouMean } from '../../documents/nearest.ts';
import { quote } from '../../commands/quote.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import type { ControlAct, ControlScope } from '../../model/run-control.ts';
import type { StoredRun } from '../../ports/journal-store.ts';
import { readWish } from '../../run/kept-wish.ts';
import { checkedReason } from '../protection.ts';
import type { Parts } from '../parts.ts';
import { readNamed } from '../stored-runs.ts';

export interface RunsControlOptions {
  readonly cluster?: readonly string[];
  readonly wave?: string;
  readonly reason?: string;
}

const wavesOf = async (parts: Parts, { id, clusters }: StoredRun): Promise<readonly string[]> => {
  const journals = await parts.journals();
  const wishes = await Promise.all(clusters.map((cluster) => journals.readWish(id, cluster)));
  return [...new Set(wishes.flatMap((text) => (text === undefined ? [] : (readWish(text)?.wave ?? []))))];
};

const scopeOf = async (parts: Parts, stored: StoredRun, options: RunsControlOptions): Promise<ControlScope> => {
  const { cluster: clusters, wave } = options;
  if (clusters !== undefined && wave !== undefined)
    throw new UsageError('--cluster and --wave: name clusters, or a wave of them');
  for (const name of clusters ?? [])
    if (!stored.clusters.includes(name))
      throw new UsageError(
        `--cluster ${name}: the run ${stored.id} has no such cluster; ${didYouMean(name, stored.clusters)}`,
      );
  if (clusters !== undefined) return { kind: 'clusters', clusters };
  if (wave === undefined) return { kind: 'all' };
  const waves = await wavesOf(parts, stored);
  if (!waves.includes(wave))
    throw new UsageError(
      waves.length === 0
        ? `--wave ${wave}: the run ${stored.id} has no waves`
        : `--wave ${wave}: the run ${stored.id} has no such wave; ${didYouMean(wave, waves)}`,
    );
  return { kind: 'wave', wave };
};

const refuseEnded = (stored: StoredRun, state: string): void => {
  const { id, writer } = stored;
  if (writer === 'gone')
    throw new UsageError(
      `the run ${id} does not go on any more (${state}): there is nothing to steer\n    go on with what is left: nodeops resume ${id}`,
    );
};

const whom = (scope: ControlScope): string => {
  if (scope.kind === 'all') return 'everything';
  return scope.kind === 'wave' ? `the wave ${scope.wave}` : scope.clusters.join(', ');
};

const words = (act: ControlAct, scope: ControlScope, run: string): readonly string[] => {
  const on = quote(['nodeops', 'runs', 'continue', run]);
  const of = `${whom(scope)} of the run ${run}`;
  if (act === 'continue') return [`asked to go on with ${of}`];
  if (act === 'stop')
    return [
      `asked to stop ${of}: each cluster in hand stops after the step in hand`,
      `go on with what is left, once it has ended: nodeops resume ${run}`,
    ];
  return [
    `asked to pause ${of}: nodes in hand come to their end, no further one is begun; the clusters stay locked by the run`,
    `go on: ${on}`,
  ];
};

/**
 * `nodeops runs pause|continue|stop RUN`: what the run's own process obeys before its next step.
 * @throws UsageError for a run, a cluster or a wave that is not there, and for a run that has ended.
 */
export const runsControl = async (
  parts: Parts,
  act: ControlAct,
  name: string,
  options: RunsControlOptions,
): Promise<number> => {
  const reason = checkedReason(options);
  const { stored, outline } = await readNamed(parts, name);
  const scope = await scopeOf(parts, stored, options);
  refuseEnded(stored, outline.state);
  if (stored.writer === 'elsewhere')
    parts.stderr.write(
      `note: the run ${stored.id} was begun on ${stored.process?.host ?? 'another machine'}: whether it still goes on is not known here\n`,
    );
  const { user, host } = parts.operator;
  await (
    await parts.controls()
  ).ask(stored.id, {
    act,
    at: parts.clock.now(),
    by: `${user}@${host}`,
    ...(reason === undefined ? {} : { reason }),
    scope,
  });
  const [first = '', ...others] = words(act, scope, stored.id);
  parts.stdout.write(`${first}\n${others.map((line) => `    ${line}\n`).join('')}`);
  return exitCode.done;
};
