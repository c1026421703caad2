import { didYouMean } from '../../documents/nearest.ts';
import type { Selected } from '../../inventory/select.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { parseStuckName, stuckNameForm } from '../../model/stuck.ts';
import { cleanupText, type CleanupReport } from '../../report/cleanup-text.ts';
import { paintFor } from '../../report/paint.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { inLookSession, lookSideBySide, reachedOnly } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { lookForStuck } from '../stuck-sight.ts';
import { run } from './run.ts';

export type CleanupOptions = Pick<SelectionOptions, 'inventory' | 'cluster'> & PlaybookOptions;

const list = async (parts: Parts, options: CleanupOptions): Promise<number> => {
  let code: number = exitCode.done;
  const lookAt = ({ cluster }: Selected): Promise<CleanupReport> =>
    inLookSession(parts, cluster, options, async (whole) => {
      const { session } = await reachedOnly(parts, whole);
      return lookForStuck(session, parts.clock.now());
    });
  await lookSideBySide(loadSelection(parts, options), lookAt, (report) => {
    if (report.unread.length > 0) code = exitCode.blocked;
    parts.stdout.write(
      options.output === 'json'
        ? `${JSON.stringify(report)}\n`
        : cleanupText(report, paintFor(parts.stdout, parts.env)),
    );
  });
  return code;
};

const tmpForm = /^tmp\/(.+)$/;

/** @throws UsageError for what is named in no form that is known, or names no node. */
const checkName = (name: string, nodes: readonly string[]): void => {
  const node = tmpForm.exec(name)?.[1];
  if (node === undefined) {
    if (parseStuckName(name) === undefined)
      throw new UsageError(
        `cleanup ${JSON.stringify(name)}: expected ${stuckNameForm}, or tmp/NODE\n    nodeops cleanup, without a name, shows what is stuck`,
      );
    return;
  }
  if (!nodes.includes(node))
    throw new UsageError(`cleanup ${name}: there is no node ${JSON.stringify(node)}: ${didYouMean(node, nodes)}`);
};

/**
 * `nodeops cleanup`: what is stuck, and why; changes nothing. With names: the playbook cleanup, for them alone.
 * @throws UsageError before anything is connected to.
 */
export const cleanup = (parts: Parts, names: readonly string[], options: CleanupOptions): Promise<number> => {
  if (names.length === 0) return list(parts, options);
  const [selected, ...others] = loadSelection(parts, options);
  if (selected === undefined || others.length > 0)
    throw new UsageError(
      `cleanup ${names[0] ?? ''}: what is named is in one cluster: say which with --cluster (${[selected, ...others].flatMap((each) => each?.cluster.name ?? []).join(', ')})`,
    );
  const { cluster } = selected;
  for (const name of names)
    checkName(
      name,
      cluster.nodes.map((node) => node.name),
    );
  return run(parts, 'cleanup', { ...options, cluster: [cluster.name], set: [`named=${names.join(',')}`] });
};
