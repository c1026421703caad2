import type { Cluster } from '../../src/model/cluster.ts';
import type { Failure } from '../../src/model/event.ts';
import type { Artifact } from '../../src/ports/artifact-store.ts';
import type { Ui } from '../../src/ports/ui.ts';
import type { Random } from '../../src/simulator/random.ts';
import type { Note } from '../../src/simulator/oracle/note.ts';
import { snapshotStatus } from '../../src/simulator/tools/kubernetes/etcd-snapshot-file.ts';
import { Program } from '../../src/simulator/simulation/program.ts';
import type { Parts } from '../../src/cli/parts.ts';
import { attempt, type AttemptEnd, type AttemptWish } from './attempt.ts';
import { runCommand } from './fleet/fleet-attempt.ts';
import type { Ground } from './ground.ts';
import type { CommandWatch, Observers } from './observer.ts';
import { inventoryPath, type Operation } from './operations/operation.ts';
import { createWorkplace, pidOf, type SimulatedPlaybook, type Workplace } from './program-parts.ts';
import type { Maintenance } from './maintenance.ts';
import type { Way } from './scenario.ts';
import { nextOpening, type SeenWindow } from './window.ts';

/** What there is to know of a command before it is typed. */
export interface Typed {
  readonly workplace: Workplace;
  /** From 1. */
  readonly tries: number;
  readonly dryRun: boolean;
}

export interface Staff {
  readonly ground: Ground;
  readonly watch: CommandWatch;
  readonly observers: Observers;
  readonly cluster: Cluster;
  readonly version: string;
  readonly way: Way;
  readonly playbook: SimulatedPlaybook;
  /** What is typed in the place of the playbook. */
  readonly operation?: Operation | undefined;
  /** What is typed where a whole command is tried, with its parser of inventories, and not a playbook alone. */
  readonly command?: (typed: Typed) => (parts: Parts) => Promise<number>;
  /** Files of their machines by their path. */
  readonly files?: ReadonlyMap<string, string>;
  /** Another machine of theirs; one that knows nothing where it is missing. */
  readonly machine?: (name: string) => Workplace;
  readonly maintenance?: Maintenance;
  /** Programs that ran before, whose numbers are taken. */
  readonly before?: number;
  /** How often the command is typed at most; otherwise until it makes no sense to go on. */
  readonly tries?: number;
  readonly otherMachine: boolean;
  /** When the cluster may be worked on; at any time where it is missing. */
  readonly window?: SeenWindow;
  readonly dryRunFirst: boolean;
  /** Nothing more will go wrong, and what was to pass has passed. */
  readonly calm: () => boolean;
  /** Lets nothing more go wrong. */
  readonly settle: () => void;
  /** What a program shows things on. */
  readonly screen: (program: Program) => Ui;
  /** Hosts that a fault keeps away at this moment. */
  readonly away: () => readonly string[];
}

/** How often the same command is typed again in vain, once nothing goes wrong any more. */
const furtherTries = 3;
/** After so many tries what has not come yet never will: faults that wait for more commands than are ever sent. */
const triesBeforeSettling = 8;
const mostTries = 15;

type Outcome = Extract<Note, { type: 'program-ended' }>['outcome'];

const outcomes: Readonly<Record<number, Outcome>> = { 0: 'done', 3: 'blocked', 5: 'interrupted', 6: 'outside-window' };

/** What an exit code of nodeops says. */
export const outcomeOf = (code: number): Outcome => outcomes[code] ?? 'failed';

/** How a program ended, and what it took for the reason where a step of it failed. */
export type OperatorEnd = AttemptEnd & {
  readonly lookedAt: number;
  readonly reason?: string;
  /** A step of it changed something. */
  readonly gotOn: boolean;
};

/**
 * Why a step failed, as a person reads it. A window that lacks the time says nothing of what took it, and what waits for
 * an API that nobody serves nothing of why: how things stand does.
 */
