import type { Command } from '../model/command.ts';
import { aptEnvironment, configureFirst, endedBySignal, patiently, unattended, updateOnly } from './apt-get.ts';
import { detached, read, write } from './build.ts';
import { quoteWord } from './quote.ts';
import { manifestFile } from './manifest.ts';
import { hostWords, kubeconfigs } from './recovery-host.ts';
import { oneMinuteToken, ownTraces } from './recovery.ts';

/** What is kept on a host of how it became a node, a directory for each cluster; beside those of runs, which are pruned. */
export const hostRecords = '/var/lib/nodeops-host';
export const hostRecord = (cluster: string): string => `${hostRecords}/${cluster}`;

/** Ports that a node's own programs need. Source: kubernetes.io, Ports and Protocols. */
export const nodePorts = { worker: [10_250], 'control-plane': [6443, 2379, 2380, 10_250, 10_257, 10_259] } as const;

const kernelModules = ['overlay', 'br_netfilter'] as const;

/**
 * Everything that decides whether a host can become a node, and what was done to it for that: a word and its values a
 * line. The driver of control groups is what containerd says it uses. Source: ss(8), ip-route(8), proc(5) swaps and
 * meminfo, containerd config dump; kubeadm, preflight checks.
 */
export const lookAtNewHost: Command = read([
  'sh',
  '-c',
  [
    `cd ${hostRecords} 2> /dev/null && for d in *; do`,
    '  [ -d "$d" ] || continue',
    '  for each in host kernel runtime initialised joined forgotten; do [ ! -e "$d/$each" ] || echo "mark $d $each"; done',
    '  for f in "$d"/join-*.yaml; do [ ! -e "$f" ] || echo "join $f"; done',
    'done',
    ...hostWords,
    "ip -o address show scope global 2> /dev/null | sed -n 's/.* inet6\\{0,1\\} \\([^/ ]*\\).*/has \\1/p' | sort -u",
    `ss -Hltn 2> /dev/null | sed 's/  */ /g' | cut -d ' ' -f 4 | sed -n 's/.*:\\([0-9]*\\)$/listens \\1/p' | sort -u`,
    "{ ip -4 route show; ip -6 route show; } 2> /dev/null | sed -n 's|^\\([0-9a-f.:]*/[0-9]*\\) .*|route \\1|p' | sort -u",
    'echo "cpus $(nproc)"',
    "sed -n 's/^MemTotal: *\\([0-9]*\\) kB/memory \\1/p' /proc/meminfo",
    "sed -n '2,$s/ .*//; 2,$s/^/swap /p' /proc/swaps 2> /dev/null",
    'awk \'!/^[[:space:]]*#/ && $3 == "swap" { print "fstab-swap " $1 }\' /etc/fstab 2> /dev/null',
    `for each in ${kernelModules.join(' ')}; do [ ! -d "/sys/module/$each" ] || echo "module $each"; done`,
    'echo "forward $(cat /proc/sys/net/ipv4/ip_forward 2> /dev/null || echo 0)"',
    'if command -v containerd > /dev/null; then',
    '  dump=$(containerd config dump 2> /dev/null)',
    `  case $dump in *"SystemdCgroup = true"*) echo "driver systemd" ;; *) echo "driver cgroupfs" ;; esac`,
    `  case $(printf '%s\\n' "$dump" | grep disabled_plugins) in *io.containerd.grpc.v1.cri* | *'"cri"'*) echo cri-off ;; esac`,
    'fi',
    'echo end',
  ].join('\n'),
]);

/**
 * Modules and forwarding that pods' networks need, now and after each start. A module that the kernel lacks is told of
 * and no error: not every network needs br_netfilter. Source: kubernetes.io, Container Runtimes, "Network configuration".
 */
