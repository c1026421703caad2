import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cache, repository } from '../paths.ts';
import { run } from '../run-command.ts';

const KEY = 'lab@nodeops.invalid';
const gnupg = join(cache, 'gnupg');
const gpg = ['gpg', '--homedir', gnupg, '--batch', '--yes', '--quiet'];

/** Where a minor's packages lie. Source: https://pkgs.k8s.io/core:/stable:/v1.35/deb/ */
export const minorFolder = (minor: string): string => join(repository, 'core:', 'stable:', `v${minor}`, 'deb');

/** Publishes one minor's repository anew from folders of .deb files, signed like the one at pkgs.k8s.io. */
export async function publish(minor: string, debFolders: readonly string[]): Promise<void> {
  const target = minorFolder(minor);
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  const work = join(parent, `.deb.${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  for (const folder of debFolders)
    for (const name of readdirSync(folder)) linkOrCopy(join(folder, name), join(work, name));
  await writeIndexes(work);
  // A client that reads just now finds either the old or the new, both whole.
  const old = join(parent, `.old.${process.pid}`);
  if (existsSync(target)) renameSync(target, old);
  renameSync(work, target);
  rmSync(old, { recursive: true, force: true });
}

async function writeIndexes(folder: string): Promise<void> {
  await ensureSigningKey();
  const packages = `${await run(['apt-ftparchive', 'packages', '.'], { cwd: folder })}\n`;
  writeFileSync(join(folder, 'Packages'), packages);
  writeFileSync(join(folder, 'Packages.gz'), gzipSync(packages));
  const labels = [
    '-o',
    'APT::FTPArchive::Release::Origin=nodeops-lab',
    '-o',
    'APT::FTPArchive::Release::Label=kubernetes',
  ];
  const release = await run(['apt-ftparchive', ...labels, 'release', '.'], { cwd: folder });
  writeFileSync(join(folder, 'Release'), `${release}\n`);
  const sign = [...gpg, '--local-user', KEY];
  await run([...sign, '--clearsign', '--output', 'InRelease', 'Release'], { cwd: folder });
  await run([...sign, '--armor', '--detach-sign', '--output', 'Release.gpg', 'Release'], { cwd: folder });
  writeFileSync(join(folder, 'Release.key'), `${await run([...gpg, '--armor', '--export', KEY])}\n`);
}

async function ensureSigningKey(): Promise<void> {
  mkdirSync(gnupg, { recursive: true, mode: 0o700 });
  const listed = await run([...gpg, '--list-secret-keys', '--with-colons']);
  if (listed.includes(KEY)) return;
  await run([...gpg, '--passphrase', '', '--quick-generate-key', `nodeops lab <${KEY}>`, 'rsa3072', 'sign', 'never']);
}

/** A link costs no space; it is not possible where the cache spans file systems. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
