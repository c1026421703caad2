import { isAbsolute, join } from 'node:path';
import { UsageError } from '../../model/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `$XDG_STATE_HOME/nodeops`, by default `~/.local/state/nodeops`.
 * Source: XDG Base Directory Specification 0.8: a path that is not absolute is ignored.
 */
export const stateDirectory = (env: Environment, home: string): string => {
  const wanted = env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(wanted) ? wanted : join(home, '.local', 'state'), 'nodeops');
};

const segment = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** Whether checkedSegment takes it. */
export const isSegment = (name: string): boolean => segment.test(name);

/**
 * `name`, when it is safe as one file name.
 * @throws UsageError when it could lead out of its directory or hide in it.
 */
export const checkedSegment = (name: string, what: string): string => {
  if (segment.test(name)) return name;
  throw new UsageError(
    `${what} ${JSON.stringify(name)} cannot be a file name: letters, digits, dot, dash, underscore only`,
  );
};

export const runsDirectory = (state: string): string => join(state, 'runs');

/** Where the files of a run are. @throws UsageError for an id that is no file name. */
export const runDirectory = (state: string, run: string): string =>
  join(runsDirectory(state), checkedSegment(run, 'run'));

/** Where the plan, journal and log of one cluster's part of a run are. @throws UsageError as runDirectory. */
export const clusterDirectory = (state: string, run: string, cluster: string): string =>
  join(runDirectory(state, run), 'clusters', checkedSegment(cluster, 'cluster'));

export const artifactsDirectory = (state: string): string => join(state, 'artifacts');
