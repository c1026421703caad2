import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
import { readConfiguration } from './apt-configuration.ts';
import { knownOffers } from './apt-known.ts';
import { readOptions } from './options.ts';

/** apt-cache(8), `madison`. Recorded on the lab, apt 2.6: an unknown package is passed over in silence. */
export const aptCache: Tool = (call) => {
  const table = { program: 'apt-cache', flags: ['-q', '--quiet'], valued: ['-c', '--config-file', '-o', '--option'] };
  const options = readOptions(table, call.argv.slice(1));
  const [operation = '', ...names] = options.rest;
  if (operation !== 'madison') throw new SimulatorGap(`apt-cache: ${operation} is not modelled`);
  const known = knownOffers(call, readConfiguration(call, options));
  if ('malformed' in known) {
    call.err(`${known.malformed}\nE: The list of sources could not be read.\n`);
    return 100;
  }
  for (const name of names)
    for (const offer of known.offers)
      if (offer.name === name)
        call.out(`${name.padStart(10)} | ${offer.version.padStart(10)} | ${offer.uri}  Packages\n`);
  return 0;
};
