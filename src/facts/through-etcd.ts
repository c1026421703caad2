import type { Command } from '../model/command.ts';
import { read } from '../commands/build.ts';
import { defineFact, type Fact, type FactPlace, type Output, type Parsed } from './fact.ts';
import { readJson } from './read-text.ts';
import { throughApi, whyNotNow } from './through-api.ts';

const noManifest = 'nodeops: this control plane has no etcd manifest';

/** A mirror pod may be missing for a minute after its kubelet restarted: only the manifest tells that etcd is elsewhere. */
const askThenLook = `"$@" && exit
code=$?
[ -e /etc/kubernetes/manifests/etcd.yaml ] || echo '${noManifest}' >&2
exit "$code"`;

/** etcd's IDs are unsigned 64-bit numbers: above 2^53 JSON.parse would round them. Read as decimal text. */
const keepIds = (json: string): string => json.replace(/"(ID|member_?id|cluster_id|leader)":(\d+)/gi, '"$1":"$2"');

const parseAnswer =
  <T>(parse: (json: unknown) => T | undefined) =>
  ({ stdout, stderr, code }: Output): Parsed<T> => {
    const json = readJson(keepIds(stdout));
    const value = json === undefined ? undefined : parse(json);
    if (value !== undefined) return { value };
    if (code === 0 || stdout.trim() !== '') return { unreadable: stdout };
    return { unavailable: whyNotNow(stderr) ?? stderr.trim() };
  };

/** What follows a failure of kubectl exec itself, before any program ran in the pod. */
const podMissing =
  /pods "etcd-\S+" not found|unable to upgrade connection|container not found|does not have a host assigned/;

export interface EtcdFactDefinition<T> {
  readonly id: string;
  readonly command: (place: FactPlace) => Command;
  /** etcdctl's JSON, its IDs as text; undefined where it is not what was expected. */
  readonly parse: (json: unknown) => T | undefined;
}

/**
 * A fact that etcdctl tells, in the etcd pod of the control plane that asks; absent where that has no etcd of its own.
 * Source: etcdctl's README (JSON output, rc 1 with JSON for unhealthy members); recorded on the lab, etcd 3.6.6.
 */
export const defineEtcdFact = <T>({ id, command, parse }: EtcdFactDefinition<T>): Fact<T> => {
  const answer = throughApi(parseAnswer(parse), { answers: [0, 1] });
  return defineFact({
    id,
    subject: 'cluster',
    command: (place) => read(['sh', '-c', askThenLook, 'sh', ...command(place).argv]),
    parse: (output) => {
      if (!podMissing.test(output.stderr)) return answer(output);
      return output.stderr.includes(noManifest) ? { absent: true } : { unavailable: output.stderr.trim() };
    },
  });
};
