import type { Dependency } from '../world/world.ts';
import type { Found } from './found.ts';
import type { Wish } from './invariant.ts';
import type { Maintenance } from './maintenance-wish.ts';
import { isUnschedulable, kubernetesPackages, workloadPods } from './reading.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

/** The maintenance that a node takes part in, where it does. */
export const maintenanceOf = ({ maintenance }: Wish, node: string): Maintenance | undefined =>
  maintenance?.nodes.has(node) === true ? maintenance : undefined;

const parts = (version: string): readonly string[] => version.match(/\d+|[^\d]+/g) ?? [];

/** The order of what comes before a part ends: `~` before nothing, nothing before letters, those before all else. */
const weight = (letter: string | undefined): number => {
  if (letter === '~') return -1;
  if (letter === undefined) return 0;
  return /[A-Za-z]/.test(letter) ? (letter.codePointAt(0) ?? 0) : 1000 + (letter.codePointAt(0) ?? 0);
};

const comparePart = (a: string, b: string): number => {
  if (/^\d/.test(a) && /^\d/.test(b)) return Number(a) - Number(b);
  const [x, y] = [a, b].map((part) => part.replaceAll(/\d/g, ''));
  for (let at = 0; at < Math.max(x?.length ?? 0, y?.length ?? 0); at += 1) {
    const difference = weight(x?.[at]) - weight(y?.[at]);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Negative where `a` is the older one. Source: deb-version(7), without epochs: nothing here has any. */
export const compareVersions = (a: string, b: string): number => {
  const [x, y] = [parts(a), parts(b)];
  for (let at = 0; at < Math.max(x.length, y.length); at += 1) {
    const difference = comparePart(x[at] ?? '', y[at] ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
};

interface Newest {
  readonly version: string;
  readonly depends: readonly Dependency[];
  readonly isSecurity: boolean;
}

/** What the distribution's archives have by now; undefined for a package that is none of theirs. */
const newestOf = ({ archives }: SeenWorld, name: string): Newest | undefined => {
  const all = archives.flatMap(({ label, packages }) =>
    packages.filter((each) => each.name === name).map((each) => ({ ...each, label })),
  );
  const newest = all.toSorted((a, b) => compareVersions(b.version, a.version))[0];
  if (newest === undefined) return undefined;
  const { version, depends = [] } = newest;
  const isSecurity = all.some((each) => each.version === version && each.label.includes('Security'));
  return { version, depends, isSecurity };
};

/** Why a package of the distribution has to stay as it is; undefined where it may be patched. */
export const whyKept = (host: SeenHost, name: string, wish: Maintenance, world: SeenWorld): string | undefined => {
  if (kubernetesPackages.has(name)) return 'it is of Kubernetes';
  if (wish.excluded.has(name)) return 'it is excluded';
  if (host.packages.get(name)?.held === true) return 'it is held';
  return wish.securityOnly && newestOf(world, name)?.isSecurity !== true ? 'it is no security update' : undefined;
};

/** Whether a package can be at its newest: it may, and so may all that it asks for. */
const canCome = (world: SeenWorld, host: SeenHost, name: string, wish: Maintenance): boolean => {
  const newest = newestOf(world, name);
  if (newest === undefined || whyKept(host, name, wish, world) !== undefined) return false;
  return newest.depends.every(({ name: asked, atLeast = '' }) => {
    const installed = host.packages.get(asked)?.version;
    return (installed !== undefined && compareVersions(installed, atLeast) >= 0) || canCome(world, host, asked, wish);
  });
};

/** What is to be patched on a host and is not, and what is half done, a line each. */
export const patchLacks = (world: SeenWorld, host: SeenHost, wish: Maintenance): readonly string[] =>
  [...host.packages.values()].flatMap(({ name, version, status }) => {
    if (status !== 'installed') return [`package ${name} is ${status}`];
    const newest = newestOf(world, name);
    return newest !== undefined && compareVersions(version, newest.version) < 0 && canCome(world, host, name, wish)
      ? [`package ${name} is ${version}, and ${newest.version} is offered`]
      : [];
  });

/** Whether a host asks for a restart, or has a kernel that is newer than the one that runs. */
export const wantsRestart = ({ files, boot }: SeenHost): boolean => {
  if (files.stat('/run/reboot-required') !== undefined) return true;
  const start = 'vmlinuz-';
  const kernels =
    files.stat('/boot') === undefined
      ? []
      : files.list('/boot').flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
  return kernels.includes(boot.release) && kernels.some((release) => compareVersions(release, boot.release) > 0);
};

/** Whether a restart is still to come on a host. */
export const restartDue = (host: SeenHost, { reboot }: Maintenance, found: Found): boolean => {
  if (reboot === 'never') return false;
  return reboot === 'always' ? host.boot.id === found.boots.get(host.name) : wantsRestart(host);
};

const stillOut = (world: SeenWorld, host: SeenHost, found: Found): readonly string[] => {
  const { name } = host;
  const pods = workloadPods(world, name).map(({ metadata }) => metadata.name);
  const node = world.objects.get('Node', undefined, name);
  const marked = node?.metadata.annotations?.['nodeops.dev/kept-out-by'] !== undefined;
  const lacks = pods.length === 0 ? [] : [`${pods.join(', ')} still run there`];
  // What a person has given back meanwhile is theirs to know.
  if (found.opened.has(name)) return [];
  return isUnschedulable(world, name) && !marked && !found.cordoned.has(name)
    ? [...lacks, 'it does not bear the mark of who is to give it back']
    : lacks;
};

/** What a maintenance that has come to its end left undone on a host that took part, a line each. */
export const maintenanceLacks = (
  world: SeenWorld,
  host: SeenHost,
  wish: Maintenance,
  found: Found,
): readonly string[] => {
  const { operation } = wish;
  if (operation === 'drain') return stillOut(world, host, found);
  if (operation === 'cordon') return stillOut(world, host, found).filter((lack) => !lack.includes('still run'));
  if (operation === 'uncordon') return [];
  return [
    ...(operation === 'os-patch' ? patchLacks(world, host, wish) : []),
    ...(restartDue(host, wish, found) ? ['it was not restarted'] : []),
  ];
};

/** Whether a node is cordoned once all is done; undefined where both is right. */
export const staysCordoned = (node: string, wish: Wish, found: Found): boolean | undefined => {
  const operation = maintenanceOf(wish, node)?.operation;
  if (operation === 'uncordon' && found.keptOut.has(node)) return false;
  if (operation === 'drain' || operation === 'cordon') return found.opened.has(node) ? undefined : true;
  // Whoever cordoned the node of the machine before has cordoned another one.
  if (wish.nodes?.joins.has(node) === true && wish.nodes.leaves.has(node)) return undefined;
  return found.cordoned.has(node);
};
