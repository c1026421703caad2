import type { Task } from '../../kernel.ts';
import { compareDebVersions } from '../../host/deb-version.ts';
import { ContainerdUnit } from '../../host/containerd-unit.ts';
import { freeBytes } from '../../host/disk.ts';
import { dropExtracted, extractFiles, placeFiles } from '../../host/package-files.ts';
import { beginUpdates, mergeUpdates, setHold, setVersion } from '../../host/package-state.ts';
import { noteRestart } from '../../host/restart-wanted.ts';
import type { Call } from '../../shell/tool.ts';
import type { Package } from '../../world/host.ts';

/** What dpkg needs of its call. */
export type DpkgCall = Pick<Call, 'host' | 'actor' | 'out' | 'err' | 'signalled'>;

/** An archive for dpkg. */
export interface Archive {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly installedSize: number;
}

/** A pause that signals which dpkg passes over do not shorten. */
export function* work(call: DpkgCall, low: number, high: number): Task<void> {
  const { kernel, world } = call.host;
  const until = kernel.now + world.random.between(low, high);
  while (kernel.now < until) {
    yield until;
    call.signalled();
  }
}

const unknownPackage = (call: DpkgCall, name: string): Package => {
  const made: Package = { name, version: '', status: 'half-installed', held: false };
  call.host.packages.set(name, made);
  return made;
};

/**
 * `dpkg --unpack`: paths of more than 30 characters are shortened in what it says. What a kill leaves at each of its pauses is what was seen on real hosts (half-installed with the
 * old version, then unpacked with the new one). A full disk is undone by dpkg itself: the old version stays whole
 * (tried with dpkg 1.21.22). Returns dpkg's exit code.
 */
export function* unpack(
  call: DpkgCall,
  { name, version, path, installedSize }: Archive,
  heading: string,
): Task<number> {
  const { host, actor } = call;
  const before = host.packages.get(name);
  const found = before ?? unknownPackage(call, name);
  const old = { version: found.version, status: found.status };
  if (old.version !== '' && compareDebVersions(version, old.version) < 0)
    call.err(`dpkg: warning: downgrading ${name} from ${old.version} to ${version}\n`);
  call.out(`${heading}Preparing to unpack .../${path.split('/').at(-1) ?? ''} ...\n`);
  setHold(host, found, false, actor);
  found.status = 'half-installed';
  call.out(`Unpacking ${name} (${version})${old.version === '' ? '' : ` over (${old.version})`} ...\n`);
  if (installedSize > freeBytes(host)) {
    yield* work(call, 200, 800);
    found.status = old.status;
    if (before === undefined) host.packages.delete(name);
    call.err(
      `dpkg: error processing archive ${path} (--unpack):\n cannot copy extracted data for './usr/bin/${name}' to '/usr/bin/${name}.dpkg-new': failed to write (No space left on device)\n`,
    );
    return 1;
  }
  extractFiles(host, name, version, actor);
  yield* work(call, 500, 2000);
  placeFiles(host, name, version, actor);
  found.status = 'unpacked';
  found.reinstall = true;
  setVersion(host, found, version, actor);
  yield* work(call, 80, 300);
  found.reinstall = false;
  yield* work(call, 20, 100);
  return 0;
}

/** Of a host that had none: its postinst enables and starts it, and waits until it answers (deb-systemd-invoke, `Type=notify`). */
function* startRuntime(call: DpkgCall): Task<void> {
  const unit = call.host.units.get('containerd.service');
  if (!(unit instanceof ContainerdUnit) || unit.state === 'active') return;
  unit.start();
  yield* work(call, 200, 900);
}

/** `dpkg --configure`: the postinst of no package of Kubernetes restarts anything, containerd's only itself. */
export function* configure(call: DpkgCall, found: Package): Task<void> {
  call.out(`Setting up ${found.name} (${found.version}) ...\n`);
  found.status = 'half-configured';
  yield* work(call, 150, 800);
  noteRestart(call.host, found.name, call.actor);
  if (found.name === 'containerd') yield* startRuntime(call);
  found.status = 'installed';
}

/** What others need is configured before them: kubelet asks for kubernetes-cni. */
const rank = ({ name }: Package): number => (name === 'kubernetes-cni' ? 0 : 1);

/** What waits for its configuration, as `--configure --pending` and `-a` find it. */
export const pendingPackages = ({ host }: DpkgCall): readonly Package[] =>
  [...host.packages.values()]
    .filter(({ status }) => status === 'unpacked' || status === 'half-configured')
    .toSorted((one, other) => rank(one) - rank(other));

const reading = '(Reading database ... 24731 files and directories currently installed.)\n';

/** apt gives dpkg a terminal of its own: both streams come out of it as one, with the line ends of a terminal. */
const onTerminal = (call: Call): DpkgCall => {
  const out = (text: string): void => call.out(text.replaceAll('\n', '\r\n'));
  return { host: call.host, actor: call.actor, out, err: out, signalled: () => call.signalled() };
};

/** Unpacks all, then configures all that waits: the order in which apt calls dpkg. Returns dpkg's exit code. */
export function* installArchives(outer: Call, archives: readonly Archive[]): Task<number> {
  const call = onTerminal(outer);
  const { host, actor } = call;
  mergeUpdates(host, actor);
  beginUpdates(host, actor);
  const failed: string[] = [];
  for (const [at, archive] of archives.entries())
    if ((yield* unpack(call, archive, at === 0 ? reading : '')) !== 0) failed.push(archive.path);
  for (const found of failed.length === 0 ? pendingPackages(call) : []) yield* configure(call, found);
  mergeUpdates(host, actor);
  if (failed.length === 0) return 0;
  for (const { name } of archives) dropExtracted(host, name, actor);
  call.err(`Errors were encountered while processing:\n${failed.map((path) => ` ${path}\n`).join('')}`);
  return 1;
}
