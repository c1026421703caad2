import type { Event } from '../../../src/model/event.ts';
import type { Artifact } from '../../../src/ports/artifact-store.ts';
import type { Ui } from '../../../src/ports/ui.ts';
import type { FleetWatch } from '../../../src/simulator/oracle/fleet-watch.ts';
import type { Random } from '../../../src/simulator/random.ts';
import { Program } from '../../../src/simulator/simulation/program.ts';
import { quietUi } from '../../../src/simulator/simulation/quiet-ui.ts';
import { snapshotStatus } from '../../../src/simulator/tools/kubernetes/etcd-snapshot-file.ts';
import type { Links } from '../../../src/simulator/transport/network.ts';
import type { Watcher } from '../../../src/simulator/transport/transport.ts';
import type { AttemptEnd } from '../attempt.ts';
import type { Ground } from '../ground.ts';
import { outcomeOf, reasonOf } from '../operators.ts';
import { createWorkplace, pidOf, type ProgramSurroundings, type Workplace } from '../program-parts.ts';
import { nextOpening } from '../window.ts';
import { fleetFinished, runCommand, type FleetFinished } from './fleet-attempt.ts';
import { inventoryPath } from './fleet-inventory.ts';
import type { FleetMember, OwnEnd } from './fleet-member.ts';
import { nextCommand, type Typed } from './fleet-commands.ts';
import type { FleetScenario } from './fleet-scenario.ts';

/** What all programs of a fleet share: the kernel, and the links to every node. */
export type FleetGround = Pick<Ground, 'kernel' | 'wakes' | 'random' | 'sshd' | 'trace'> & { readonly network: Links };

export interface FleetStaff {
  readonly ground: FleetGround;
  readonly scenario: FleetScenario;
  readonly members: readonly FleetMember[];
  readonly watch: FleetWatch;
  readonly inventory: string;
}

/** How one command line ended. */
export type FleetEnd = AttemptEnd & {
  readonly program: Program;
  readonly typed: Typed;
  /** What it says of its clusters, where it began any. */
  readonly finished: FleetFinished | undefined;
  readonly own: ReadonlyMap<string, OwnEnd>;
};

/** How often the same is typed again in vain, once nothing goes wrong any more. */
const furtherTries = 3;
/** After so many tries what has not come yet never will. */
const triesBeforeSettling = 8;
const mostTries = 16;
/** So many openings of windows are come back for. */
const mostOpenings = 14;

const isLate = ({ how, finished }: FleetEnd): boolean =>
  (typeof how === 'object' && 'code' in how && outcomeOf(how.code) === 'outside-window') ||
  finished?.halt?.kind === 'outside-window' ||
  finished?.members.some(({ outcome }) => outcome === 'outside-window') === true;

/** People who take a fleet to its version: they type the same again, or resume, until it is done or makes no sense. */
export class FleetOperators {
  readonly programs: Program[] = [];
  readonly ends: FleetEnd[] = [];
  #busy = 0;
  readonly #staff: FleetStaff;
  readonly #random: Random;
  readonly #home = createWorkplace('bastion');
  readonly #memberOf: ReadonlyMap<string, FleetMember>;

  constructor(staff: FleetStaff) {
    this.#staff = staff;
    this.#random = staff.ground.random.fork();
    this.#memberOf = new Map(staff.members.flatMap((member) => member.hosts.map((host) => [host, member] as const)));
  }

