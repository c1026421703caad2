import type { Ui } from '../../ports/ui.ts';
import type { LogFile } from './log-file.ts';

export interface LogUiOptions {
  /** Absolute path of the log of a cluster's part of the run: `…/clusters/<name>/log`. */
  readonly pathOf: (cluster: string) => string;
  /** Called once a cluster whose log cannot be written. A run goes on without its log: the journal is the record. */
  readonly onProblem: (path: string, error: Error) => void;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Keeps every event, command output included, in one log file a cluster. Loads pino when called. */
export const createLogUi = async ({ pathOf, onProblem }: LogUiOptions): Promise<Ui> => {
  const { openLogFile } = await import('./log-file.ts');
  const files = new Map<string, LogFile | undefined>();
  const refused = new Set<string>();
  const refuse = (path: string, error: Error): void => {
    if (!refused.has(path)) onProblem(path, error);
    refused.add(path);
  };
  const open = (path: string): LogFile | undefined => {
    try {
      return openLogFile(path, (error) => refuse(path, error));
    } catch (error) {
      refuse(path, asError(error));
      return undefined;
    }
  };
  const fileOf = (cluster: string): LogFile | undefined => {
    if (!files.has(cluster)) files.set(cluster, open(pathOf(cluster)));
    return files.get(cluster);
  };
  return {
    begin: (plan) => void fileOf(plan.cluster),
    event: (event) => fileOf(event.cluster)?.write(event),
    // What is said to the person who watches is no part of the record.
    notice: () => undefined,
    end: async () => {
      const opened = [...files.values()].filter((file) => file !== undefined);
      await Promise.all(opened.map((file) => file.end()));
    },
  };
};
