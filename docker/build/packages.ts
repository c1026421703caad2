import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, recipe } from '../paths.ts';
import { during } from '../progress.ts';
import { run } from '../run-command.ts';
import { cniPlugins } from './binaries.ts';
import type { DebPackage } from './deb-control.ts';
import { CNI_VERSION, cniPackage, controlFile, debFileName, kubernetesPackages } from './deb-control.ts';
import { recipeHash } from './recipe.ts';
import { wholeFolder } from './whole-folder.ts';

const RECIPE = [
  'build/packages.ts',
  'build/deb-control.ts',
  'build/binaries.ts',
  'build/kubernetes-module.ts',
  'packages',
];

const folderFor = (name: string): string => join(cache, 'packages', `${name}-${recipeHash(RECIPE)}`);

/** Packs kubeadm, kubelet and kubectl of one version; answers with the folder of the .deb files. */
export async function packVersion(version: string, binaries: string): Promise<string> {
  return wholeFolder(folderFor(version), (work) =>
    during(`packing the Debian packages of ${version}`, async () => {
      for (const deb of kubernetesPackages(version)) {
        await pack(work, deb, [join(binaries, 'bin', deb.name)], 'usr/bin');
      }
    }),
  );
}

/** Packs kubernetes-cni, which every kubelet package depends on. */
export async function packCni(): Promise<string> {
  return wholeFolder(folderFor(`cni-${CNI_VERSION}`), async (work) => {
    const plugins = await cniPlugins(CNI_VERSION);
    const files = (await readdir(plugins)).map((name) => join(plugins, name));
    await pack(work, cniPackage, files, 'opt/cni/bin');
  });
}

async function pack(into: string, deb: DebPackage, files: readonly string[], target: string): Promise<void> {
  const root = join(into, `${deb.name}.root`);
  const extras = join(recipe, 'packages', deb.name);
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  mkdirSync(join(root, target), { recursive: true });
  if (existsSync(extras)) cpSync(extras, root, { recursive: true });
  for (const file of files) copyFileSync(file, join(root, target, file.split('/').at(-1) ?? ''));
  writeFileSync(join(root, 'DEBIAN/control'), controlFile(deb));
  const postinst = join(root, 'DEBIAN/postinst');
  if (existsSync(postinst)) chmodSync(postinst, 0o755);
  // Level 1: these are built once and installed over a local bridge, so that time counts and size does not.
  await run(['dpkg-deb', '-Zgzip', '-z1', '--root-owner-group', '-b', root, join(into, debFileName(deb))]);
  rmSync(root, { recursive: true });
}
