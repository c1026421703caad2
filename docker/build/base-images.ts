import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LABEL } from '../container.ts';
import { certificates, cache, recipe, sshKey } from '../paths.ts';
import { ensurePrograms } from '../prerequisites.ts';
import { during } from '../progress.ts';
import { attempt, run } from '../run-command.ts';
import { recipeHash } from './recipe.ts';

interface RootFileSystem {
  readonly name: string;
  readonly variant: 'minbase' | 'essential';
  readonly packages: readonly string[];
}

const SUITE = 'bookworm';

/** What an administrator finds on a Debian host prepared for kubeadm, and nothing of Kubernetes itself. */
const nodeFiles: RootFileSystem = {
  name: 'node',
  variant: 'minbase',
  packages: (
    'systemd,systemd-sysv,dbus,openssh-server,sudo,ca-certificates,iproute2,iputils-ping,gnupg,procps,kmod,containerd,' +
    'runc,iptables,conntrack,ebtables,ethtool,socat,curl,nftables,less,vim-tiny,openssl'
  ).split(','),
};

const proxyFiles: RootFileSystem = {
  name: 'kube-proxy',
  variant: 'essential',
  packages: ['iptables', 'conntrack', 'nftables'],
};

const serviceFiles: RootFileSystem = {
  name: 'services',
  variant: 'minbase',
  packages: ['ca-certificates', 'nginx-light', 'docker-registry', 'haproxy'],
};

/** The image that kube-proxy's binary is put on: it calls iptables and conntrack. */
export const proxyBase = (): Promise<string> => imported(proxyFiles);

/** nginx, docker-registry and haproxy: the mirror and the load balancers. */
export const servicesImage = (): Promise<string> => imported(serviceFiles);

/** A node's image: Debian, containerd, sshd with the lab's key, the lab's certificate authority. */
export async function nodeImage(): Promise<string> {
  const own = {
    key: readFileSync(`${sshKey}.pub`, 'utf8'),
    authority: readFileSync(join(certificates, 'ca.crt'), 'utf8'),
  };
  const tag = `nodeops-lab/node:${recipeHash(['node'], { ...own, packages: JSON.stringify(nodeFiles) })}`;
  if (await hasImage(tag)) return tag;
  const base = await imported(nodeFiles);
  await during('making the node image', async () => {
    const context = mkdtempSync(join(tmpdir(), 'nodeops-lab-'));
    await run(['cp', '-r', `${join(recipe, 'node')}/.`, context]);
    copyFileSync(`${sshKey}.pub`, join(context, 'authorized_keys'));
    copyFileSync(join(certificates, 'ca.crt'), join(context, 'nodeops-lab.crt'));
    await run([
      'docker',
      'build',
      '-q',
      '-t',
      tag,
      '--label',
      `${LABEL}=image`,
      '--build-arg',
      `BASE=${base}`,
      context,
    ]);
    rmSync(context, { recursive: true });
  });
  return tag;
}

async function imported(files: RootFileSystem): Promise<string> {
  const hash = recipeHash([], { files: JSON.stringify(files), SUITE });
  const tag = `nodeops-lab/debian-${files.name}:${hash}`;
  if (await hasImage(tag)) return tag;
  const tar = join(cache, 'root-file-systems', `${files.name}-${hash}.tar`);
  if (!existsSync(tar)) await during(`assembling Debian for ${files.name}`, () => assemble(files, tar));
  await run(['docker', 'import', '-c', `LABEL ${LABEL}=image`, tar, tag]);
  return tag;
}

async function assemble(files: RootFileSystem, tar: string): Promise<void> {
  await ensurePrograms(['mmdebstrap']);
  mkdirSync(join(cache, 'root-file-systems'), { recursive: true });
  const part = `${tar}.${process.pid}.part.tar`;
  await run(['mmdebstrap', `--variant=${files.variant}`, `--include=${files.packages.join(',')}`, SUITE, part]);
  renameSync(part, tar);
}

const hasImage = async (tag: string): Promise<boolean> =>
  (await attempt(['docker', 'image', 'inspect', '-f', '{{.Id}}', tag])).code === 0;
