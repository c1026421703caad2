import { UsageError } from '../../model/errors.ts';
import { runtimeWishForm } from '../../model/runtime-version.ts';
import type { Parts } from '../parts.ts';
import { run, type RunOptions } from './run.ts';

export interface RuntimeUpgradeOptions extends Omit<RunOptions, 'set'> {
  readonly to?: string;
  readonly drain?: string;
}

/** As the playbook takes it. @throws UsageError for none, and for what is no version. */
const checked = (to: string | undefined): string => {
  if (to === undefined)
    throw new UsageError('to which containerd? Name it with --to 2.1.5, or --to 2 for the newest that is offered');
  const wish = to.replace(/^v/, '');
  if (!runtimeWishForm.test(wish))
    throw new UsageError(`--to ${to}: expected a version of containerd, such as 2.1.5, 2.1 or 2`);
  return wish;
};

/** `nodeops runtime upgrade`: the playbook runtime-upgrade. @throws UsageError before anything is connected to. */
export const runtimeUpgrade = (parts: Parts, { to, drain, ...options }: RuntimeUpgradeOptions): Promise<number> =>
  run(parts, 'runtime-upgrade', {
    ...options,
    set: [`runtime=${checked(to)}`, ...(drain === undefined ? [] : [`drain=${drain}`])],
  });
