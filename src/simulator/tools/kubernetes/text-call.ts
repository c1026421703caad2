import { fromBytes, toBytes } from '../../files/bytes.ts';
import type { Soon } from '../../shell/soon.ts';
import type { Call, CallChanges, Child } from '../../shell/tool.ts';
import type { Signal } from '../../shell/proc.ts';
import type { Host } from '../../world/host.ts';

/** A call of a Go program: its words and streams are UTF-8 text here, and bytes outside. */
export class TextCall implements Call {
  readonly #call: Call;
  readonly argv: readonly string[];
  readonly host: Host;

  constructor(call: Call) {
    this.#call = call;
    this.argv = call.argv.map(fromBytes);
    this.host = call.host;
  }

  get env(): Call['env'] {
    return this.#call.env;
  }
  get cwd(): string {
    return this.#call.cwd;
  }
  get umask(): number {
    return this.#call.umask;
  }
  get actor(): Call['actor'] {
    return this.#call.actor;
  }
  get pid(): number {
    return this.#call.pid;
  }
  get proc(): Call['proc'] {
    return this.#call.proc;
  }
  get uid(): number {
    return this.#call.uid;
  }
  get toolbox(): Call['toolbox'] {
    return this.#call.toolbox;
  }
  path(name: string): string {
    return this.#call.path(name);
  }
  stdin(): string {
    return fromBytes(this.#call.stdin());
  }
  line(): string {
    return fromBytes(this.#call.line());
  }
  out(text: string): void {
    this.#call.out(toBytes(text));
  }
  err(text: string): void {
    this.#call.err(toBytes(text));
  }
  catches(...signals: readonly Signal[]): void {
    this.#call.catches(...signals);
  }
  signalled(): ReturnType<Call['signalled']> {
    return this.#call.signalled();
  }
  run(argv: readonly string[], changes?: CallChanges): Soon<number> {
    return this.#call.run(argv, changes);
  }
  start(argv: readonly string[], changes?: CallChanges): Child {
    return this.#call.start(argv, changes);
  }
  descriptor(number: number): ReturnType<Call['descriptor']> {
    return this.#call.descriptor(number);
  }
}
