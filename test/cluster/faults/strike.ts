import { run } from '../../../docker/run-command.ts';
import type { LabCluster } from '../lab-cluster.ts';

/** What is done to real nodes. Each returns what puts it right again, where something does. */
export type Heal = () => Promise<void>;

const rule = (cluster: LabCluster, node: string, verb: '-I' | '-D', ...rest: readonly string[]) =>
  cluster.exec(node, 'iptables', verb, ...rest);

const withRules = async (cluster: LabCluster, node: string, rules: readonly (readonly string[])[]): Promise<Heal> => {
  for (const each of rules) await rule(cluster, node, '-I', ...each);
  return async () => {
    for (const each of rules) await rule(cluster, node, '-D', ...each);
  };
};

/** Packets of SSH vanish in both directions: only a keepalive can notice. */
export const cutSsh = (cluster: LabCluster, node: string): Promise<Heal> =>
  withRules(cluster, node, [
    ['INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP'],
    ['OUTPUT', '-p', 'tcp', '--sport', '22', '-j', 'DROP'],
  ]);

/** Connections to an address are refused at once, as where a server was stopped. */
export const refuse = (cluster: LabCluster, node: string, address: string): Promise<Heal> =>
  withRules(cluster, node, [['OUTPUT', '-d', address, '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset']]);

/** Every sshd of a node stands still; its connections stay open and say nothing. */
export const freezeSshd = async (cluster: LabCluster, node: string): Promise<Heal> => {
  await cluster.exec(node, 'pkill', '-STOP', '-x', 'sshd');
  return async () => void (await cluster.exec(node, 'pkill', '-CONT', '-x', 'sshd'));
};

/** What dpkg says of the packages: `hi kubeadm, iF kubelet`. */
const packageStates =
  "dpkg-query -W -f='${db:Status-Abbrev} ${Package}\\n' kubeadm kubelet kubectl | sed 's/  */ /' | paste -s -d , | sed 's/,/, /g'";

/** Waits until a process runs whose command line matches. Patterns begin with `^`, so that no shell finds itself. */
const awaited = 'i=0; until pgrep -f "$1" >/dev/null; do i=$((i + 1)); [ "$i" -lt 6000 ] || exit 1; done';

/**
 * Waits until a process runs whose command line matches `when`, and sends SIGKILL at once to everything that matches
 * `when` or one of the others. Returns dpkg's state right after.
 * @throws Error when none came in about a minute.
 */
export const killProcess = (cluster: LabCluster, node: string, when: string, ...others: readonly string[]) =>
  cluster.exec(
    node,
    'sh',
    '-c',
    `${awaited}; pkill -KILL -f "$2"; ${packageStates}`,
    'sh',
    when,
    [when, ...others].join('|'),
  );

/** apt, dpkg and the package's own script, while the kubelet's package is configured. */
export const killConfiguring = (cluster: LabCluster, node: string) =>
  killProcess(cluster, node, '^/bin/sh /var/lib/dpkg/info/kubelet.postinst', '^/usr/bin/dpkg ', '^apt-get install');

/** As killProcess, but the whole unit that nodeops runs then: no trap of its script is run. */
export const killUnit = (cluster: LabCluster, node: string, when: string) =>
  cluster.exec(
    node,
    'sh',
    '-c',
    `${awaited}; systemctl list-units --plain --no-legend --state=running 'nodeops-*' | cut -d ' ' -f 1 | xargs systemctl kill --kill-whom=all --signal=KILL; ${packageStates}`,
    'sh',
    when,
  );

/** As a power cut and the return of the power, while a process runs whose command line matches. */
export const restartNode = async (cluster: LabCluster, node: string, when: string): Promise<string> => {
  await cluster.exec(node, 'sh', '-c', awaited, 'sh', when);
  await run(['docker', 'kill', '--signal=KILL', node]);
  await run(['docker', 'start', node]);
  return cluster.exec(node, 'sh', '-c', packageStates);
};

/** Nothing can be written below a directory: a file system without a free block lies over it, with what was there. */
export const fillDirectory = async (cluster: LabCluster, node: string, directory: string): Promise<Heal> => {
  const script = [
    'set -eu',
    'size=$(du -s -B1 "$1" | cut -f 1)',
    'mkdir -p /run/full && cp -a "$1"/. /run/full/',
    'mount -t tmpfs -o size=$((size + 65536)) tmpfs "$1"',
    'cp -a /run/full/. "$1"/ && rm -rf /run/full',
    'head -c 100M /dev/zero > "$1"/fill 2>/dev/null || :',
  ].join('\n');
  await cluster.exec(node, 'sh', '-c', script, 'sh', directory);
  const back =
    'set -eu; rm -f "$1"/fill; mkdir /run/kept; cp -a "$1"/. /run/kept/; umount "$1"; find "$1" -mindepth 1 -delete; cp -a /run/kept/. "$1"/; rm -rf /run/kept';
  return async () => void (await cluster.exec(node, 'sh', '-c', back, 'sh', directory));
};

/** apt's lock is held, as by an unattended upgrade: by fcntl(2), which is what apt and dpkg look at. */
export const holdAptLock = async (cluster: LabCluster, node: string): Promise<Heal> => {
  const holder = [
    'use Fcntl qw(F_SETLK F_WRLCK);',
    'open(my $file, ">>", "/var/lib/dpkg/lock-frontend") or die;',
    'fcntl($file, F_SETLK, pack("ssx4qqlx4", F_WRLCK, 0, 0, 0, 0)) or die "taken: $!";',
    'sleep 3600;',
  ].join(' ');
  await cluster.exec(node, 'systemd-run', '--quiet', '--unit=lock-holder', 'perl', '-e', holder);
  return async () => void (await cluster.exec(node, 'systemctl', 'stop', 'lock-holder'));
};
