import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const needed = [
  { program: 'sshd', debianPackage: 'openssh-server' },
  { program: 'ssh-keygen', debianPackage: 'openssh-client' },
  { program: 'ssh-agent', debianPackage: 'openssh-client' },
  { program: 'sudo', debianPackage: 'sudo' },
  { program: 'useradd', debianPackage: 'passwd' },
];

const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin'];

/** The full path of a program: sshd insists on being started by it. */
export const programPath = (program: string): string | undefined =>
  folders.map((folder) => path.join(folder, program)).find((file) => path.isAbsolute(file) && existsSync(file));

/** Before the first test: without these programs the suite proves nothing, so it fails instead of skipping. */
export default function checkPrograms(): void {
  const missing = needed.filter(({ program }) => programPath(program) === undefined);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((one) => one.debianPackage))].join(' ');
    const names = missing.map((one) => one.program).join(', ');
    throw new Error(`the SSH suite needs ${names}: apt-get install -y ${packages}`);
  }
  if (process.getuid?.() !== 0)
    throw new Error('the SSH suite makes users and sudo rules: run it as root (in a container)');
  // The directory that sshd wants for its unprivileged half; a service manager makes it where there is one.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
}
