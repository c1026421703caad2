import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { KubeObject, StoredObject } from '../../world/world.ts';
import { answered, etcdVersion } from './etcd-client.ts';
import type { Parsed } from './flags.ts';
import { resourceOfKind } from './resources.ts';

/** Where API servers store what is not called as its resource (k8s.io/kubernetes, pkg/registry/core). */
const otherwise: Readonly<Record<string, string>> = { nodes: 'minions', services: 'services/specs' };

const keyOf = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): string => {
  const plural = resourceOfKind(apiVersion, kind)?.plural;
  if (plural === undefined) throw new SimulatorGap(`the key of a ${apiVersion} ${kind} in etcd`);
  const prefix = kind === 'CustomResourceDefinition' ? `apiextensions.k8s.io/${plural}` : (otherwise[plural] ?? plural);
  return `/registry/${prefix}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
};

const chosen = (flags: Parsed['flags']): ((stored: StoredObject) => boolean) => {
  const [made, written] = ['min-create-rev', 'min-mod-rev'].map((name) => Number(flags.get(name) ?? '0'));
  return ({ object, madeAt }) => madeAt >= (made ?? 0) && Number(object.metadata.resourceVersion) >= (written ?? 0);
};

/** What an API server puts into an etcd that began with nothing (lab, 1.35.4). */
const ofItsOwn = 224;

/**
 * `get /registry/ --prefix`, as a count (`-w fields`) or as keys. A key and an empty line for its value, in the order of
 * keys. Recorded on the lab, etcd 3.6.6 and 3.6.8.
 */
export const keysOfRegistry = function* (call: Call, { flags }: Parsed): Task<number> {
  const fine: boolean = yield* answered(call, { method: '/etcdserverpb.KV/Range', failure: 'Error: ' });
  if (!fine) return 1;
  const { host } = call;
  const { etcd, objects } = host.world;
  const { empty, clusterId, memberId, revision } = etcd.runOf(host.name);
  const all = objects.everything();
  if (flags.get('count-only') === 'true') {
    if (flags.get('write-out') !== 'fields') throw new SimulatorGap('etcdctl get --count-only but for fields');
    call.out(
      `"ClusterID" : ${clusterId}\n"MemberID" : ${memberId}\n"Revision" : ${revision}\n"RaftTerm" : ${etcd.term}\n"More" : false\n"Count" : ${empty ? ofItsOwn : all.length}\n`,
    );
    return 0;
  }
  if (empty || flags.get('keys-only') !== 'true' || etcdVersion(call, host.name).startsWith('3.5.'))
    throw new SimulatorGap('etcdctl get /registry/ in that way');
  const keys = all.filter(chosen(flags)).map(({ object }) => keyOf(object));
  call.out(
    keys
      .toSorted()
      .map((key) => `${key}\n\n`)
      .join(''),
  );
  return 0;
};
