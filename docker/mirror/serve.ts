import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { network } from '../addresses.ts';
import { servicesImage } from '../build/base-images.ts';
import { recipeHash } from '../build/recipe.ts';
import type { Container } from '../container.ts';
import { bind, bindReadOnly, LABEL, runArgv } from '../container.ts';
import { exclusively } from '../exclusive.ts';
import { cache, certificates, recipe, registry, repository } from '../paths.ts';
import { during } from '../progress.ts';
import { attempt, run } from '../run-command.ts';
import { until } from '../until.ts';

const PACKAGES = 'nodeops-lab-packages';
const REGISTRY = 'nodeops-lab-registry';

/** The label that says what a container was made from. */
const MADE = `${LABEL}.recipe`;

/**
 * The mirror's two halves run in containers with a restart policy: they come back with the container engine, need no
 * port of the host, and `docker ps` shows them.
 */
export async function ensureMirror(): Promise<void> {
  mkdirSync(repository, { recursive: true });
  mkdirSync(registry, { recursive: true });
  const started = await exclusively('mirror', async () => [
    await ensureContainer(PACKAGES, packages),
    await ensureContainer(REGISTRY, images),
  ]);
  if (!started.includes(true)) return;
  await during('waiting for the mirror', async () => {
    const ready = await until(mirrorAnswers, 20_000);
    if (!ready) throw new Error(`The mirror does not answer. Type: docker logs ${PACKAGES}; docker logs ${REGISTRY}`);
  });
}

/** Where images are pushed to: the registry's port on this host's loopback, which Docker trusts without TLS. */
export async function pushAddress(): Promise<string> {
  const port = (await run(['docker', 'port', REGISTRY, '5000/tcp'])).split('\n')[0]?.split(':').at(-1) ?? '';
  return `localhost:${port}`;
}

const RECIPE = ['mirror'];

/**
 * A copy outside the checkout: containers are the same whichever checkout starts them, and outlive it. Of another recipe
 * it has another place, since a file that is mounted must not change beneath its container.
 */
function configuration(name: string): string {
  const folder = join(cache, 'mirror', recipeHash(RECIPE));
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, name);
  if (!existsSync(copy)) {
    copyFileSync(join(recipe, 'mirror', name), `${copy}.new`);
    renameSync(`${copy}.new`, copy);
  }
  return copy;
}

const packages = async (): Promise<Container> => ({
  name: PACKAGES,
  owner: 'mirror',
  address: network.packages,
  mounts: [
    bindReadOnly(repository, '/srv/repository'),
    bindReadOnly(certificates, '/srv/certificates'),
    bindReadOnly(configuration('nginx.conf'), '/etc/nginx/nginx.conf'),
    bindReadOnly(configuration('refuse-names.pl'), '/srv/refuse-names.pl'),
  ],
  image: await servicesImage(),
  command: ['sh', '-c', 'perl /srv/refuse-names.pl & exec nginx'],
});

const images = async (): Promise<Container> => ({
  name: REGISTRY,
  owner: 'mirror',
  address: network.registry,
  mounts: [bind(registry, '/srv/registry'), bindReadOnly(configuration('registry.yml'), '/etc/registry.yml')],
  // A free port of the loopback's, to push to.
  flags: ['-p', '127.0.0.1::5000'],
  image: await servicesImage(),
  command: ['docker-registry', 'serve', '/etc/registry.yml'],
});

/** Creates or starts a container, anew where it was made otherwise than it would be now; says whether it had to. */
async function ensureContainer(name: string, container: () => Promise<Container>): Promise<boolean> {
  const wanted = await container();
  const made = recipeHash(RECIPE, { argv: runArgv(wanted).join(' ') });
  const state = await attempt([
    'docker',
    'inspect',
    '-f',
    `{{.State.Running}} {{index .Config.Labels "${MADE}"}}`,
    name,
  ]);
  const [running, as] = state.stdout.trim().split(' ');
  if (state.code === 0 && as === made && running === 'true') return false;
  if (state.code === 0 && as === made) await run(['docker', 'start', name]);
  else {
    if (state.code === 0) await run(['docker', 'rm', '-f', name]);
    await run(runArgv({ ...wanted, flags: [...(wanted.flags ?? []), `--label=${MADE}=${made}`] }));
  }
  return true;
}

async function mirrorAnswers(): Promise<boolean> {
  const asked = await Promise.all([
    attempt(['docker', 'exec', PACKAGES, 'nginx', '-t']),
    fetch(`http://${await pushAddress()}/v2/`).then(
      (answer) => answer.ok,
      () => false,
    ),
  ]);
  return asked[0].code === 0 && asked[1];
}
