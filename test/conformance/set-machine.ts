import type { LabState, MachineState } from '../../docker/record/state.ts';
import { toBytes } from '../../src/simulator/files/bytes.ts';
import { placeFiles } from '../../src/simulator/host/package-files.ts';
import { snapshotText } from '../../src/simulator/tools/kubernetes/etcd-snapshot-file.ts';
import { beginUpdates } from '../../src/simulator/host/package-state.ts';
import { componentNames, manifestPath } from '../../src/simulator/cluster/manifests.ts';
import { byCluster } from '../../src/simulator/world/actor.ts';
import type { Host, Package } from '../../src/simulator/world/host.ts';
import { watchedFiles } from './look-at-world.ts';
import { byRoot, pass, typed } from './simulated-lab.ts';

type Texts = ReadonlyMap<string, string>;

const statuses: Readonly<Record<string, Package['status']>> = {
  i: 'installed',
  U: 'unpacked',
  H: 'half-installed',
  F: 'half-configured',
};

const setPackages = (host: Host, { packages, interrupted }: MachineState): void => {
  for (const [name, told] of Object.entries(packages)) {
    const [, wanted, letter = '', version = ''] = /^(.)(.)R? +(.*)$/.exec(told) ?? [];
    const status = statuses[letter];
    if (status === undefined) throw new Error(`${name}: dpkg’s ${told} is not understood`);
    host.packages.set(name, { name, version, status, held: wanted === 'h' });
    placeFiles(host, name, version);
  }
  for (const name of host.packages.keys()) if (!(name in packages)) host.packages.delete(name);
  if (interrupted) beginUpdates(host, byCluster);
};

const makeParent = (host: Host, path: string): void => {
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (host.files.stat(parent) === undefined) host.files.makeDirectory(parent, byCluster, { parents: true });
};

const put = (host: Host, path: string, text: string, mode: number): void => {
  makeParent(host, path);
  const at = host.files.stat(path);
  host.files.write(path, text, byCluster, { mode: at?.mode ?? mode });
};

/** The files of which a text is known say the same; others are there or not, with the simulator's own text. */
const setFiles = (host: Host, { files, listing }: MachineState, texts: Texts): void => {
  for (const path of watchedFiles(host)) if (!(path in files)) host.files.remove(path, byCluster);
  for (const [path, hash] of Object.entries(files)) {
    const text = texts.get(hash);
    if (text !== undefined) put(host, path, toBytes(text), 0o644);
    else if (host.files.stat(path) === undefined) put(host, path, `recorded ${hash}\n`, 0o644);
  }
  for (const path of listing) {
    if (path.startsWith('/var/lib/apt/lists/')) continue;
    if (path.startsWith('/var/lib/etcd/') && path.endsWith('.db')) {
      put(host, path, snapshotText(host, '3.6.6'), 0o600);
      continue;
    }
    if (path.endsWith('/')) host.files.makeDirectory(path.slice(0, -1), byCluster, { parents: true, mode: 0o700 });
    else if (host.files.stat(path) === undefined) put(host, path, '', 0o600);
  }
};

const listsDirectory = '/var/lib/apt/lists';

/** apt's lists, as an update of each minor leaves them. */
const setLists = (host: Host, { listing }: MachineState): void => {
  const wanted = listing.filter((path) => path.startsWith(`${listsDirectory}/`)).map((path) => path.split('/').at(-1));
  const minors = new Set(wanted.map((name) => /_v(\d+\.\d+)_deb_/.exec(name ?? '')?.[1]));
  for (const minor of minors) {
    if (minor === undefined || host.files.list(listsDirectory).some((name) => name.includes(`_v${minor}_`))) continue;
    const line = `deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ /`;
    byRoot(
      host.world,
      host.name,
      `echo '${line}' > /root/minor.list; apt-get update -qq -o Dir::Etc::sourcelist=/root/minor.list -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0; rm /root/minor.list`,
    );
  }
  for (const name of host.files.list(listsDirectory))
    if (name.includes('k8s') && !wanted.includes(name)) host.files.remove(`${listsDirectory}/${name}`, byCluster);
};

/** Units that ended badly and are still known: with the code of a mutex that was taken, or by a signal. */
const setUnits = (host: Host, { units }: MachineState): void => {
  for (const [name, state] of Object.entries(units)) {
    if (name === 'kubelet.service' || name === 'containerd.service') continue;
    const script = state.includes('Result=signal')
      ? 'kill -9 $$'
      : state.includes('running')
        ? 'sleep 100000'
        : 'exit 75';
    const made = typed(host.world, host.name, `sudo -n -- systemd-run --quiet --unit=${name} sh -c '${script}'`);
    if (made.exit !== 0) throw new Error(`${name} was not made: ${made.stderr}`);
  }
};

const manifests = (host: Host): string =>
  componentNames
    .map((name) => {
      const path = manifestPath(name);
      return host.files.stat(path) === undefined ? 'none' : host.files.read(path);
    })
    .join();

const versionOf = (machine: MachineState): string | undefined =>
  machine.kubelet ?? machine.packages['kubelet']?.replace(/^\S+ +/, '').replace(/-[^-]*$/, '');

/** Sets packages, files and units; says whether something has begun that takes its time. */
export const setMachine = (host: Host, machine: MachineState, texts: Texts): boolean => {
  const before = { manifests: manifests(host), kubelet: host.kubelet.running };
  host.boot.id = machine.bootId;
  setPackages(host, machine);
  setFiles(host, machine, texts);
  setLists(host, machine);
  for (const name of machine.archives ?? []) put(host, `/var/cache/apt/archives/${name}`, `!<arch>\n${name}\n`, 0o644);
  setUnits(host, machine);
  if (machine.units['kubelet.service']?.includes('NeedDaemonReload=no') === true)
    byRoot(host.world, host.name, 'systemctl daemon-reload');
  const wanted = versionOf(machine);
  if (wanted !== undefined && wanted !== before.kubelet) {
    // A start takes what is installed.
    const found = host.packages.get('kubelet');
    const installed = found?.version ?? '';
    if (found !== undefined) found.version = `${wanted}-1.1`;
    host.services.kubelet.stop(byCluster);
    host.services.kubelet.start(byCluster);
    if (found !== undefined) found.version = installed;
    return true;
  }
  return manifests(host) !== before.manifests;
};

/** At last, since it does not last: a kubelet that was stopped or could not run a moment before the line. */
export const settleKubelet = (host: Host, machine: MachineState, state: LabState): void => {
  if (machine.kubelet !== undefined) return;
  const unit = machine.units['kubelet.service'] ?? '';
  const words = unit.includes('auto-restart') || unit.includes('activating') ? 'restart' : 'stop';
  byRoot(host.world, host.name, `systemctl ${words} kubelet`);
  pass(host.world, state.cluster === undefined ? 3000 : 1000);
};
