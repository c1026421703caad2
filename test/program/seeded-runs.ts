import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { headerLink, nextLink, sealLink, type Link } from '../../src/adapters/files/chain.ts';
import type { Event, EventBody, Failure, RunOutcome } from '../../src/model/event.ts';
import type { KeptWish } from '../../src/run/kept-wish.ts';

export interface SeededRun {
  readonly id: string;
  readonly cluster?: string;
  /** Without one it was killed. */
  readonly outcome?: RunOutcome;
  readonly at?: number;
  readonly wish?: Partial<KeptWish> | 'none';
  /** By node: the version of each control plane when it was planned. */
  readonly before?: Readonly<Record<string, string>>;
  /** Who writes it; by default a process that is gone. */
  readonly writer?: Readonly<Record<string, string>>;
  readonly failure?: Failure;
  /** Put behind the cluster's journal as it is. */
  readonly torn?: string;
}

export const gone = { host: hostname(), pid: '4194305', start: 'an-earlier-boot 1' };
/** The test itself. */
export const living = { host: hostname(), pid: String(process.pid), start: '' };

const journal = (header: Readonly<Record<string, string>>, events: readonly Event[], sealed: boolean): string => {
  const links: Link[] = [headerLink(header)];
  for (const event of events) links.push(nextLink(links.at(-1) ?? headerLink({}), event));
  return [...links, ...(sealed ? [sealLink(links.at(-1) ?? headerLink({}))] : [])].map(({ line }) => line).join('');
};

/** Writes runs into a state directory as the program leaves them. */
export const seed =
  (...runs: readonly SeededRun[]) =>
  (state: string): void => {
    for (const run of runs) seedOne(state, run);
  };

const seedOne = (state: string, run: SeededRun): void => {
  const { id, cluster = 'paris', outcome, at = Date.UTC(2026, 10, 20, 2), wish = {}, writer = gone, failure } = run;
  const stamp = (after: number, body: EventBody): Event => ({ at: at + after, cluster, ...body });
  const start = stamp(0, {
    type: 'run-started',
    run: id,
    playbook: 'upgrade',
    parameters: { version: '1.36.3' },
    operator: 'ana',
    host: 'bastion',
    nodeops: '1.2.3',
    from: ['1.35.4'],
  });
  const step = { address: 'workers/w1/drain-node', step: 'drain-node' };
  const steps = [
    stamp(1000, { type: 'step-started', ...step, title: 'drain', node: 'w1' }),
    failure === undefined
      ? stamp(43_000, {
          type: 'step-finished',
          address: step.address,
          outcome: 'done',
          durationMs: 42_000,
          waitedMs: 41_000,
        })
      : stamp(43_000, { type: 'step-failed', address: step.address, durationMs: 42_000, failure }),
  ];
  const end = outcome === undefined ? [] : [stamp(60_000, { type: 'run-finished', outcome, durationMs: 60_000 })];
  const directory = join(state, 'runs', id, 'clusters', cluster);
  mkdirSync(directory, { recursive: true });
  const sealed = outcome !== undefined;
  writeFileSync(join(state, 'runs', id, 'fleet.jsonl'), journal({ run: id, ...writer }, [start, ...end], sealed));
  const text = journal({ run: id, cluster }, [start, ...steps, ...end], sealed);
  writeFileSync(join(directory, 'journal.jsonl'), text + (run.torn ?? ''));
  if (run.before !== undefined) {
    const before = Object.entries(run.before).map(([node, version]) => ({ node, role: 'control-plane', version }));
    writeFileSync(join(directory, 'plan.json'), JSON.stringify({ before }));
  }
  if (wish === 'none') return;
  const kept = {
    format: 1,
    cluster,
    command: 'upgrade',
    playbook: 'upgrade',
    parameters: { version: '1.36.3' },
    inventory: join(state, '..', 'prod.yaml'),
    ...wish,
  };
  writeFileSync(join(directory, 'wish.json'), JSON.stringify(kept));
};
