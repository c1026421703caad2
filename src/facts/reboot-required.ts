import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface RebootRequired {
  readonly required: boolean;
  /** The packages that ask for it, where they left their names. */
  readonly packages: readonly string[];
  /** A kernel that is installed and newer than the one that runs. */
  readonly newerKernel?: string;
}

const script = `
[ -e /var/run/reboot-required ] && echo '*** required'
cat /var/run/reboot-required.pkgs 2>/dev/null
runs=$(uname -r)
[ ! -e "/boot/vmlinuz-$runs" ] || for image in /boot/vmlinuz-*; do echo "*** kernel \${image#/boot/vmlinuz-}"; done
echo "*** runs $runs"`;

const kernelLine = '*** kernel ';
const runsLine = '*** runs ';

/** `6.1.0-9` comes before `6.1.0-41`. */
const byRelease = new Intl.Collator('en', { numeric: true });

/** Of the kernels that the host has, the newest, where that is not the one that runs. */
const newerThan = (runs: string, kernels: readonly string[]): string | undefined => {
  const newest = kernels.toSorted(byRelease.compare).at(-1);
  return newest === undefined || newest === runs ? undefined : newest;
};

/**
 * Not every system says itself that it wants a restart: Debian does so only with unattended-upgrades, so that kernels are
 * compared as well. Source: update-notifier-common and unattended-upgrades, /var/run/reboot-required; kernel-img.conf(5),
 * /boot/vmlinuz-*; made by hand on the lab.
 */
export const rebootRequired = defineFact<RebootRequired>({
  id: 'reboot-required',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout, stderr }) => {
    const lines = stdout.split('\n').map((line) => line.trim());
    const runs = lines.find((line) => line.startsWith(runsLine))?.slice(runsLine.length);
    if (runs === undefined) return { unreadable: stdout.trim() || stderr };
    const kernels = lines.filter((line) => line.startsWith(kernelLine)).map((line) => line.slice(kernelLine.length));
    const newerKernel = newerThan(runs, kernels);
    const packages = [...new Set(lines.filter((line) => line !== '' && !line.startsWith('*** ')))];
    return {
      value: {
        required: lines.includes('*** required') || newerKernel !== undefined,
        packages,
        ...(newerKernel === undefined ? {} : { newerKernel }),
      },
    };
  },
});
