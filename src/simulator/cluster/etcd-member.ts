import type { EtcdMember } from '../world/world.ts';

/** What a member is can be set from outside, by a fault: the cluster then looks again at what works. */
export class Member implements EtcdMember {
  readonly host: string;
  id: string;
  looseBytes = 4096;
  started = true;
  #learner = false;
  #lag = 0;
  #alarm: EtcdMember['alarm'];
  readonly #changed: () => void;

  constructor(host: string, id: string, changed: () => void) {
    this.host = host;
    this.id = id;
    this.#changed = changed;
  }

  get learner(): boolean {
    return this.#learner;
  }
  set learner(learner: boolean) {
    this.#learner = learner;
    this.#changed();
  }
  get lag(): number {
    return this.#lag;
  }
  set lag(lag: number) {
    this.#lag = lag;
    this.#changed();
  }
  get alarm(): EtcdMember['alarm'] {
    return this.#alarm;
  }
  set alarm(alarm: EtcdMember['alarm']) {
    this.#alarm = alarm;
    this.#changed();
  }
}
