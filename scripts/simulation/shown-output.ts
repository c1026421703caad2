import type { Event } from '../../src/model/event.ts';
import type { Ui } from '../../src/ports/ui.ts';
import type { Program } from '../../src/simulator/simulation/program.ts';
import { quietUi } from '../../src/simulator/simulation/quiet-ui.ts';
import type { World } from '../../src/simulator/world/host.ts';

/** Where detached commands leave what they print, a directory a run and in it one a command. */
const left = '/var/lib/nodeops';

/** A line as a terminal leaves it: what a carriage return went back over is not seen any more. */
const asSeen = (line: string): string => line.replace(/\r+$/, '').split('\r').at(-1) ?? '';

/** What a command of a run has printed, as its node has it; undefined for one that left nothing. */
const printed = (world: World, node: string, run: string, id: string): readonly string[] | undefined => {
  const files = world.hosts.get(node)?.files;
  const directory = `${left}/${run}`;
  if (files?.stat(directory)?.kind !== 'directory') return undefined;
  const name = files.list(directory).find((each) => each.endsWith(`-${id}`));
  const path = `${directory}/${name ?? ''}/output`;
  if (name === undefined || files.stat(path) === undefined) return undefined;
  const text = Buffer.from(files.read(path), 'latin1').toString('utf8');
  return text
    .split('\n')
    .map(asSeen)
    .filter((line) => line.trim() !== '');
};

/** Compares what is shown of commands that outlive the connection with what they printed: all of it, and once. */
export class ShownOutput {
  readonly misshown: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** What one program shows things on. */
  screen(program: Program): Ui {
    const shown = new Map<string, string[]>();
    return { ...quietUi, event: (event) => this.#heard(program, shown, event) };
  }

  #heard({ run = '' }: Program, shown: Map<string, string[]>, event: Event): void {
    if (event.type === 'command-output') shown.set(event.id, [...(shown.get(event.id) ?? []), event.line]);
    if (event.type !== 'command-finished' || event.exit.kind !== 'code') return;
    const there = printed(this.#world, event.node, run, event.id);
    const lines = shown.get(event.id) ?? [];
    shown.delete(event.id);
    if (there === undefined || there.join('\n') === lines.join('\n')) return;
    this.misshown.push(
      `of what ${event.address} printed on ${event.node}, ${there.length} lines, ${lines.length} were shown, or others`,
    );
  }
}
