import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
import { isArchive } from './apt-archives.ts';
import type { Permissions } from './apt-choice.ts';
import { readConfiguration } from './apt-configuration.ts';
import { downloadHere } from './apt-download.ts';
import { install, upgrade } from './apt-install.ts';
import { knownOffers } from './apt-known.ts';
import { simulateUpgrade } from './apt-simulate.ts';
import { update } from './apt-update.ts';
import { readOptions, type Options } from './options.ts';

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
    '-s',
    '--simulate',
    '--with-new-pkgs',
    '--ignore-hold',
  ],
  valued: ['-c', '--config-file', '-o', '--option'],
} as const;

const permissions = (options: Options): Permissions => ({
  downgrades: options.has('--allow-downgrades'),
  heldChanges: options.has('--allow-change-held-packages'),
  downloadOnly: options.has('--download-only'),
});

const upgradeWish = (options: Options) => ({
  ignoresHolds: options.has('--ignore-hold'),
  withNew: options.has('--with-new-pkgs'),
});

/** apt-get(8) of apt 2.6, quiet and without questions: `update`, `install`, `upgrade` and `download`; `-s upgrade` aloud. */
export const aptGet: Tool = (call) => {
  const options = readOptions(table, call.argv.slice(1));
  const [operation = '', ...words] = options.rest;
  const configuration = readConfiguration(call, options);
  const isSimulated = options.has('-s', '--simulate');
  if (isSimulated && operation === 'upgrade' && words.length === 0 && options.count('-q') === 0)
    return simulateUpgrade(call, configuration, upgradeWish(options));
  if (isSimulated) throw new SimulatorGap(`apt-get: -s with ${operation} is not modelled`);
  if (options.count('-q') < 2)
    throw new SimulatorGap(`apt-get: what it says without -qq is not modelled: ${operation}`);
  if (operation === 'update' && words.length === 0) return update(call, configuration);
  if (operation === 'download' && words.length > 0) {
    const known = knownOffers(call, configuration);
    if ('offers' in known) return downloadHere(call, known.offers, words);
    call.err(`${known.malformed}\nE: The list of sources could not be read.\n`);
    return 100;
  }
  if (operation === 'upgrade' && words.length === 0 && options.has('-y', '--yes'))
    return upgrade(call, configuration, upgradeWish(options), permissions(options));
  if (operation !== 'install' || words.length === 0 || !options.has('-y', '--yes'))
    throw new SimulatorGap(`apt-get: ${call.argv.slice(1).join(' ')} is not modelled`);
  const plain = words.filter((word) => !isArchive(word));
  if (plain.some((word) => /[/+*?[~]/.test(word.split('=')[0] ?? '') || word.endsWith('-')))
    throw new SimulatorGap(`apt-get: the form of ${words.join(' ')} is not modelled`);
  return install(call, configuration, words, permissions(options));
};
