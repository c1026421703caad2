import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
import { isArchive } from './apt-archives.ts';
import { readConfiguration } from './apt-configuration.ts';
import { downloadHere } from './apt-download.ts';
import { install } from './apt-install.ts';
import { knownOffers } from './apt-known.ts';
import { update } from './apt-update.ts';
import { readOptions } from './options.ts';

const table = {
  program: 'apt-get',
  flags: [
    '-q',
    '-y',
    '--yes',
    '--no-remove',
    '--download-only',
    '--allow-change-held-packages',
    '--allow-downgrades',
    '--no-install-recommends',
  ],
  valued: ['-c', '--config-file', '-o', '--option'],
} as const;

/** apt-get(8) of apt 2.6, quiet and without questions: `update`, `install` and `download`. */
export const aptGet: Tool = (call) => {
  const options = readOptions(table, call.argv.slice(1));
  const [operation = '', ...words] = options.rest;
  const configuration = readConfiguration(call, options);
  if (options.count('-q') < 2)
    throw new SimulatorGap(`apt-get: what it says without -qq is not modelled: ${operation}`);
  if (operation === 'update' && words.length === 0) return update(call, configuration);
  if (operation === 'download' && words.length > 0) {
    const known = knownOffers(call, configuration);
    if ('offers' in known) return downloadHere(call, known.offers, words);
    call.err(`${known.malformed}\nE: The list of sources could not be read.\n`);
    return 100;
  }
  if (operation !== 'install' || words.length === 0 || !options.has('-y', '--yes'))
    throw new SimulatorGap(`apt-get: ${call.argv.slice(1).join(' ')} is not modelled`);
  const plain = words.filter((word) => !isArchive(word));
  if (plain.some((word) => /[/+*?[~]/.test(word.split('=')[0] ?? '') || word.endsWith('-')))
    throw new SimulatorGap(`apt-get: the form of ${words.join(' ')} is not modelled`);
  return install(call, configuration, words, {
    downgrades: options.has('--allow-downgrades'),
    heldChanges: options.has('--allow-change-held-packages'),
    downloadOnly: options.has('--download-only'),
  });
};
