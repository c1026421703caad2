import { SimulatorGap } from '../../gap.ts';
import { below, nameOf } from '../../files/path.ts';
import type { Task } from '../../kernel.ts';
import { matches } from '../../shell/pattern.ts';
import { wait } from '../../shell/soon.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import type { FileStat } from '../../world/files.ts';
import { formatted, kinds, type Found } from './find-format.ts';

interface Walk {
  pruned: boolean;
  status: number;
  /** What `-exec … {} +` collects. */
  readonly batches: Map<readonly string[], string[]>;
}

type Predicate = (found: Found, walk: Walk) => boolean | Task<boolean>;

const compared = (text: string, value: number): boolean => {
  const [, sign, digits] = /^([-+]?)(\d+)$/.exec(text) ?? [];
  if (digits === undefined) throw new SimulatorGap(`find: the number ${text}`);
  if (sign === '+') return value > Number(digits);
  return sign === '-' ? value < Number(digits) : value === Number(digits);
};

const sizeUnits: Readonly<Record<string, number>> = { c: 1, k: 1024, M: 1024 ** 2, '': 512 };

/** Reads find(1)'s expression: what is tested and done for each file. */
class Expression {
  readonly #call: Call;
  readonly #words: readonly string[];
  #at = 0;
  acts = false;
  depthFirst = false;
  minDepth = 0;
  maxDepth = Infinity;

  constructor(call: Call, words: readonly string[]) {
    this.#call = call;
    this.#words = words;
  }

