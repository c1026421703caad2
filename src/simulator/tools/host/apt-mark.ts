import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import { sortedPackages } from '../../host/package-state.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { readConfiguration } from './apt-configuration.ts';
import { knownOffers } from './apt-known.ts';
import { setSelections } from './dpkg.ts';
import { readOptions } from './options.ts';

/**
 * Recorded with apt 2.6.2: what is known changes all the same beside a name that neither dpkg nor the lists know. It
 * reads all of dpkg's and its own lists first, which takes the better part of a second where dpkg has just changed
 * something: a kill between an install and its hold meets it there.
 */
function* mark(call: Call, held: boolean, names: readonly string[], offered: ReadonlySet<string>): Task<number> {
  const { kernel, world } = call.host;
  yield kernel.now + world.random.between(100, 600);
  const known = names.filter((name) => call.host.packages.has(name) || offered.has(name));
  for (const name of names) if (!known.includes(name)) call.err(`E: Unable to locate package ${name}\n`);
  if (known.length === 0) {
    call.err('E: No packages found\n');
    return 100;
  }
  const wishes = new Map<string, boolean>();
  const lines: string[] = [];
  for (const name of known) {
    if ((call.host.packages.get(name)?.held ?? false) === held)
      lines.push(held ? `${name} was already set on hold.\n` : `${name} was already not on hold.\n`);
    else {
      wishes.set(name, held);
      lines.push(held ? `${name} set on hold.\n` : `Canceled hold on ${name}.\n`);
    }
  }
  if (wishes.size > 0 && setSelections(call, wishes) !== 0) {
    call.err(
      'E: Sub-process dpkg --set-selections returned an error code (2)\nE: Executing dpkg failed. Are you root?\n',
    );
    return 100;
  }
  call.out(lines.join(''));
  return known.length === names.length ? 0 : 100;
}

/** apt-mark(8). Hold and unhold run `dpkg --set-selections`, and take dpkg's locks only where something changes. */
export const aptMark: Tool = (call) => {
  const table = { program: 'apt-mark', flags: ['-q', '-qq', '--quiet'], valued: ['-c', '-o'] };
  const options = readOptions(table, call.argv.slice(1));
  const [operation = '', ...names] = options.rest;
  if (operation === 'showhold') {
    const held = sortedPackages(call.host).filter(
      (one) => one.held && (names.length === 0 || names.includes(one.name)),
    );
    call.out(held.map(({ name }) => `${name}\n`).join(''));
    return 0;
  }
  if (operation !== 'hold' && operation !== 'unhold') throw new SimulatorGap(`apt-mark: ${operation} is not modelled`);
  const known = knownOffers(call, readConfiguration(call, options));
  const offered = new Set('offers' in known ? known.offers.map(({ name }) => name) : []);
  return mark(call, operation === 'hold', names, offered);
};