export const reasonOf = ({ node = '', message, stderrTail = [], next, kind, state }: Failure): string => {
  const explains = kind === 'outside-window' || state.includes(noApi);
  return [node, message, ...stderrTail, ...next, ...(explains ? state : [])].join('\n');
};

/** How it is told that nothing can be asked of the cluster. */
const noApi = 'no control plane answers: the API server may be down';

/** By an owner that may be gone and could not let go of the cluster: its lease is over in a minute. */
const isTurnedAway = ({ gotOn, stderr }: OperatorEnd): boolean => !gotOn && stderr.includes(' is owned by ');

const isOutsideWindow = ({ how }: AttemptEnd): boolean =>
  typeof how === 'object' && 'code' in how && outcomeOf(how.code) === 'outside-window';

/** Steps that look at the whole cluster, with nothing to be done after them. */
const looksAtAll: ReadonlySet<string> = new Set(['verify-cluster', 'verify-restored-cluster']);

const isLastLook = (
  { step, address }: { readonly step: string; readonly address: string },
  operation: Operation | undefined,
): boolean =>
  operation === undefined
    ? looksAtAll.has(step) || /(?:^|\/)verification\//.test(address)
    : step === operation.lastLook;

/** People who type the same command until it says that it is done, or until it makes no sense to go on. */
export class Operators {
  readonly programs: Program[] = [];
  readonly ends: OperatorEnd[] = [];
  #busy = 0;
  readonly #staff: Staff;
  readonly #random: Random;
  readonly #home: Workplace;

  constructor(staff: Staff) {
    this.#staff = staff;
    this.#random = staff.ground.random.fork();
    this.#home = (staff.machine ?? createWorkplace)('bastion');
  }

  /** Whether somebody still has something to do. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  get last(): Operators['ends'][number] | undefined {
    return this.ends.at(-1);
  }

  /** The last that said it was done. */
  get lastDone(): Operators['ends'][number] | undefined {
    return this.ends.findLast(({ how }) => typeof how === 'object' && 'code' in how && how.code === 0);
  }

