import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putBackEtcd, switchEtcdImage } from '../../src/commands/etcd-image.ts';
import type { Command } from '../../src/model/command.ts';

const from = 'registry.k8s.io/etcd:3.5.24-0';
const to = 'mirror.example:5000/k8s/etcd:3.5.26-0';
const manifestWith = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - command:\n    - etcd\n    image: ${image}\n    imagePullPolicy: IfNotPresent\n`;

let root = '';
const manifest = (): string => join(root, 'etc/manifests/etcd.yaml');

/** The script with the node's paths in a scratch directory, where kubeadm pulls what `images` says. */
const run = (command: Command = switchEtcdImage(from, to, 'kind: ClusterConfiguration\n')) => {
  const { argv, stdin = '' } = command;
  const [program = '', ...rest] = argv.map((word) =>
    word
      .replaceAll('/etc/kubernetes', join(root, 'etc'))
      .replaceAll('/var/lib/nodeops-restore', join(root, 'kept'))
      .replaceAll('/var/lib/nodeops', join(root, 'var'))
      .replaceAll('/var/lib/kubelet', join(root, 'kubelet')),
  );
  return spawnSync(program, rest, {
    input: stdin,
    encoding: 'utf8',
    env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin` },
  });
};
const kubeadm = (script: string): void => {
  writeFileSync(join(root, 'bin/kubeadm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'bin/kubeadm'), 0o755);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'etcd-image-'));
  for (const name of ['etc/manifests', 'bin', 'var', 'kubelet']) mkdirSync(join(root, name), { recursive: true });
  kubeadm(`case "$*" in *list*) echo ${to};; esac`);
  writeFileSync(join(root, 'kubelet/config.yaml'), 'kind: KubeletConfiguration\n');
  writeFileSync(manifest(), manifestWith(from));
  chmodSync(manifest(), 0o600);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('another image for etcd', () => {
  it('takes the place of the old one, and nothing else changes', () => {
    expect(run()).toMatchObject({ status: 0 });
    expect(readFileSync(manifest(), 'utf8')).toBe(manifestWith(to));
    expect(statSync(manifest()).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(root, 'etc'))).toEqual(['manifests']);
    expect(readdirSync(join(root, 'etc/manifests'))).toEqual(['etcd.yaml']);
    expect(readdirSync(join(root, 'var'))).toEqual([]);
  });

  it.each([
    [
      'cannot be pulled',
      `case "$*" in *list*) echo ${to};; *) echo 'manifest unknown' >&2; exit 1;; esac`,
      'manifest unknown',
    ],
    [
      'is none that kubeadm pulls',
      'case "$*" in *list*) echo registry.k8s.io/etcd:3.5.24-0;; esac',
      `kubeadm did not pull ${to}`,
    ],
  ])('leaves the manifest alone where it %s', (_what, script, complaint) => {
    kubeadm(script);
    const { status, stderr } = run();
    expect([status, stderr.trim()]).toEqual([1, complaint]);
    expect(readFileSync(manifest(), 'utf8')).toBe(manifestWith(from));
    expect(readdirSync(join(root, 'etc'))).toEqual(['manifests']);
  });

  it.each([
    ['another image than was seen', manifestWith('registry.k8s.io/etcd:3.5.25-0')],
    ['the image twice', `${manifestWith(from)}${manifestWith(from)}`],
  ])('leaves a manifest alone that has %s', (_what, text) => {
    writeFileSync(manifest(), text);
    const { status, stderr } = run();
    expect([status, stderr.trim()]).toEqual([1, `${manifest()} has no single line with image: ${from}`]);
    expect(readFileSync(manifest(), 'utf8')).toBe(text);
    expect(readdirSync(join(root, 'etc'))).toEqual(['manifests']);
  });

  it('leaves a manifest of a form that a person wrote readable', () => {
    writeFileSync(manifest(), manifestWith(from).replace('    image:', '    image: '));
    expect(run().status).toBe(0);
    expect(execFileSync('grep', ['image:', manifest()], { encoding: 'utf8' })).toBe(`    image:  ${to}\n`);
  });
});

describe('etcd as a restore point kept it', () => {
  const point = '/var/lib/nodeops-restore/r1_1.34.4';
  const wasThen = `${manifestWith(to)}    # --experimental-initial-corrupt-check=true\n`;
  const keep = (complete: boolean): void => {
    const there = join(root, 'kept/r1_1.34.4');
    mkdirSync(join(there, 'files', root, 'etc/manifests'), { recursive: true });
    writeFileSync(join(there, 'files', root, 'etc/manifests/etcd.yaml'), wasThen, { mode: 0o600 });
    if (complete) writeFileSync(join(there, 'complete'), 'r1 1.33.13 1.34.4\n');
  };
  const back = () => run(putBackEtcd(point, to, 'kind: ClusterConfiguration\n'));

  it('takes the place of what runs, flags and all', () => {
    keep(true);
    expect(back()).toMatchObject({ status: 0 });
    expect(readFileSync(manifest(), 'utf8')).toBe(wasThen);
    expect(statSync(manifest()).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(root, 'etc'))).toEqual(['manifests']);
    expect(readFileSync(join(root, 'kept/r1_1.34.4/files', root, 'etc/manifests/etcd.yaml'), 'utf8')).toBe(wasThen);
  });

  it.each([
    ['its image cannot be pulled', true, `case "$*" in *list*) echo ${to};; *) exit 1;; esac`],
    ['the point is half-written', false, `case "$*" in *list*) echo ${to};; esac`],
  ])('leaves what runs alone where %s', (_what, complete, script) => {
    keep(complete);
    kubeadm(script);
    expect(back().status).toBe(1);
    expect(readFileSync(manifest(), 'utf8')).toBe(manifestWith(from));
    expect(readdirSync(join(root, 'etc'))).toEqual(['manifests']);
  });
});
