import type { Event } from '../../src/model/event.ts';
import type { Fault } from '../../src/simulator/faults/fault.ts';
import { Injector } from '../../src/simulator/faults/injector.ts';
import type { Program } from '../../src/simulator/simulation/program.ts';
import type { Fate } from '../../src/simulator/transport/channel.ts';
import type { Sent } from '../../src/simulator/transport/transport.ts';
import type { Ground } from './ground.ts';
import { joinLevers } from './joined-world.ts';
import type { Hit } from './result.ts';

/** The faults of one simulation, joined to its programs. */
export class Faults {
  readonly injector: Injector;
  /** Whose command or journal is in hand. */
  #acting: Program | undefined;
  #step = '';
  readonly #ground: Ground;

  constructor(ground: Ground, faults: readonly Fault[], version: string, startSecondOperator: () => void) {
    this.#ground = ground;
    const levers = joinLevers(ground, version, {
      killProgram: () => this.#acting?.kill(),
      pauseProgram: (ms) => this.#acting?.pause(ms),
      startSecondOperator,
    });
    this.injector = new Injector({ world: ground.world, levers, faults, step: () => this.#step });
  }

  fateOf(sent: Sent): Fate | undefined {
    this.#acting = sent.program;
    const before = this.injector.struck.length;
    const { number, fate } = this.injector.commandSent(sent.node);
    if (number !== sent.number) throw new Error(`command ${sent.number} is the injector's ${number}`);
    this.#tell(before);
    return fate;
  }

  answered(command: number): void {
    const before = this.injector.struck.length;
    this.injector.commandEnded(command);
    this.#tell(before);
  }

  journal(program: Program, event: Event, moment: 'before' | 'after'): void {
    this.#acting = program;
    if (moment === 'after' && event.type === 'step-started') this.#step = event.step;
    const before = this.injector.struck.length;
    this.injector.journal(moment);
    this.#tell(before);
    if (moment === 'after' && (event.type === 'step-finished' || event.type === 'step-failed')) this.#step = '';
  }

  get hits(): readonly Hit[] {
    return this.injector.struck.map(({ fault, step, moment }) => ({ kind: fault.kind, step: step || '-', moment }));
  }

  /** Hosts that some fault keeps from being reached or written to at this moment. */
  get troubled(): readonly string[] {
    return [...this.#ground.world.hosts.keys()].filter((host) => this.injector.lastingOn(host).length > 0);
  }

  #tell(before: number): void {
    for (const { fault, host, moment } of this.injector.struck.slice(before))
      this.#ground.trace.line(() => `! ${fault.kind} ${host ?? ''} ${moment}`);
  }
}
