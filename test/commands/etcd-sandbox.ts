import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { Sandbox } from './sandbox.ts';

export interface EtcdWish {
  /** Shell: what the programs of etcd's image do. */
  readonly etcdctl?: string;
  readonly etcdutl?: string;
  readonly listen?: string;
  /** Of the process; the manifest says `/var/lib/etcd`. */
  readonly dataDir?: string;
  readonly quota?: string;
}

const pki = '/etc/kubernetes/pki/etcd';

/** A control plane with a process of etcd, its image below `proc/42/root`, and the manifest that it belongs to. */
export class EtcdSandbox extends Sandbox {
  constructor({ etcdctl = ':', etcdutl = ':', listen, dataDir = '/var/lib/etcd', quota = '' }: EtcdWish = {}) {
    super();
    const bin = this.path('proc/42/root/usr/local/bin');
    mkdirSync(bin, { recursive: true });
    mkdirSync(this.path('manifests'));
    this.write(
      'manifests/etcd.yaml',
      'spec:\n  containers:\n  - command:\n    - etcd\n    - "--data-dir=/var/lib/etcd"\n',
    );
    const flags = [
      '--advertise-client-urls=https://10.0.0.11:2379',
      `--cert-file=${pki}/server.crt`,
      `--data-dir=${dataDir}`,
      `--key-file=${pki}/server.key`,
      `--listen-client-urls=${listen ?? 'https://127.0.0.1:2379,https://10.0.0.11:2379'}`,
      ...(quota === '' ? [] : [`--quota-backend-bytes=${quota}`]),
      `--trusted-ca-file=${pki}/ca.crt`,
    ];
    this.write('proc/42/comm', 'etcd\n');
    this.write('proc/42/cmdline', ['etcd', ...flags].map((word) => `${word}\0`).join(''));
    symlinkSync('/usr/local/bin/etcd', this.path('proc/42/exe'));
    this.inImage('etcdctl', etcdctl);
    this.inImage('etcdutl', etcdutl);
  }

  inImage(name: string, body: string): void {
    const file = this.path('proc/42/root/usr/local/bin', name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> '${this.path('calls')}'\n${body}\n`);
    chmodSync(file, 0o755);
  }
}
