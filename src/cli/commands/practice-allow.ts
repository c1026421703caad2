import { exitCode, UsageError } from '../../model/errors.ts';
import { loadOne } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import { runPlaybook } from '../playbook-run.ts';
import { practiceCluster } from '../practice-ground.ts';
import type { PracticeOptions } from './practice.ts';
import { wishesToRun } from './run.ts';

/** Whether the operator typed the cluster's name, or named it beside --yes. */
const isNamed = async (parts: Parts, name: string, { yes, confirm, cluster }: PracticeOptions): Promise<boolean> => {
  if (confirm?.includes(name) === true || (yes === true && cluster?.includes(name) === true)) return true;
  if (parts.stdout.isTTY !== true)
    throw new UsageError(
      `there is no terminal to type the name of ${name} at: say --yes --cluster ${name} to allow that tasks break it`,
    );
  const typed = await parts.prompt.ask(
    `Tasks break ${name} on purpose, and whatever runs there may be lost. Type its name to allow it: `,
  );
  if (typed !== name) parts.stderr.write(`${JSON.stringify(typed)} is not ${name}\n`);
  return typed === name;
};

/** `nodeops practice allow` and `forbid`. @throws UsageError before anything is connected to. */
export const practiceAllow = async (parts: Parts, allowed: boolean, options: PracticeOptions): Promise<number> => {
  const { cluster } = allowed ? practiceCluster(parts, options) : loadOne(parts, options, 'practised on');
  if (allowed && options.dryRun !== true && !(await isNamed(parts, cluster.name, options))) {
    parts.stdout.write('Nothing was changed.\n');
    return exitCode.usage;
  }
  const here = { ...options, cluster: [cluster.name], ...(allowed ? { yes: true } : {}) };
  return runPlaybook(parts, wishesToRun(parts, 'practice-allow', { ...here, set: [`allowed=${allowed}`] }), here);
};
