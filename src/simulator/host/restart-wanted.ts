import type { Actor } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import { kernelImage } from './package-files.ts';

/** What notes that a restart is wanted, and whose configuration makes it do so besides a kernel's. */
const notes: Readonly<Record<string, readonly string[]>> = {
  // /etc/kernel/postinst.d/unattended-upgrades: kernels only.
  'unattended-upgrades': [],
  // Ubuntu's: the maintainer scripts of these call /usr/share/update-notifier/notify-reboot-required.
  'update-notifier-common': ['libc6', 'dbus'],
};

/** Below /run, so that no boot finds it: /var/run leads there. */
export const restartRequired = '/run/reboot-required';
const packagesFile = `${restartRequired}.pkgs`;

/**
 * What a package's configuration leaves where a restart is wanted for it, on hosts that have something to note it.
 * Source: unattended-upgrades, kernel/postinst.d; update-notifier, notify-reboot-required.
 */
export const noteRestart = (host: Host, name: string, actor: Actor): void => {
  const noted = Object.entries(notes).some(
    ([by, names]) => host.packages.has(by) && (kernelImage(name) !== undefined || names.includes(name)),
  );
  if (!noted) return;
  const { files } = host;
  files.write(restartRequired, '*** System restart required ***\n', actor);
  const before = files.stat(packagesFile) === undefined ? '' : files.read(packagesFile);
  if (!before.split('\n').includes(name)) files.write(packagesFile, `${before}${name}\n`, actor);
};
