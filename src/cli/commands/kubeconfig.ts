import { join, resolve } from 'node:path';
import { mergeKubeconfig, renameKubeconfig, type Kubeconfig } from '../../documents/kubeconfig.ts';
import { adminKubeconfig } from '../../facts/admin-kubeconfig.ts';
import { controlPlanes } from '../../model/cluster.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { observeNode } from '../../run/observe.ts';
import { reachableOnly } from '../../run/reach.ts';
import type { Session } from '../../run/session.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { inLookSession } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import { whyUnknown } from '../why-unknown.ts';

export interface KubeconfigOptions extends Pick<SelectionOptions, 'inventory'> {
  readonly acceptNewHostKeys?: boolean;
  readonly out?: string;
  readonly merge?: boolean;
  readonly force?: boolean;
}

/** Where kubectl looks: the first of KUBECONFIG, otherwise the home directory's. Source: kubernetes.io, "Organizing Cluster Access". */
const usedByKubectl = ({ env, home, cwd }: Parts): string => {
  const [first] = (env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  return first === undefined ? join(home, '.kube', 'config') : resolve(cwd, first);
};

/** @throws UsageError where nothing can be written there, or something is there. */
const placeFor = async (parts: Parts, cluster: string, { out, merge, force }: KubeconfigOptions): Promise<string> => {
  if (merge === true && out !== undefined) throw new UsageError('--merge and --out: take one of them');
  const path = merge === true ? usedByKubectl(parts) : resolve(parts.cwd, out ?? `${cluster}.kubeconfig`);
  const there = await parts.privateFiles.find(path);
  if (there === 'no folder') throw new UsageError(`there is no folder for ${path}\n    make it first: mkdir -p`);
  if (there === 'folder') throw new UsageError(`${path} is a folder\n    name a file with --out`);
  if (there === 'file' && merge !== true && force !== true)
    throw new UsageError(`${path} is there already\n    name another file with --out, or write over it with --force`);
  return path;
};

/** @throws UsageError where the file is none, or has another cluster of that name. */
const mergedInto = async (
  parts: Parts,
  path: string,
  added: Kubeconfig,
  cluster: string,
  force: boolean,
): Promise<string> => {
  if ((await parts.privateFiles.find(path)) === 'nothing') return added.text;
  const before = parts.readFile(path);
  const merged = mergeKubeconfig(before, added, cluster, force);
  if ('unreadable' in merged)
    throw new UsageError(`${path} is no kubeconfig: ${merged.unreadable}\n    write a file of its own with --out`);
  if ('taken' in merged)
    throw new UsageError(
      `${path} has another cluster called ${cluster}: ${merged.taken}, this one is ${added.server}\n    take its place with --force, or write a file of its own with --out`,
    );
  await parts.privateFiles.write(`${path}.before-nodeops`, before, { replace: true });
  return merged.text;
};

interface Found {
  readonly kubeconfig?: Kubeconfig;
  /** By control plane, why it gave none. */
  readonly lost: ReadonlyMap<string, string>;
}

/** Of the first control plane that gives one. */
const findKubeconfig = async (whole: Session, name: string): Promise<Found> => {
  const { session, lost: away } = await reachableOnly(whole);
  const lost = new Map(away);
  for (const { name: node } of controlPlanes(session.cluster)) {
    const seen = (await observeNode(session, node, [adminKubeconfig])).get(adminKubeconfig.key);
    const renamed = seen?.kind === 'value' ? renameKubeconfig(String(seen.value), name) : undefined;
    if (renamed !== undefined) return { kubeconfig: renamed, lost };
    if (seen?.kind === 'value') lost.set(node, 'its admin.conf is no kubeconfig of one cluster');
    else lost.set(node, whyUnknown(seen, 'it has no admin.conf'));
  }
  return { lost };
};

/**
 * `nodeops kubeconfig CLUSTER`: writes the administrator's kubeconfig into a file of mode 0600, or merges it into that of
 * kubectl. Exit code 3 where no control plane gave it. @throws UsageError for what cannot be written.
 */
export const kubeconfig = async (parts: Parts, name: string, options: KubeconfigOptions): Promise<number> => {
  const [selected] = loadSelection(parts, { ...options, cluster: [name] });
  if (selected === undefined) throw new UsageError(`there is no cluster ${JSON.stringify(name)}`);
  const path = await placeFor(parts, name, options);
  return inLookSession(parts, selected.cluster, options, async (session) => {
    const { kubeconfig: added, lost } = await findKubeconfig(session, name);
    for (const [node, why] of lost) parts.stderr.write(`${name}/${node}: ${why}\n`);
    if (added === undefined) {
      parts.stderr.write(`no control plane of ${name} gave its kubeconfig: nothing was written\n`);
      return exitCode.blocked;
    }
    const force = options.force === true;
    const text = options.merge === true ? await mergedInto(parts, path, added, name, force) : added.text;
    await parts.privateFiles.write(path, text, { replace: options.merge === true || force });
    parts.stdout.write(`${path}: context ${name}, ${added.server}\n`);
    return exitCode.done;
  });
};
