import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cache, recipe } from '../paths.ts';
import { run } from '../run-command.ts';
import { etcdctlFor } from '../versions.ts';
import { proxyBase } from './base-images.ts';
import { corednsBinary, etcdBinary, etcdctlBinary, etcdutlBinary, pauseBinary } from './binaries.ts';
import type { ImageList } from './image-list.ts';

/** One etcdutl reads the snapshots of all versions here; that of 3.5.24 is not to be had. */
const ETCDUTL = '3.6.8';

interface Recipe {
  readonly dockerfile: string;
  readonly files: readonly string[];
  readonly base?: string;
}

/** Builds and pushes every image that kubeadm named, and agnhost; `push` is the registry's address on this host. */
export async function pushImages(wanted: ImageList, agnhost: string, binaries: string, push: string): Promise<void> {
  for (const image of [...wanted.all, agnhost])
    await pushImage(image, await recipeFor(image, wanted, join(binaries, 'bin')), push);
}

/** What an image is made of, from its name alone (`registry.k8s.io/coredns/coredns:v1.13.1` → coredns). */
async function recipeFor(image: string, wanted: ImageList, bin: string): Promise<Recipe> {
  const name = image.split(':')[0]?.split('/').at(-1) ?? '';
  switch (name) {
    case 'kube-apiserver':
    case 'kube-controller-manager':
    case 'kube-scheduler':
      return { dockerfile: 'scratch', files: [join(bin, name)] };
    case 'kube-proxy':
      return { dockerfile: name, files: [join(bin, name)], base: await proxyBase() };
    case 'agnhost':
      return { dockerfile: name, files: [join(bin, name)] };
    case 'pause':
      return { dockerfile: name, files: [await pauseBinary()] };
    case 'coredns':
      return { dockerfile: name, files: [await corednsBinary(wanted.coredns)] };
    case 'etcd': {
      const { etcd } = wanted;
      return {
        dockerfile: 'scratch',
        files: [await etcdBinary(etcd), await etcdctlBinary(etcdctlFor(etcd)), await etcdutlBinary(ETCDUTL)],
      };
    }
    default:
      throw new Error(`kubeadm wants ${image}, and the lab does not know how to build that.`);
  }
}

async function pushImage(image: string, { dockerfile, files, base }: Recipe, push: string): Promise<void> {
  const tag = image.replace(/^[^/]+/, push);
  mkdirSync(cache, { recursive: true });
  const context = mkdtempSync(join(cache, '.image-'));
  try {
    // A link instead of a copy: the context is packed from the file either way.
    for (const file of files) link(file, join(context, basename(file)));
    const argument = base === undefined ? [] : ['--build-arg', `BASE=${base}`];
    const recipeFile = join(recipe, 'images', `${dockerfile}.Dockerfile`);
    await run(['docker', 'build', '-q', ...argument, '-f', recipeFile, '-t', tag, context]);
    await run(['docker', 'push', '-q', tag]);
    await run(['docker', 'image', 'rm', tag]);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
