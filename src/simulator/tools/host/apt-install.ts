import type { Task } from '../../kernel.ts';
import { holderText, lockFile, unlockFile } from '../../host/file-locks.ts';
import { wasInterrupted } from '../../host/package-state.ts';
import type { Call } from '../../shell/tool.ts';
import { namedArchives, refusedArchives } from './apt-archives.ts';
import { choose, type Change, type Choice, type Permissions } from './apt-choice.ts';
import type { AptConfiguration } from './apt-configuration.ts';
import { archivePath, download } from './apt-download.ts';
import { knownOffers, type KnownOffer } from './apt-known.ts';
import { pinnedPackages } from './apt-pins.ts';
import { chooseUpgrade, type UpgradeWish } from './apt-upgrade.ts';
import { frontendLock, innerLock } from './dpkg-lock.ts';
import { installArchives, pendingPackages } from './dpkg-work.ts';
import { needrestart } from './needrestart.ts';

const refused: Readonly<Record<string, string>> = {
  [frontendLock]: `E: Unable to acquire the dpkg frontend lock (${frontendLock}), is another process using it?\n`,
  [innerLock]: 'E: Unable to lock the administration directory (/var/lib/dpkg/), is another process using it?\n',
};

/**
 * Looks once a second, as long as `DPkg::Lock::Timeout` says; which process has it is said only where there is no such
 * time (apt 2.6.2 tried both).
 */
function* waitForLock(call: Call, path: string, seconds: number): Task<boolean> {
  const { kernel } = call.host;
  for (let tries = 0; !lockFile(call, path); tries += 1) {
    if (seconds >= 0 && tries >= seconds) {
      if (seconds === 0)
        call.err(`E: Could not get lock ${path}. It is held by process ${holderText(call.host, path)}\n`);
      call.err(refused[path] ?? '');
      return false;
    }
    yield kernel.now + 1000;
  }
  return true;
}

function* carryOut(
  call: Call,
  configuration: AptConfiguration,
  changes: readonly Change[],
  { downloadOnly }: Permissions,
): Task<number> {
  const lock = `${configuration.archives}/lock`;
  if (!lockFile(call, lock)) {
    call.err(
      `E: Could not get lock ${lock}. It is held by process ${holderText(call.host, lock)}\nE: Unable to lock directory ${configuration.archives}/\n`,
    );
    return 100;
  }
  try {
    const local = changes.flatMap(({ offer }) => offer.local ?? []);
    const refusedFiles = configuration.fetchesAsRoot ? '' : refusedArchives(call, local);
    if (refusedFiles !== '') {
      call.err(
        `${refusedFiles}E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n`,
      );
      return 100;
    }
    const fetched = yield* download(call, configuration.archives, changes);
    if (fetched !== 0 || downloadOnly) return fetched;
    // While dpkg runs, apt-get passes over what a closed terminal sends; SIGTERM ends both.
    call.catches('HUP', 'INT');
    // What 70debconf has apt run before it unpacks, on a host without apt-utils (recorded, Debian 12).
    if (changes.length > 0) call.err('debconf: delaying package configuration, since apt-utils is not installed\n');
    const archives = changes
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((change) => ({
        name: change.name,
        version: change.offer.version,
        path: archivePath(configuration.archives, change),
        installedSize: change.offer.installedSize,
      }));
    const code = yield* installArchives(call, archives);
    if (code === 0) {
      yield* needrestart(call);
      return 0;
    }
    call.err(`E: Sub-process /usr/bin/dpkg returned an error code (${code})\n`);
    return 100;
  } finally {
    unlockFile(call, lock);
  }
}

function* underLocks(call: Call, configuration: AptConfiguration, decide: Decide, may: Permissions): Task<number> {
  const { kernel, world } = call.host;
  if (wasInterrupted(call.host)) {
    // apt names sudo where it was run through it (recorded, apt 2.6.1).
    const how = call.env.has('SUDO_UID') ? 'sudo dpkg --configure -a' : 'dpkg --configure -a';
    call.err(`E: dpkg was interrupted, you must manually run '${how}' to correct the problem. \n`);
    return 100;
  }
  yield kernel.now + world.random.between(300, 900);
  const known = knownOffers(call, configuration);
  if ('malformed' in known) {
    call.err(`${known.malformed}\nE: The list of sources could not be read.\n`);
    return 100;
  }
  const choice = decide(known.offers);
  if ('error' in choice) {
    call.err(`${choice.error}\n`);
    return 100;
  }
  if (choice.changes.length === 0 && pendingPackages(call).length === 0) return 0;
  return yield* carryOut(call, configuration, choice.changes, may);
}

/** What is to be done, by what the lists say. */
type Decide = (known: readonly KnownOffer[]) => Choice;

function* carryOutLocked(call: Call, configuration: AptConfiguration, decide: Decide, may: Permissions): Task<number> {
  try {
    for (const path of [frontendLock, innerLock])
      if (!(yield* waitForLock(call, path, configuration.lockSeconds))) return 100;
    return yield* underLocks(call, configuration, decide, may);
  } finally {
    unlockFile(call, innerLock);
    unlockFile(call, frontendLock);
  }
}

/** `apt-get install -y`. Source: apt-get(8); locks are taken before anything is looked at. */
export const install = (
  call: Call,
  configuration: AptConfiguration,
  words: readonly string[],
  may: Permissions,
): Task<number> =>
  carryOutLocked(
    call,
    configuration,
    (known) => {
      const named = namedArchives(call, words);
      return 'error' in named ? named : choose(call, [...named.offers, ...known], named.words, may);
    },
    may,
  );

/** `apt-get upgrade -y`, under the same locks. */
export const upgrade = (
  call: Call,
  configuration: AptConfiguration,
  wish: Omit<UpgradeWish, 'pinned'>,
  may: Permissions,
): Task<number> =>
  carryOutLocked(
    call,
    configuration,
    (known) => chooseUpgrade(call, known, { ...wish, pinned: pinnedPackages(call, configuration.preferences) }, may),
    may,
  );
