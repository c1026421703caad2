import { describe, expect, it } from 'vitest';
import { tellingLine } from '../../src/run/telling-line.ts';

const cases: readonly { readonly name: string; readonly lines: readonly string[]; readonly tells: string }[] = [
  {
    name: 'kubeadm: the check that failed, not the advice after it',
    lines: [
      '[upgrade/health] FATAL: [preflight] Some fatal errors occurred:',
      '\t[ERROR StaticPodManifest]: manifest files not found: [/etc/kubernetes/manifests/kube-scheduler.yaml]',
      '[preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`',
      'To see the stack trace of this error execute with --v=5 or higher',
    ],
    tells: '[ERROR StaticPodManifest]: manifest files not found: [/etc/kubernetes/manifests/kube-scheduler.yaml]',
  },
  {
    name: 'kubeadm without its registry: the first image',
    lines: [
      '\t[ERROR ImagePull]: failed to pull image registry.k8s.io/kube-apiserver:v1.36.3: connection refused',
      '\t[ERROR ImagePull]: failed to pull image registry.k8s.io/kube-proxy:v1.36.3: connection refused',
      'To see the stack trace of this error execute with --v=5 or higher',
    ],
    tells: '[ERROR ImagePull]: failed to pull image registry.k8s.io/kube-apiserver:v1.36.3: connection refused',
  },
  {
    name: 'kubeadm without a check: the line before the advice',
    lines: [
      'error: error execution phase control-plane: timed out',
      'To see the stack trace of this error execute with --v=5 or higher',
    ],
    tells: 'error: error execution phase control-plane: timed out',
  },
  {
    name: 'apt: the address that did not answer, not what we put back',
    lines: [
      'E: Failed to fetch https://pkgs.k8s.io/core:/stable:/v1.35/deb/InRelease  Could not connect to 172.31.0.2:443 (172.31.0.2). - connect (111: Connection refused)',
      'E: Some index files failed to download. They have been ignored, or old ones used instead.',
      'the previous /etc/apt/sources.list.d/kubernetes.list is back',
    ],
    tells:
      'E: Failed to fetch https://pkgs.k8s.io/core:/stable:/v1.35/deb/InRelease  Could not connect to 172.31.0.2:443 (172.31.0.2). - connect (111: Connection refused)',
  },
  {
    name: 'dpkg on a full disk: the disk',
    lines: [
      'dpkg: unrecoverable fatal error, aborting:',
      ' unable to fill /var/lib/dpkg/updates/tmp.i with padding: No space left on device',
      'E: Sub-process dpkg --set-selections returned an error code (2)',
      'E: Executing dpkg failed. Are you root?',
    ],
    tells: 'unable to fill /var/lib/dpkg/updates/tmp.i with padding: No space left on device',
  },
  {
    name: 'dpkg: its error, not what apt makes of it',
    lines: [
      'dpkg: error processing package kubelet (--configure):',
      'E: Sub-process /usr/bin/dpkg returned an error code (1)',
    ],
    tells: 'dpkg: error processing package kubelet (--configure):',
  },
  { name: 'anything else: the last line', lines: ['one', 'two', ''], tells: 'two' },
  {
    name: 'nothing but what we put right',
    lines: ['the previous /etc/apt/sources.list.d/kubernetes.list is back'],
    tells: 'the previous /etc/apt/sources.list.d/kubernetes.list is back',
  },
  { name: 'nothing', lines: [], tells: '' },
];

describe('the line that says why a command failed', () => {
  it.each(cases)('$name', ({ lines, tells }) => {
    expect(tellingLine({ stdout: lines.join('\n'), stderr: '' })).toBe(tells);
    expect(tellingLine({ stdout: 'E: not this', stderr: `\u001B[31m${lines.join('\n')}\u001B[0m` })).toBe(
      lines.length === 0 ? '' : tells,
    );
  });
});