  whole(): Predicate {
    const predicate = this.#words.length === 0 ? () => true : this.#or();
    if (this.#at < this.#words.length) throw new SimulatorGap(this.#call.argv.join(' '));
    return predicate;
  }

  #take(...words: readonly string[]): boolean {
    if (!words.includes(this.#words[this.#at] ?? '')) return false;
    this.#at += 1;
    return true;
  }

  #or(): Predicate {
    let left = this.#and();
    while (this.#take('-o', '-or')) {
      const [first, second] = [left, this.#and()];
      left = function* (found, walk) {
        return (yield* asTask(first(found, walk))) || (yield* asTask(second(found, walk)));
      };
    }
    return left;
  }

  #and(): Predicate {
    let left = this.#not();
    for (;;) {
      this.#take('-a', '-and');
      const next = this.#words[this.#at];
      if (next === undefined || next === '-o' || next === '-or' || next === ')') return left;
      const [first, second] = [left, this.#not()];
      left = function* (found, walk) {
        return (yield* asTask(first(found, walk))) && (yield* asTask(second(found, walk)));
      };
    }
  }

  #not(): Predicate {
    if (this.#take('!', '-not')) {
      const inner = this.#not();
      return function* (found, walk) {
        return !(yield* asTask(inner(found, walk)));
      };
    }
    if (this.#take('(')) {
      const inner = this.#or();
      if (!this.#take(')')) throw new SimulatorGap(this.#call.argv.join(' '));
      return inner;
    }
    return this.#primary(this.#words[this.#at++] ?? '');
  }

  #value(): string {
    const value = this.#words[this.#at++];
    if (value === undefined) throw new SimulatorGap(this.#call.argv.join(' '));
    return value;
  }

  #primary(name: string): Predicate {
    return this.#test(name) ?? this.#option(name) ?? this.#action(name);
  }

  #test(name: string): Predicate | undefined {
    const now = this.#call.host.kernel.now + this.#call.host.clockOffsetMs;
    const { files } = this.#call.host;
    if (!/^-(name|path|lname|type|mtime|mmin|size|empty|newer)$/.test(name)) return undefined;
    if (name === '-empty')
      return ({ stat, full }) =>
        stat.kind === 'directory' ? files.list(full).length === 0 : stat.kind === 'file' && stat.bytes === 0;
    const value = this.#value();
    const age = (stat: FileStat, unit: number): number => Math.floor((now - stat.changedAt) / unit);
    const [, count = '', unit = ''] = /^([-+]?\d+)([ckM]?)$/.exec(value) ?? [];
    const reference = name === '-newer' ? files.stat(this.#call.path(value))?.changedAt : 0;
    if (reference === undefined) throw new SimulatorGap(`find -newer ${value}, which is missing`);
    const tests: Readonly<Record<string, Predicate>> = {
      '-name': ({ full }) => matches(value, nameOf(full)),
      '-path': ({ path }) => matches(value, path),
      '-lname': ({ full, stat }) => stat.kind === 'link' && matches(value, files.readLink(full) ?? ''),
      '-type': ({ stat }) => value.split(',').some((one) => kinds[one] === stat.kind),
      '-mtime': ({ stat }) => compared(value, age(stat, 86_400_000)),
      '-mmin': ({ stat }) => compared(value, age(stat, 60_000)),
      '-size': ({ stat }) => compared(count, Math.ceil(stat.bytes / (sizeUnits[unit] ?? 512))),
      '-newer': ({ stat }) => stat.changedAt > reference,
    };
    return tests[name];
  }

  #option(name: string): Predicate | undefined {
    if (name === '-maxdepth') this.maxDepth = Number(this.#value());
    else if (name === '-mindepth') this.minDepth = Number(this.#value());
    else if (name === '-depth') this.depthFirst = true;
    else if (name !== '-xdev' && name !== '-mount') return name === '-true' ? () => true : undefined;
    return () => true;
  }

  #action(name: string): Predicate {
    const call = this.#call;
    if (name === '-prune') {
      return (_, walk) => {
        walk.pruned = true;
        return true;
      };
    }
    this.acts = true;
    if (name === '-exec') return this.#exec();
    if (name === '-delete') {
      this.depthFirst = true;
      return ({ full }) => {
        call.host.files.remove(full, call.actor);
        return true;
      };
    }
    const format = name === '-printf' ? this.#value() : { '-print': '%p\\n', '-print0': '%p\\0' }[name];
    if (format === undefined) throw new SimulatorGap(`find ${name}`);
    return (found) => {
      call.out(formatted(format, found));
      return true;
    };
  }

  #exec(): Predicate {
    const start = this.#at;
    while (!['+', ';'].includes(this.#value()));
    const argv = this.#words.slice(start, this.#at - 1);
    const call = this.#call;
    if (this.#words[this.#at - 1] === '+') {
      const fixed = argv.slice(0, -1);
      return ({ path }, walk) => {
        const batch = walk.batches.get(fixed);
        if (batch === undefined) walk.batches.set(fixed, [path]);
        else batch.push(path);
        return true;
      };
    }
    return function* ({ path }) {
      return (yield* wait(call.run(argv.map((word) => word.replaceAll('{}', path))))) === 0;
    };
  }
}

function* asTask(result: boolean | Task<boolean>): Task<boolean> {
  return typeof result === 'boolean' ? result : yield* result;
}

function* visit(call: Call, found: Found, expression: Expression, predicate: Predicate, walk: Walk): Task<void> {
  const test = function* (): Task<void> {
    if (found.depth < expression.minDepth) return;
    const yes = yield* asTask(predicate(found, walk));
    if (yes && !expression.acts) call.out(`${found.path}\n`);
  };
  walk.pruned = false;
  if (!expression.depthFirst) yield* test();
  if (found.stat.kind === 'directory' && !walk.pruned && found.depth < expression.maxDepth) {
    for (const name of call.host.files.list(found.full)) {
      const full = below(found.full, name);
      const stat = call.host.files.linkStat(full);
      const path = found.path.endsWith('/') ? `${found.path}${name}` : `${found.path}/${name}`;
      const { start } = found;
      if (stat !== undefined)
        yield* visit(call, { path, full, start, depth: found.depth + 1, stat }, expression, predicate, walk);
    }
  }
  if (expression.depthFirst) yield* test();
}

function* search(call: Call): Task<number> {
  const words = call.argv.slice(1);
  const first = words.findIndex((word) => /^(-.|[!(]$)/.test(word));
  const starts = first === -1 ? words : words.slice(0, first);
  const expression = new Expression(call, first === -1 ? [] : words.slice(first));
  const predicate = expression.whole();
  const walk: Walk = { pruned: false, status: 0, batches: new Map() };
  for (const start of starts.length === 0 ? ['.'] : starts) {
    const full = call.path(start);
    const stat = call.host.files.linkStat(full);
    if (stat === undefined) {
      call.err(`find: '${start}': No such file or directory\n`);
      walk.status = 1;
    } else yield* visit(call, { path: start, full, start, depth: 0, stat }, expression, predicate, walk);
  }
  for (const [argv, paths] of walk.batches) if ((yield* wait(call.run([...argv, ...paths]))) !== 0) walk.status = 1;
  return walk.status;
}

/** find(1): tests, -prune, -printf, -exec, -delete; a directory's names come sorted. */
export const find: Tool = (call) => search(call);
