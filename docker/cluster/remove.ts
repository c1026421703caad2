import { existsSync, rmSync } from 'node:fs';
import { LABEL } from '../container.ts';
import { clusterFolder } from '../paths.ts';
import { during } from '../progress.ts';
import { run } from '../run-command.ts';
import { containers } from './containers.ts';

/** Removes what carries a cluster's label, and its files; says whether there was anything. */
export async function removeCluster(name: string): Promise<boolean> {
  const folder = clusterFolder(name);
  const names = (await containers(name)).map((container) => container.name);
  const volumes = (await run(['docker', 'volume', 'ls', '-q', '--filter', `label=${LABEL}=${name}`]))
    .split('\n')
    .filter(Boolean);
  if (names.length + volumes.length === 0 && !existsSync(folder)) return false;
  await during(`removing ${name}`, async () => {
    if (names.length > 0) await run(['docker', 'rm', '-f', '-v', ...names]);
    if (volumes.length > 0) await run(['docker', 'volume', 'rm', '-f', ...volumes]);
    // Last: as long as the record is there, `down` can be repeated.
    rmSync(folder, { recursive: true, force: true });
  });
  return true;
}
