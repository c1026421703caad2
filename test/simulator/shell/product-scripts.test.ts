import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chain } from '../../../src/simulator/shell/soon.ts';
import type { Tool } from '../../../src/simulator/shell/tool.ts';
import { flock } from '../../../src/simulator/tools/host/flock.ts';
import { inBoth, type Outcome, type Tree, type Trial } from '../in-both.ts';
import { productLines } from './product-lines.ts';

/** A program that says how it was called, really and simulated. */
const caller = (name: string, code = 0): NonNullable<Trial['programs']>[string] => ({
  script: `printf '%s\\n' "${name} $*"; exit ${code}`,
  tool: (call) => {
    call.out(`${name} ${call.argv.slice(1).join(' ')}\n`);
    return code;
  },
});

const says = (text: string): NonNullable<Trial['programs']>[string] => ({
  script: `echo '${text}'`,
  tool: (call) => {
    call.out(`${text}\n`);
    return 0;
  },
});

/** The same script, really and in the simulated shell. */
const scripted = (script: string): NonNullable<Trial['programs']>[string] => ({
  script,
  tool: (call) => call.run(['sh', '-c', script, ...call.argv]),
});

const startsLast: Tool = (call) => chain(call.run(call.argv.slice(-1)), () => 0);

const programs: NonNullable<Trial['programs']> = {
  ...Object.fromEntries(
    [
      'apt-get',
      'apt-cache',
      'apt-mark',
      'containerd',
      'ctr',
      'curl',
      'dpkg-query',
      'journalctl',
      'kubeadm',
      'kubelet',
    ].map((name) => [name, caller(name)]),
  ),
  kubectl: caller('kubectl', 1),
  // An archive here is the program that it brings.
  'dpkg-deb': scripted('mkdir -p "$3/usr/bin" && cp "$2" "$3/usr/bin/kubelet" && chmod 700 "$3/usr/bin/kubelet"'),
  unshare: scripted('shift; "$@"'),
  ctr: caller('ctr'),
  // What changes with the machine or the moment.
  date: says('1700000000'),
  uname: says('uname'),
  df: says('df'),
  du: says('4096 du'),
  dpkg: { script: ':', tool: () => 0 },
  gpg: says('gpg'),
  sync: { script: ':', tool: () => 0 },
  flock: { script: 'exec /usr/bin/flock "$@"', tool: flock },
  systemctl: says('inactive'),
  'systemd-run': { script: 'for word; do :; done; "$word"; exit 0', tool: startsLast },
};

/** etcdctl of an image: it saves a whole snapshot, or the torn one where that is asked for by its name. */
const etcdctl = `#!/bin/sh
printf 'etcdctl %s\\n' "$*"
for path; do :; done
case "$* " in
*snapshot*torn*) cp PLACE/images/torn "$path" ;;
*snapshot*) cp PLACE/images/whole "$path" ;;
esac
`;
const snapshotText = 'a snapshot';
const snapshotOf = (sum: string): string => snapshotText + createHash('sha256').update(sum).digest().toString('latin1');