export const prepareKernel = (cluster: string): Command =>
  write([
    'sh',
    '-c',
    [
      'set -eu',
      `printf '%s\\n' ${kernelModules.join(' ')} > /etc/modules-load.d/kubernetes.conf`,
      `for each in ${kernelModules.join(' ')}; do modprobe "$each" || echo "the kernel has no module $each" >&2; done`,
      "printf '%s\\n' 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/99-kubernetes.conf",
      'if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then',
      "  printf '%s\\n' 'net.bridge.bridge-nf-call-iptables = 1' 'net.bridge.bridge-nf-call-ip6tables = 1' >> /etc/sysctl.d/99-kubernetes.conf",
      'fi',
      'sysctl --quiet --load=/etc/sysctl.d/99-kubernetes.conf',
      'touch "$1/kernel"',
    ].join('\n'),
    'prepare-kernel',
    hostRecord(cluster),
  ]);

/**
 * No swap now, and none after the next start: what /etc/fstab says of it becomes a comment, and the units that systemd
 * made of it are stopped. The file of before stays beside it. Source: swapoff(8), fstab(5), systemd.swap(5).
 */
export const turnOffSwap: Command = write(
  [
    'sh',
    '-c',
    [
      'set -eu',
      '[ -e /etc/fstab.before-nodeops ] || cp -p /etc/fstab /etc/fstab.before-nodeops',
      `sed -i -E 's|^([^#[:space:]][^[:space:]]*[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]].*)$|# without swap for the kubelet: \\1|' /etc/fstab`,
      'systemctl daemon-reload',
      'swapoff --all',
      // zram and the like come from generators, not from fstab.
      'systemctl list-units --type=swap --state=active --plain --no-legend | cut -d \' \' -f 1 | while read -r unit; do systemctl mask --now "$unit"; done',
    ].join('\n'),
  ],
  { timeoutMs: 300_000 },
);

/**
 * containerd from the host's own repositories, with the driver of control groups that systemd manages, and CNI plugins
 * where the packages of Kubernetes put them. A configuration that somebody wrote is never touched: only a host without
 * containerd comes here, or one on which this was cut off: the package starts it with Debian's own configuration at once,
 * and until ours is in its place the mark `runtime` says so. Source: kubernetes.io, Container Runtimes, "containerd"; containerd config default.
 */
export const installContainerd = (cluster: string, lockSeconds: number): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        ...patiently(lockSeconds),
        ...endedBySignal,
        ': > "$1/runtime"',
        configureFirst,
        // Another broken repository of the host is no reason to stop: what is missing is then said by the install.
        'patiently apt-get update -qq || echo "apt-get update ended with rc $?" >&2',
        `apt-get install -y -qq --no-remove --no-install-recommends ${unattended(lockSeconds)} containerd`,
        'mkdir -p /etc/containerd',
        'containerd config default | sed -e \'s/SystemdCgroup = false/SystemdCgroup = true/\' -e \'s|"/usr/lib/cni"|"/opt/cni/bin"|\' > /etc/containerd/config.toml.new',
        'grep -q "SystemdCgroup = true" /etc/containerd/config.toml.new',
        'mv /etc/containerd/config.toml.new /etc/containerd/config.toml',
        'systemctl enable containerd',
        'systemctl restart containerd',
        'rm -f "$1/runtime"',
      ].join('\n'),
      'install-containerd',
      hostRecord(cluster),
    ],
    { timeoutMs: (lockSeconds * 2 + 900) * 1000, env: aptEnvironment },
  );

/** Starts a containerd that is there. */
export const startContainerd: Command = detached(['systemctl', 'enable', '--now', 'containerd'], {
  timeoutMs: 120_000,
});

/** Where apt is told of Kubernetes' packages. Source: kubernetes.io, Installing kubeadm. */
export const kubernetesSource = '/etc/apt/sources.list.d/kubernetes.list';
const kubernetesKey = '/etc/apt/keyrings/kubernetes-apt-keyring.asc';

