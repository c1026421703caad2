import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, recipe } from '../paths.ts';
import { during } from '../progress.ts';
import { run } from '../run-command.ts';
import { goModule, kubernetesCommands, linkerFlags } from './kubernetes-module.ts';
import { recipeHash } from './recipe.ts';
import { wholeFolder } from './whole-folder.ts';

/** Static binaries (their images are FROM scratch), from the ordinary Go caches, so that warm is warm. */
const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false', GOWORK: 'off' };

const CNI_PLUGINS = 'github.com/containernetworking/plugins';

const folderFor = (name: string, version: string): string => {
  const hash = recipeHash(['build/binaries.ts', 'build/kubernetes-module.ts', 'images/pause']);
  return join(cache, 'binaries', `${name}-${version}-${hash}`);
};

/** kubeadm, kubelet, kubectl, the control plane, kube-proxy and agnhost of one version; answers with their folder. */
export async function kubernetesBinaries(version: string): Promise<string> {
  return wholeFolder(folderFor('kubernetes', version), (work) =>
    during(`compiling Kubernetes ${version}`, async () => {
      const source = await moduleFolder(`k8s.io/kubernetes@v${version}`);
      writeFileSync(join(work, 'go.mod'), goModule(version, readFileSync(join(source, 'go.mod'), 'utf8')));
      await run(['go', 'mod', 'tidy'], { cwd: work, env });
      const packages = kubernetesCommands.map((command) => `k8s.io/kubernetes/${command}`);
      await goBuild(work, linkerFlags(version), packages);
      copyFileSync(join(source, 'test/images/agnhost/VERSION'), join(work, 'agnhost-version'));
    }),
  );
}

export const etcdBinary = (version: string): Promise<string> =>
  toolBinary('etcd', version, 'go.etcd.io/etcd/server/v3');
export const etcdctlBinary = (version: string): Promise<string> =>
  toolBinary('etcdctl', version, 'go.etcd.io/etcd/etcdctl/v3');
export const etcdutlBinary = (version: string): Promise<string> =>
  toolBinary('etcdutl', version, 'go.etcd.io/etcd/etcdutl/v3');
export const corednsBinary = (version: string): Promise<string> =>
  toolBinary('coredns', version, 'github.com/coredns/coredns');

/** The pause container's only program; see images/pause/main.go. */
export async function pauseBinary(): Promise<string> {
  const folder = await wholeFolder(folderFor('pause', 'lab'), async (work) => {
    await run(['go', 'build', '-trimpath', '-ldflags', '-s -w', '-o', join(work, 'pause'), '.'], {
      cwd: join(recipe, 'images/pause'),
      env,
    });
  });
  return join(folder, 'pause');
}

/** The reference CNI plugins, as the real kubernetes-cni package brings them; answers with their folder. */
export async function cniPlugins(version: string): Promise<string> {
  const folder = await wholeFolder(folderFor('cni-plugins', version), (work) =>
    during(`compiling the CNI plugins ${version}`, async () => {
      await getModule(work, `${CNI_PLUGINS}@v${version}`, CNI_PLUGINS);
      const listed = await run(
        ['go', 'list', '-f', '{{if eq .Name "main"}}{{.ImportPath}}{{end}}', `${CNI_PLUGINS}/plugins/...`],
        {
          cwd: work,
          env,
        },
      );
      const packages = listed
        .split('\n')
        .filter((line) => line !== '' && !line.endsWith('/windows') && !line.includes('/sample'));
      await goBuild(work, '-s -w', packages);
    }),
  );
  return join(folder, 'bin');
}

async function toolBinary(name: string, version: string, path: string): Promise<string> {
  const folder = await wholeFolder(folderFor(name, version), (work) =>
    during(`compiling ${name} ${version}`, async () => {
      await getModule(work, `${path}@v${version}`, path);
      mkdirSync(join(work, 'bin'));
      // Named after its output, not its folder: etcd's main package lies in `server/v3`.
      await run(['go', 'build', '-trimpath', '-ldflags', '-s -w', '-o', join('bin', name), path], { cwd: work, env });
    }),
  );
  return join(folder, 'bin', name);
}

async function getModule(work: string, wanted: string, path: string): Promise<void> {
  await run(['go', 'mod', 'init', 'lab'], { cwd: work, env });
  const tool = path === CNI_PLUGINS ? [] : ['-tool'];
  await run(['go', 'get', ...tool, wanted], { cwd: work, env });
}

async function goBuild(work: string, flags: string, packages: readonly string[]): Promise<void> {
  mkdirSync(join(work, 'bin'));
  await run(['go', 'build', '-trimpath', '-ldflags', flags, '-o', 'bin/', ...packages], { cwd: work, env });
}

async function moduleFolder(module: string): Promise<string> {
  const downloaded = await run(['go', 'mod', 'download', '-json', module], { env: { ...env, GOFLAGS: '' } });
  const answer: { Dir: string } = JSON.parse(downloaded);
  return answer.Dir;
}