  /** Whether somebody still has something to do. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  /** One person begins; a second one at a machine of their own. */
  begin(workplace: Workplace = this.#home): void {
    this.#busy += 1;
    this.#staff.ground.wakes.woken = true;
    void this.#work(workplace).finally(() => {
      this.#busy -= 1;
    });
  }

  get #calm(): boolean {
    return this.#staff.members.every(({ trouble }) => trouble.injector.pending === 0);
  }

  #settle(): void {
    for (const { trouble } of this.#staff.members) trouble.injector.settle();
  }

  async #work(home: Workplace): Promise<void> {
    const { scenario, members } = this.#staff;
    const windows = members.flatMap(({ wish }) => wish.window ?? []);
    let [calmTries, turnedAway, openings] = [0, 0, 0];
    for (let tries = 1; tries <= mostTries; tries += 1) {
      if (tries > triesBeforeSettling || openings > mostOpenings / 2) this.#settle();
      const wasCalm = this.#calm;
      const elsewhere = scenario.otherMachine && tries % 2 === 0;
      const workplace = elsewhere ? createWorkplace(`${home.name}-${tries}`) : home;
      const typed = nextCommand(scenario, workplace, tries);
      const ended = await this.#run(workplace, typed);
      const { how } = ended;
      if (typeof how === 'object' && 'error' in how) return;
      const isDone = typeof how === 'object' && how.code === 0;
      if (isDone && typed.whole) return;
      if (isDone) continue;
      const gotOn = [...ended.own.values()].some((own) => own.gotOn);
      if (windows.length > 0 && isLate(ended) && scenario.daemonMs === undefined) {
        turnedAway = gotOn || !wasCalm ? 0 : turnedAway + 1;
        openings += 1;
        if (turnedAway > furtherTries + windows.length || openings > mostOpenings) return;
        tries -= 1;
        const { now } = this.#staff.ground.kernel;
        await this.#pause(Math.min(...windows.map((window) => nextOpening(window, now))));
        continue;
      }
      // Who had not said yes to a wave has not tried in vain.
      if (wasCalm && typed.whole && typed.promotes) calmTries = gotOn ? 1 : calmTries + 1;
      if (calmTries >= furtherTries) return;
      await this.#pause(this.#random.between(61_000, 600_000));
    }
  }

  async #run(workplace: Workplace, typed: Typed): Promise<FleetEnd> {
    const { ground, members, watch } = this.#staff;
    const program = new Program(this.programs.length + 1, ground.kernel, ground.wakes);
    this.programs.push(program);
    const { id } = program;
    for (const member of members) {
      member.endOf(program);
      member.observers.note({ type: 'program-started', program: id, changesNothing: false });
    }
    watch.note({ type: 'typed', program: id, ...typed.seen });
    ground.trace.line(() => `p${id} starts on ${workplace.name}: ${typed.text}`);
    const pid = pidOf(program);
    workplace.alive.add(pid);
    const ended = await runCommand(program, this.#around(program, workplace, typed), typed.run);
    workplace.alive.delete(pid);
    watch.note({ type: 'over', program: id });
    const own = new Map(members.map((member) => [member.name, member.endOf(program)]));
    const finished = ended.how === 'killed' ? undefined : fleetFinished(ended.stdout);
    const end = { ...ended, program, typed, finished, own };
    this.ends.push(end);
    for (const member of members) this.#tellEnd(member, end);
    ground.trace.line(() => `p${id} ends: ${JSON.stringify(end.how)} ${JSON.stringify(finished ?? '')}`);
    return end;
  }

  #tellEnd(member: FleetMember, { how, program, stdout, stderr }: FleetEnd): void {
    const { note } = member.observers;
    const { id } = program;
    if (how === 'killed') {
      note({ type: 'program-killed', program: id });
      return;
    }
    const { outcome, away } = member.endOf(program);
    // Nothing is promised of a cluster that it did not begin.
    const excused = outcome === undefined ? member.hosts : [...away, ...member.trouble.troubled];
    const ownOutcome = outcome === 'done' || outcome === 'blocked' || outcome === 'interrupted' ? outcome : 'failed';
    note({ type: 'program-ended', program: id, outcome: ownOutcome, excused });
    for (const text of [stdout, stderr])
      if (text !== '') note({ type: 'text-shown', program: id, where: 'screen', text });
  }

  #around(program: Program, workplace: Workplace, { stopsAfter = Infinity }: Typed): ProgramSurroundings {
    const { ground, inventory } = this.#staff;
    const until = ground.kernel.now + stopsAfter;
    return {
      ...ground,
      random: ground.random.fork(),
      watcher: this.#watcher(),
      workplace,
      files: new Map([[inventoryPath, inventory]]),
      committed: (artifact, bytes) => this.#committed(program, artifact, bytes),
      screen: this.#screen(program),
      stopping: () => ground.kernel.now >= until,
      journalHooks: {
        before: (event) => this.#named(event.cluster).observers.journal(program, event, 'before'),
        after: (event) => this.#journalled(program, event),
      },
    };
  }

  #named(cluster: string): FleetMember {
    const member = this.#staff.members.find(({ name }) => name === cluster);
    if (member === undefined) throw new RangeError(`no cluster ${cluster} in the simulated fleet`);
    return member;
  }

  #at(host: string): FleetMember {
    const member = this.#memberOf.get(host);
    if (member === undefined) throw new RangeError(`no host ${host} in the simulated fleet`);
    return member;
  }

  #watcher(): Watcher {
    return {
      sent: (sent) => {
        const { program, node } = sent;
        const member = this.#at(node);
        // Before it has a record a program only looks at everything.
        if (program.run !== undefined)
          this.#staff.watch.note({ type: 'turn', program: program.id, cluster: member.name });
        return member.watch.sent(sent);
      },
      ended: (sent, exit) => this.#at(sent.node).watch.ended(sent, exit),
    };
  }

  #screen(program: Program): Ui {
    const screens = new Map(this.#staff.members.map(({ name, shown }) => [name, shown.screen(program)]));
    return { ...quietUi, event: (event) => screens.get(event.cluster)?.event(event) };
  }

  #committed(program: Program, { name }: Artifact, bytes: string): void {
    const member = this.#staff.members.find((each) => name.split('/').includes(each.name));
    if (member === undefined) throw new RangeError(`of which cluster is ${name}?`);
    const verified = name.endsWith('.db') && snapshotStatus(bytes) !== undefined;
    member.observers.note({ type: 'snapshot-kept', program: program.id, run: program.run ?? '', verified });
  }

  #journalled(program: Program, event: Event): void {
    const { ground, watch } = this.#staff;
    const { id, run = '' } = program;
    const member = this.#named(event.cluster);
    const own = member.endOf(program);
    const { cluster, type } = event;
    ground.trace.line(() => `p${id} ${cluster} journal ${type} ${'address' in event ? event.address : ''}`);
    if (type === 'run-started') watch.note({ type: 'begun', program: id, cluster });
    if (type === 'step-started' && event.step === 'verify-cluster') own.lookedAt = ground.kernel.now;
    if (type === 'step-finished' && event.outcome === 'done') own.gotOn = true;
    if (type === 'step-failed') own.reason = reasonOf(event.failure);
    if (type === 'run-finished') {
      own.outcome = event.outcome;
      own.away = member.trouble.troubled;
      watch.note({ type: 'ended', program: id, cluster, outcome: event.outcome });
    }
    member.observers.note({ type: 'journal', program: id, run, entry: event });
    member.observers.journal(program, event, 'after');
  }

  #pause(ms: number): Promise<void> {
    const { kernel, wakes } = this.#staff.ground;
    return new Promise((resolve) => {
      kernel.after(ms, () => {
        wakes.woken = true;
        resolve();
      });
    });
  }
}
