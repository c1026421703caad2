import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { during } from './progress.ts';
import { attempt, run } from './run-command.ts';
import { UsageError } from './usage-error.ts';

/** Which Debian package brings which program. */
const packageOf: Readonly<Record<string, string>> = {
  docker: 'docker.io',
  dockerd: 'docker.io',
  mmdebstrap: 'mmdebstrap',
  'dpkg-deb': 'dpkg',
  'apt-ftparchive': 'apt-utils',
  gpg: 'gnupg',
  openssl: 'openssl',
  'ssh-keygen': 'openssh-client',
  ssh: 'openssh-client',
};

/** Looks programs up on PATH and has apt install those that are missing. */
export async function ensurePrograms(programs: readonly string[]): Promise<void> {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0) return;
  if (missing.includes('go')) {
    throw new UsageError(
      'Go 1.25 or newer is needed to build the mirror; Debian 12 has none. Type: https://go.dev/doc/install',
    );
  }
  const packages = [...new Set(missing.map((program) => packageOf[program] ?? program))];
  const install = [...(await elevation()), 'apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  const advice = new UsageError(`Missing: ${missing.join(', ')}. Type: sudo apt-get install ${packages.join(' ')}`);
  if (!isOnPath('apt-get')) throw advice;
  await during(`installing ${packages.join(', ')}`, async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await attempt([...(await elevation()), 'apt-get', 'update'], { env });
    const { code } = await attempt(install, { env });
    if (code !== 0) throw advice;
  });
}

/** The words that make a command run as root: none for root, `sudo -n` for others. */
export async function elevation(): Promise<readonly string[]> {
  if (process.getuid?.() === 0) return [];
  return ['sudo', '-n'];
}

/** Runs a command as root, or says what to type where that is not allowed. */
export async function asRoot(argv: readonly string[]): Promise<string> {
  const prefix = await elevation();
  if (prefix.length > 0 && (await attempt([...prefix, 'true'])).code !== 0) {
    throw new UsageError(`This needs root, and sudo asks for a password. Type: sudo ${argv.join(' ')}`);
  }
  return run([...prefix, ...argv]);
}

function isOnPath(program: string): boolean {
  // Debian keeps dockerd in /usr/sbin, which an ordinary user's PATH lacks.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