/** The processes of a control plane: etcd of its static pod among them, and one that somebody else started. */
const processes: Tree = {
  'proc/41/comm': 'etcd\n',
  'proc/41/cmdline': 'etcd\0--data-dir=/var/lib/other\0',
  'proc/42/comm': 'etcd\n',
  'proc/42/cmdline':
    'etcd\0--cert-file=/s.crt\0--data-dir=PLACE/var/lib/etcd\0--key-file=/s.key\0--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.11:2379\0--trusted-ca-file=/ca.crt\0',
  'proc/42/exe': '-> /usr/local/bin/etcd',
  'proc/42/root/usr/local/bin/etcdctl': etcdctl,
  'proc/42/root/usr/local/bin/etcdutl': `#!/bin/sh\nprintf 'etcdutl %s\\n' "$*"\n`,
  'proc/43/comm': 'kubelet\n',
};
/** A kubelet that knows neither `--x` nor the feature gate Gone. */
const kubelet = `#!/bin/sh
fail() { echo 'E1122 07:16:40.692070   10658 run.go:72] "command failed" err="'"$1"'"' >&2; exit 1; }
case " $* " in
*' --x='*) fail 'failed to parse kubelet flag: unknown flag: --x' ;;
*' --version '*) echo Kubernetes v1.36.3 ;;
*Gone=*) fail 'failed to set feature gates from initial flags-based config: unrecognized feature gate: Gone' ;;
*) fail 'failed to load kubelet config file, path: /dev/null/none' ;;
esac
`;
const tree: Tree = {
  'var/cache/apt/archives/kubelet_1.36.3-1.1_amd64.deb': kubelet,
  'var/cache/apt/archives/kubeadm_1.36.3-1.1_amd64.deb': kubelet,
  'var/lib/nodeops/staged-images': '1.36.3\nregistry.k8s.io/kube-apiserver:v1.36.3\n',
  'etc/apt/sources.list': 'deb http://deb.debian.org/debian bookworm main\n',
  'etc/apt/sources.list.d/kubernetes.list':
    'deb [signed-by=PLACE/etc/apt/k.gpg] https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /\n',
  'etc/apt/sources.list.d/other.sources':
    'Types: deb\nURIs: https://mirror/core:/stable:/v1.35/deb/\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\n\nTypes: deb\nURIs: https://other/\n',
  'etc/apt/k.gpg': 'key',
  'etc/apt/preferences.d/pin.pref': 'Package: kube*\nPin: version 1.35.*\n',
  'etc/apt/preferences.d/skipped.bak': 'x\n',
  'etc/apt/preferences.d/plain': 'no newline',
  'etc/default/kubelet': 'KUBELET_EXTRA_ARGS=\n',
  'etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  'etc/kubernetes/manifests/etcd.yaml':
    'spec:\n  containers:\n  - command:\n    - etcd\n    - --data-dir=PLACE/var/lib/etcd\n',
  'etc/kubernetes/manifests/kube-apiserver.yaml': 'kind: Pod\n',
  'etc/kubernetes/pki/ca.crt': '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n',
  'var/lib/kubelet/kubeadm-flags.env': 'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/c.sock --x=y"\n',
  'var/lib/kubelet/config.yaml':
    'containerRuntimeEndpoint: "unix:///run/d.sock"\ncgroupDriver: systemd\nfeatureGates:\n  Gone: true\n  Known: false\nfailSwapOn: false\n',
  'var/lib/kubelet/pki/kubelet-client-current.pem':
    '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\nsecret\n-----END EC PRIVATE KEY-----\n',
  'var/lib/dpkg/lock': '',
  'var/lib/nodeops/epoch': '3 r1 ops@laptop 1700000000\n',
  'var/lib/nodeops/epoch.lock': '',
  'var/lib/nodeops/r1/etcd-before-1.36.3.db': 'left',
  'var/lib/nodeops/holds': 'kubeadm\nkubelet\n',
  'var/lib/nodeops/r0/ended-1/exit': '0\n',
  'var/lib/nodeops/r0/ended-1/started': '1700000001\n',
  'var/lib/nodeops/r0/ended-1/finished': '1700000002\n',
  'var/lib/nodeops/r0/ended-1/output': 'all of it\nto the end',
  'var/lib/nodeops/r0/ended-1/line': 'kubeadm upgrade',
  'var/lib/nodeops/r0/lost-1/started': '1700000001\n',
  'var/lib/nodeops/r0/lost-1/output': '',
  'var/lib/nodeops-restore/r0_1.35.4/complete': 'r0 1.34.4 1.35.4\n',
  'var/lib/nodeops-restore/r0_1.35.4/packages': 'kubeadm 1.34.4-1.1 hi \n',
  'var/lib/nodeops-restore/r0_1.35.4/debs/kubeadm_1.35.4-1.1_amd64.deb': 'archive',
  'var/lib/nodeops-restore/r0_1.35.4/debs/sha256': `${createHash('sha256').update('archive').digest('hex')}  kubeadm_1.35.4-1.1_amd64.deb\n`,
  'images/whole': snapshotOf(snapshotText),
  'images/torn': snapshotOf('another'),
  'var/lib/etcd/': '',
  ...processes,
  'proc/1/comm': 'systemd\n',
  'proc/1/stat': '1 (systemd) S 0 1 1\n',
  'proc/locks': '1: FLOCK  ADVISORY  WRITE 12 00:01:1 0 EOF\n',
  'proc/self/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n',
  'proc/sys/kernel/random/boot_id': 'b\n',
  'run/containerd/': '',
};

/** The directories of the node lie below the place of the trial. */
const below = (text: string): string => text.replaceAll(/(?<![\w./@-])\/(?=(etc|var|proc|run)\/)/g, 'PLACE/');

/** mktemp(1) draws its names. */
const settled = (outcome: Outcome): Outcome => ({
  ...outcome,
  stdout: outcome.stdout.replaceAll(/\/tmp\/tmp\.\w{10}/g, '/tmp/T'),
  stderr: outcome.stderr.replaceAll(/\/tmp\/tmp\.\w{10}/g, '/tmp/T'),
});

describe('a script of the product', () => {
  it('asks a kubelet until it has told everything', () => {
    const { line } = new Map(productLines).get('target-kubelet') ?? { line: '' };
    const { real } = inBoth({ argv: ['sh', '-c', below(line)], stdin: '', tree, programs });
    expect(real).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^flag --x\ngate config Gone=true E1122 [^\n]* gate: Gone"\nend\n$/),
    });
  });

  it.each(productLines)('%s', (_, { line, stdin }) => {
    const { real, simulated } = inBoth({ argv: ['sh', '-c', below(line)], stdin, tree, programs });
    expect(settled(simulated)).toEqual(settled(real));
    expect(real.stderr).not.toMatch(/Syntax error|not found$/m);
  });
});
