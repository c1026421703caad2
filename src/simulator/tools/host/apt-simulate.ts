import { compareDebVersions } from '../../host/deb-version.ts';
import type { Call } from '../../shell/tool.ts';
import type { AptConfiguration } from './apt-configuration.ts';
import type { Change } from './apt-choice.ts';
import { knownOffers, type KnownOffer } from './apt-known.ts';
import { pinnedPackages } from './apt-pins.ts';
import { resolveUpgrade, type UpgradeWish } from './apt-upgrade.ts';
import { sortedPackages } from '../../host/package-state.ts';

/** Where nobody tells apt how wide the screen is. Source: apt, apt-private, `ScreenWidth`, `ShowList`. */
const screenWidth = 80;

const list = (title: string, names: readonly string[]): string => {
  if (names.length === 0) return '';
  let text = `${title}:`;
  let used = 0;
  for (const name of names) {
    if (used === 0 || used + name.length >= screenWidth) {
      text += '\n  ';
      used = 0;
    } else {
      text += ' ';
      used += 1;
    }
    text += name;
    used += name.length;
  }
  return `${text}\n`;
};

const origins = (offers: readonly KnownOffer[], { name, version }: KnownOffer): string =>
  offers.flatMap((each) => (each.name === name && each.version === version ? [each.origin] : [])).join(', ');

/** Also one whose first unpacking was interrupted: dpkg knows no version of it (apt 2.6.2). */
const isNew = ({ from }: Change): boolean => from === undefined || from.version === '';

/**
 * `apt-get -s upgrade`: what would be done, and nothing is. Source: apt-get(8), `--simulate`; recorded on the lab, and
 * compared with apt 2.6.2: what is unpacked and not configured has a line `Conf` alone, what must be unpacked again none.
 */
export const simulateUpgrade = (
  call: Call,
  configuration: AptConfiguration,
  wish: Omit<UpgradeWish, 'pinned'>,
): number => {
  const known = knownOffers(call, configuration);
  if ('malformed' in known) {
    call.err(`${known.malformed}\nE: The list of sources could not be read.\n`);
    return 100;
  }
  const { offers } = known;
  const pinned = pinnedPackages(call, configuration.preferences);
  const { changes, keptBack } = resolveUpgrade(call, offers, { ...wish, pinned });
  const half = sortedPackages(call.host).filter(
    ({ status, reinstall }) => status !== 'installed' || reinstall === true,
  );
  const anew = changes.filter(isNew);
  const upgraded = changes.filter((change) => !isNew(change));
  call.out(
    'Reading package lists...\nBuilding dependency tree...\nReading state information...\nCalculating upgrade...\n' +
      list(
        'The following NEW packages will be installed',
        anew.map(({ name }) => name),
      ) +
      list('The following packages have been kept back', keptBack) +
      list(
        'The following packages will be upgraded',
        upgraded.map(({ name }) => name),
      ) +
      `${upgraded.length} upgraded, ${anew.length} newly installed, 0 to remove and ${keptBack.length} not upgraded.\n` +
      (half.length === 0 ? '' : `${half.length} not fully installed or removed.\n`),
  );
  const source = ({ offer }: Change): string => `(${offer.version} ${origins(offers, offer)} [amd64])`;
  for (const change of changes)
    call.out(`Inst ${change.name}${isNew(change) ? '' : ` [${change.from?.version ?? ''}]`} ${source(change)}\n`);
  for (const change of changes) call.out(`Conf ${change.name} ${source(change)}\n`);
  for (const { name, version, status, reinstall } of half) {
    const isPending = (status === 'unpacked' || status === 'half-configured') && reinstall !== true;
    if (!isPending || changes.some((change) => change.name === name)) continue;
    const same = offers.find((offer) => offer.name === name && compareDebVersions(offer.version, version) === 0);
    call.out(`Conf ${name} (${version}${same === undefined ? '' : ` ${origins(offers, same)}`} [amd64])\n`);
  }
  return 0;
};