/** The line of one minor's repository. */
export const sourceLine = (packages: string, minor: string): string =>
  `deb [signed-by=${kubernetesKey}] ${packages}/v${minor}/deb/ /\n`;

/**
 * The repository of a minor and the key that signs it, fetched from it over TLS with what apt itself brings (apt-helper);
 * apt takes keys in ASCII armour. Nothing is left where its lists cannot be read. Source: kubernetes.io, Installing
 * kubeadm; sources.list(5), Signed-By.
 */
export const offerPackages = (packages: string, minor: string, lockSeconds: number): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        ...patiently(lockSeconds),
        `key=${kubernetesKey} list=${kubernetesSource}`,
        'new=$(mktemp -d)',
        `undo() { rc=$?; rm -rf "$new"; if [ "$rc" -ne 0 ]; then rm -f "$key" "$list"; echo "no source of Kubernetes packages was kept" >&2; fi; }`,
        'trap undo EXIT',
        ...endedBySignal,
        'umask 022',
        'chmod 755 "$new"',
        `case $1 in https:*) [ -e /etc/ssl/certs/ca-certificates.crt ] || apt-get install -y -qq --no-remove --no-install-recommends ${unattended(lockSeconds)} ca-certificates ;; esac`,
        '/usr/lib/apt/apt-helper download-file "$1/v$2/deb/Release.key" "$new/key.asc"',
        'grep -q "BEGIN PGP PUBLIC KEY BLOCK" "$new/key.asc" || { echo "$1/v$2/deb/Release.key is no key" >&2; exit 1; }',
        'mkdir -p -m 755 /etc/apt/keyrings',
        'mv "$new/key.asc" "$key"',
        `printf '%s' "$3" > "$list"`,
        updateOnly(kubernetesSource),
      ].join('\n'),
      'offer-packages',
      packages,
      minor,
      sourceLine(packages, minor),
    ],
    { timeoutMs: (lockSeconds * 2 + 300) * 1000, env: aptEnvironment },
  );

/** Where what `kubeadm init` is given lies on the first control plane; no secret is in it. */
export const initConfigurationFile = (cluster: string): string => `${hostRecord(cluster)}/kubeadm.yaml`;

/** What `kubeadm init` writes before etcd's manifest. */
const beforeEtcd = ['/etc/kubernetes/pki', ...kubeconfigs].join(' ');

const initTraces = new Set([...ownTraces, ...nodePorts['control-plane'].map((port) => `Port-${port}`)]);

/**
 * `kubeadm init`, again where one was killed in the middle: what it left is used, as kubeadm does with certificates and
 * kubeconfigs that are there. As long as there is no manifest of etcd nobody uses them yet, and what a full disk or a power
 * cut left half written would be refused each time (a key without its certificate, an empty kubeconfig): what an earlier
 * one of ours wrote is set aside then.
 * `initialised` is the mark of its end. Source: kubeadm init, "Init workflow"; kubeadm 1.35, certs.go,
 * `writeCertificateFilesIfNotExist`, kubeconfig.go, `validateKubeConfig`; lab, 1.35.4.
 */
export const initialiseCluster = (cluster: string, ignored: readonly string[]): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        `cd ${quoteWord(hostRecord(cluster))}`,
        ...oneMinuteToken('init.yaml'),
        'umask 022',
        'systemctl enable kubelet',
        `if [ -e begun ] && [ ! -e ${manifestFile('etcd')} ]; then`,
        '  aside=$(mktemp -d "$PWD/unfinished.XXXXXX")',
        `  for each in ${beforeEtcd}; do [ ! -e "$each" ] || mv "$each" "$aside/"; done`,
        'fi',
        ': > begun',
        `kubeadm init --config=init.yaml --skip-token-print --ignore-preflight-errors=${[...initTraces, ...ignored].map(quoteWord).join(',')}`,
        'touch initialised',
      ].join('\n'),
    ],
    { timeoutMs: 20 * 60_000 },
  );
