import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureEngine } from '../engine.ts';
import { exclusively } from '../exclusive.ts';
import { ensureCertificates } from '../mirror/certificates.ts';
import { ensureMirror, pushAddress } from '../mirror/serve.ts';
import { cache, certificates, sshKey } from '../paths.ts';
import { ensurePrograms } from '../prerequisites.ts';
import { during, tell } from '../progress.ts';
import { run } from '../run-command.ts';
import { ensureSshKey } from '../ssh-key.ts';
import { UsageError } from '../usage-error.ts';
import { knownVersions, minorOf } from '../versions.ts';
import { nodeImage, proxyBase, servicesImage } from './base-images.ts';
import { kubernetesBinaries } from './binaries.ts';
import { parseImageList } from './image-list.ts';
import { pushImages } from './images.ts';
import { packCni, packVersion } from './packages.ts';
import { recipeHash } from './recipe.ts';
import { minorFolder, publish } from './repository.ts';

/** What the mirror holds of one version; written last, so that its presence means all of it is there. */
export interface BuiltVersion {
  readonly version: string;
  readonly recipe: string;
  readonly images: readonly string[];
  readonly agnhost: string;
  readonly pause: string;
  readonly debs: string;
}

/** What the outcome of a version depends on. Left out: how the node image and the lists of apt are made. */
const RECIPE = [
  'build/binaries.ts',
  'build/kubernetes-module.ts',
  'build/deb-control.ts',
  'build/packages.ts',
  'build/images.ts',
  'packages',
  'images',
];

const builtFolder = join(cache, 'built');

/** Makes the node image, and the mirror hold the given versions; does nothing where all that exists. */
export async function build(versions: readonly string[], source: 'mirror' | 'upstream' = 'mirror'): Promise<void> {
  await ensureEngine();
  const missing = (): string[] => (source === 'mirror' ? versions.filter((version) => !builtVersion(version)) : []);
  const made = existsSync(certificates) && existsSync(`${sshKey}.pub`);
  // Without the lock: who needs nothing built does not wait for another's build of many minutes.
  if (!made || missing().length > 0) await exclusively('build', () => buildMissing(missing(), source));
  else await assembleImages(false);
  if (source === 'mirror') await ensureMirror();
  tell(source === 'mirror' ? `the mirror holds ${versions.join(', ')}` : 'the node image is there');
}

async function buildMissing(missing: readonly string[], source: 'mirror' | 'upstream'): Promise<void> {
  await ensurePrograms(['openssl', 'ssh-keygen', 'ssh']);
  await ensureCertificates();
  await ensureSshKey();
  if (missing.length > 0) await ensurePrograms(['go', 'apt-ftparchive', 'dpkg-deb', 'gpg', 'mmdebstrap']);
  await assembleImages(missing.length > 0);
  if (source === 'mirror') await ensureMirror();
  for (const version of missing) await during(`building ${version}`, () => buildVersion(version));
}

/** All versions that the mirror offers, the newest last. */
export const builtVersions = (): readonly string[] =>
  knownVersions.filter((version) => builtVersion(version) !== undefined);

/** What was built of a version with the recipe as it is now, if anything. */
export function builtVersion(version: string): BuiltVersion | undefined {
  const file = join(builtFolder, `${version}.json`);
  if (!existsSync(file)) return undefined;
  const built = readBuilt(file);
  return built.recipe === currentRecipe() ? built : undefined;
}

function readBuilt(file: string): BuiltVersion {
  const built: BuiltVersion = JSON.parse(readFileSync(file, 'utf8'));
  return built;
}

const currentRecipe = (): string => recipeHash(RECIPE);

/** An etcd beside those of the versions that were built: for `nodeops etcd upgrade`. */
export async function buildEtcd(version: string): Promise<void> {
  if (!/^3\.\d+\.\d+$/.test(version)) throw new UsageError(`'${version}' is not a version of etcd such as 3.5.33.`);
  await ensureMirror();
  const image = `registry.k8s.io/etcd:${version}-0`;
  // Of a whole version the image that kubeadm does not name is agnhost; here it is this one, and there is no other.
  const wanted = { all: [], etcd: version, coredns: '', pause: '' };
  await during(`etcd ${version}`, async () => pushImages(wanted, image, '', await pushAddress()));
}

/** One after the other: mmdebstrap is bound by one core and the network, and a first build has Go waiting. */
async function assembleImages(withProxy: boolean): Promise<void> {
  await servicesImage();
  await nodeImage();
  if (withProxy) await proxyBase();
}

async function buildVersion(version: string): Promise<void> {
  const binaries = await kubernetesBinaries(version);
  const listed = await run([
    join(binaries, 'bin/kubeadm'),
    'config',
    'images',
    'list',
    '--kubernetes-version',
    `v${version}`,
  ]);
  const images = parseImageList(listed);
  const agnhost = `registry.k8s.io/e2e-test-images/agnhost:${readFileSync(join(binaries, 'agnhost-version'), 'utf8').trim()}`;
  const debs = await packVersion(version, binaries);
  await pushImages(images, agnhost, binaries, await pushAddress());
  await publishMinor(version, debs);
  const built: BuiltVersion = {
    version,
    recipe: currentRecipe(),
    images: images.all,
    agnhost,
    pause: images.pause,
    debs,
  };
  mkdirSync(builtFolder, { recursive: true });
  const part = join(builtFolder, `.${version}.${process.pid}`);
  writeFileSync(part, `${JSON.stringify(built, null, 2)}\n`);
  renameSync(part, join(builtFolder, `${version}.json`));
}

/** A minor's repository holds every version of it that was ever built, as the public one does. */
async function publishMinor(version: string, debs: string): Promise<void> {
  mkdirSync(builtFolder, { recursive: true });
  const others = readdirSync(builtFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readBuilt(join(builtFolder, name)))
    .filter(
      (other) => other.version !== version && minorOf(other.version) === minorOf(version) && existsSync(other.debs),
    );
  await publish(minorOf(version), [await packCni(), debs, ...others.map((other) => other.debs)]);
  tell(`repository: ${minorFolder(minorOf(version))}`);
}
