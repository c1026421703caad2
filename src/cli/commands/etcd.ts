import { resolve } from 'node:path';
import { parseEtcdImage } from '../../model/etcd-image.ts';
import { exitCode, UsageError, worse } from '../../model/errors.ts';
import { etcdAlarmsText, etcdMembersText, etcdStatusText, type EtcdReport } from '../../report/etcd-text.ts';
import { paintFor, type Paint } from '../../report/paint.ts';
import { savedName } from '../../steps/save-etcd.ts';
import { reportEtcd } from '../etcd-report.ts';
import { notingRun } from '../first-run.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { eachCluster, reachedOnly } from '../look-session.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { run } from './run.ts';

export interface EtcdOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: OutputFormat;
  readonly acceptNewHostKeys?: boolean;
}

type Words = (report: EtcdReport, paint: Paint) => string;

/** Asks each cluster's etcd and prints the answer; exit code 3 where one could not be asked, or a node not reached. */
const ask = (parts: Parts, options: EtcdOptions, words: Words): Promise<number> =>
  eachCluster(parts, options, async (whole) => {
    const { session, lost } = await reachedOnly(parts, whole);
    const report = await reportEtcd(session);
    parts.stdout.write(
      options.output === 'json' ? `${JSON.stringify(report)}\n` : words(report, paintFor(parts.stdout, parts.env)),
    );
    return report.trouble !== undefined || report.alone.length > 0 || lost.size > 0 ? exitCode.blocked : exitCode.done;
  });

/** `nodeops etcd status`: how every member is. Changes nothing. */
export const etcdStatusCommand = (parts: Parts, options: EtcdOptions): Promise<number> =>
  ask(parts, options, etcdStatusText);

/** `nodeops etcd members`: who they are. Changes nothing. */
export const etcdMembersCommand = (parts: Parts, options: EtcdOptions): Promise<number> =>
  ask(parts, options, etcdMembersText);

/** `nodeops etcd alarms`: which are raised. Changes nothing. */
export const etcdAlarmsCommand = (parts: Parts, options: EtcdOptions): Promise<number> =>
  ask(parts, options, etcdAlarmsText);

export type EtcdChangeOptions = EtcdOptions & PlaybookOptions;

/** `nodeops etcd defrag`: the playbook etcd-defrag. @throws UsageError before anything is connected to. */
export const etcdDefrag = (parts: Parts, options: EtcdChangeOptions): Promise<number> =>
  run(parts, 'etcd-defrag', options);

/** `nodeops etcd alarms disarm`: the playbook etcd-disarm. @throws UsageError before anything is connected to. */
export const etcdDisarm = (parts: Parts, options: EtcdChangeOptions): Promise<number> =>
  run(parts, 'etcd-disarm', options);

interface UpgradeOptions extends EtcdChangeOptions {
  readonly image?: string;
}

/** `nodeops etcd upgrade`: the playbook etcd-upgrade. @throws UsageError before anything is connected to. */
export const etcdUpgrade = (parts: Parts, { image, ...options }: UpgradeOptions): Promise<number> => {
  if (image === undefined) throw new UsageError('to which image? Name it: --image registry.k8s.io/etcd:3.5.26-0');
  if (parseEtcdImage(image) === undefined)
    throw new UsageError(
      `--image ${image}: expected an image that kubeadm could name, REPOSITORY/etcd:VERSION, such as registry.k8s.io/etcd:3.5.26-0`,
    );
  return run(parts, 'etcd-upgrade', { ...options, set: [`image=${image}`] });
};

/** `nodeops etcd downgrade`: the playbook etcd-downgrade. From 3.6 to 3.5 is the only way back that etcd has so far. */
export const etcdDowngrade = (parts: Parts, options: EtcdChangeOptions): Promise<number> =>
  run(parts, 'etcd-downgrade', { ...options, set: ['minor=3.5'] });

interface SnapshotOptions extends EtcdChangeOptions {
  /** A folder that gets a copy, beside the one that nodeops keeps. */
  readonly out?: string;
}

const checkFolder = async (parts: Parts, out: string): Promise<string> => {
  const folder = resolve(parts.cwd, out);
  if ((await parts.privateFiles.find(folder)) === 'folder') return folder;
  throw new UsageError(`--out ${out}: there is no folder of that name; make it first`);
};

const tellSnapshot = async (
  parts: Parts,
  cluster: string,
  runId: string,
  { output }: SnapshotOptions,
  folder: string | undefined,
): Promise<void> => {
  const artifacts = await parts.artifacts();
  const [snapshot, status] = await Promise.all(
    ['db', 'json'].map((ending) => artifacts.find(`${savedName(cluster, runId)}.${ending}`)),
  );
  if (snapshot === undefined || status === undefined) return;
  const told: unknown = JSON.parse(parts.readFile(status.path));
  const { path, bytes, sha256 } = snapshot;
  const copy = folder === undefined ? undefined : resolve(folder, `etcd-${cluster}-${runId}.db`);
  const where = copy === undefined ? {} : { copy };
  parts.stdout.write(
    output === 'json'
      ? `${JSON.stringify({ type: 'snapshot', cluster, path, bytes, sha256, status: told, ...where })}\n`
      : `${cluster}: ${path}\n    ${bytes} bytes, sha256 ${sha256}\n    ${JSON.stringify(told)}\n`,
  );
  // Told before: should the copy fail, the snapshot is there all the same.
  if (copy === undefined) return;
  await parts.copyFile(path, copy);
  if (output === 'text') parts.stdout.write(`${cluster}: copied to ${copy}\n`);
};

/**
 * `nodeops etcd snapshot`: the playbook etcd-snapshot, and where the file is. @throws UsageError before anything is
 * connected to.
 */
export const etcdSnapshot = async (parts: Parts, options: SnapshotOptions): Promise<number> => {
  const folder = options.out === undefined ? undefined : await checkFolder(parts, options.out);
  let worst: number = exitCode.done;
  for (const { cluster } of loadSelection(parts, options)) {
    const noting = notingRun(parts);
    const code = await run(noting.parts, 'etcd-snapshot', { ...options, cluster: [cluster.name] });
    const id = noting.run();
    if (code === exitCode.done && id !== undefined) await tellSnapshot(parts, cluster.name, id, options, folder);
    worst = worse(worst, code);
  }
  return worst;
};