  /** One person begins. Several may be at it at the same time, each with a machine of their own. */
  begin(workplace: Workplace = this.#home): void {
    this.#busy += 1;
    // Nobody else may have anything to do at this moment: it would begin with whoever is woken next.
    this.#staff.ground.wakes.woken = true;
    const first = this.programs.length === 0 && this.#staff.dryRunFirst;
    void this.#work(workplace, first).finally(() => {
      this.#busy -= 1;
    });
  }

  async #work(home: Workplace, dryRunFirst: boolean): Promise<void> {
    if (dryRunFirst) await this.#run(home, { tries: 0, dryRun: true, elsewhere: false });
    const { calm, settle, otherMachine, ground, tries: most = mostTries, machine = createWorkplace } = this.#staff;
    let calmTries = 0;
    let turnedAway = 0;
    let windows = 0;
    let wasTurnedAway = false;
    for (let tries = 1; tries <= most; tries += 1) {
      if (tries + windows > triesBeforeSettling) settle();
      const wasCalm = calm();
      const workplace = otherMachine && tries % 2 === 0 ? machine(`${home.name}-${tries}`) : home;
      const ended = await this.#run(workplace, { tries, dryRun: false, elsewhere: workplace !== home });
      const { how } = ended;
      if (typeof how === 'object' && ('error' in how || how.code === 0)) return;
      const { window } = this.#staff;
      if (window !== undefined && isOutsideWindow(ended)) {
        // Nothing was wrong: who comes back when it is open again has not tried in vain, unless there is never time for
        // anything.
        turnedAway = ended.gotOn || !wasCalm ? 0 : turnedAway + 1;
        if (turnedAway > furtherTries) return;
        tries -= 1;
        windows += 1;
        await this.#pause(ground, nextOpening(window, ground.kernel.now));
        continue;
      }
      // Who was turned away comes back once before it is taken for the end of it.
      const isForgiven = isTurnedAway(ended) && !wasTurnedAway;
      wasTurnedAway = isTurnedAway(ended);
      if (wasCalm && !isForgiven) calmTries += 1;
      if (calmTries >= furtherTries) return;
      // An owner who could not let go of the cluster, because no API server answered, is waited for until its lease is over.
      await this.#pause(ground, this.#random.between(61_000, 600_000));
    }
  }

  async #run(
    workplace: Workplace,
    { tries, dryRun, elsewhere }: Pick<AttemptWish, 'dryRun' | 'elsewhere'> & { readonly tries: number },
  ): Promise<OperatorEnd> {
    const { ground, observers, watch, away, screen, operation, command, files } = this.#staff;
    const program = new Program((this.#staff.before ?? 0) + this.programs.length + 1, ground.kernel, ground.wakes);
    this.programs.push(program);
    observers.note({ type: 'program-started', program: program.id, changesNothing: dryRun });
    ground.trace.line(() => `p${program.id} starts on ${workplace.name}`);
    // Who only hears from the cluster that its last run was done has not looked for himself.
    let lookedAt = (elsewhere ? this.lastDone?.lookedAt : undefined) ?? ground.kernel.now;
    let reason: string | undefined;
    let gotOn = false;
    const committed = ({ name }: Artifact, bytes: string): void =>
      observers.note({
        type: 'snapshot-kept',
        program: program.id,
        run: program.run ?? '',
        artifact: name,
        verified: name.endsWith('.db') && snapshotStatus(bytes) !== undefined,
      });
    const around = {
      ...ground,
      random: ground.random.fork(),
      watcher: watch,
      workplace,
      committed,
      screen: screen(program),
      ...(operation === undefined ? {} : { files: new Map([[inventoryPath, operation.inventory]]) }),
      ...(files === undefined ? {} : { files }),
      journalHooks: {
        before: (event: Parameters<Observers['journal']>[1]) => observers.journal(program, event, 'before'),
        after: (event: Parameters<Observers['journal']>[1]) => {
          ground.trace.line(() => `p${program.id} journal ${event.type} ${'address' in event ? event.address : ''}`);
          // The last step of the way looks at the whole cluster: what comes up later it cannot see.
          if (event.type === 'step-started' && isLastLook(event, operation)) lookedAt = ground.kernel.now;
          if (event.type === 'step-finished' && event.outcome === 'done') gotOn = true;
          if (event.type === 'step-failed') reason = reasonOf(event.failure);
          observers.note({ type: 'journal', program: program.id, run: program.run ?? '', entry: event });
          observers.journal(program, event, 'after');
        },
      },
    };
    const pid = pidOf(program);
    workplace.alive.add(pid);
    const begun = this.programs.flatMap(({ run }) => run ?? []);
    const ended =
      command === undefined
        ? await attempt(program, around, { ...this.#staff, dryRun, elsewhere, begun })
        : await runCommand(program, around, command({ workplace, tries, dryRun }));
    workplace.alive.delete(pid);
    const end = { ...ended, lookedAt, gotOn, ...(reason === undefined ? {} : { reason }) };
    this.ends.push(end);
    if (end.how === 'killed') observers.note({ type: 'program-killed', program: program.id });
    else {
      const outcome = 'code' in end.how ? outcomeOf(end.how.code) : 'failed';
      observers.note({ type: 'program-ended', program: program.id, outcome, excused: away() });
      for (const text of [end.stdout, end.stderr])
        if (text !== '') observers.note({ type: 'text-shown', program: program.id, where: 'screen', text });
    }
    ground.trace.line(() => `p${program.id} ends: ${JSON.stringify(end.how)}`);
    return end;
  }

  #pause(ground: Ground, ms: number): Promise<void> {
    return new Promise((resolve) => {
      ground.kernel.after(ms, () => {
        ground.wakes.woken = true;
        resolve();
      });
    });
  }
}
