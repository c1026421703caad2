import { hostSays, noManifest, notRunning } from '../commands/find-etcd.ts';
import type { Command } from '../model/command.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { readJson } from './read-text.ts';

/** etcd's IDs are unsigned 64-bit numbers: above 2^53 JSON.parse would round them. Read as decimal text. */
const keepIds = (json: string): string => json.replace(/"(ID|member_?id|cluster_id|leader)":(\d+)/gi, '"$1":"$2"');

/** How an ID is typed: `etcdctl member promote ea10e07ef15cabd4`. */
export const hexId = (id: string): string => (/^\d+$/.test(id) ? BigInt(id).toString(16) : id);

/** etcdctl's JSON, its IDs as text; undefined where it is none. */
export const readEtcdJson = (stdout: string): unknown => readJson(keepIds(stdout));

/** etcdctl's last words in an operator's; before them its client logs every attempt as a line of JSON. */
const complaint = (stderr: string): string => {
  const said = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('{'))
    .map((line) => line.replace(/^Error: (failed to fetch endpoints from etcd cluster member list: )?/, ''))
    .join('; ');
  if (said.includes('context deadline exceeded'))
    return 'etcd does not answer, or has no quorum (context deadline exceeded)';
  return said.startsWith('etcd') ? said : `etcdctl: ${said}`;
};

/**
 * A parser of what a question on a control plane or an etcd host printed, whose etcd may be elsewhere, stopped, or
 * without quorum.
 * Recorded on the lab, etcd 3.5.24 and 3.6.6.
 */
export const throughEtcd =
  <T>(parse: (stdout: string) => T | undefined) =>
  ({ stdout, stderr, code }: Output): Parsed<T> => {
    if (stderr.includes(noManifest)) return { absent: true };
    const ofHost = stderr.split('\n').find((line) => line.startsWith(hostSays));
    if (ofHost !== undefined) return { unavailable: ofHost.slice(hostSays.length) };
    if (stderr.includes(notRunning)) return { unavailable: notRunning.replace('nodeops: ', '') };
    const value = parse(stdout);
    if (value !== undefined) return { value };
    // Asked for itself, an etcd that does not answer is JSON's null.
    if (code === 0 || !['', 'null'].includes(stdout.trim()))
      return { unreadable: stdout.trim() || `etcdctl: rc ${code}, nothing said` };
    return { unavailable: stderr.trim() === '' ? `etcdctl: rc ${code}, nothing said` : complaint(stderr) };
  };

export interface EtcdFactDefinition<T> {
  readonly id: string;
  readonly command: Command;
  /** etcdctl's JSON, its IDs as text; undefined where it is not what was expected. */
  readonly parse: (json: unknown) => T | undefined;
}

/**
 * A fact that etcdctl tells on the control plane that is asked; absent where that has no etcd of its own. No API server
 * and no kubelet takes part. Source: etcdctl's README (JSON output, rc 1 with JSON for unhealthy members).
 */
export const defineEtcdFact = <T>({ id, command, parse }: EtcdFactDefinition<T>): Fact<T> =>
  defineFact({
    id,
    subject: 'cluster',
    through: 'etcd',
    command,
    parse: throughEtcd((stdout) => {
      const json = readEtcdJson(stdout);
      return json === undefined ? undefined : parse(json);
    }),
  });
