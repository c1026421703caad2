import { stringify } from 'yaml';
import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { KubeObject } from '../../world/world.ts';
import { KubectlError, request, serverOf } from './connection.ts';
import { isSet, type Parsed } from './flags.ts';
import { applied, namespaceMissing } from './kubectl-write.ts';
import { born, wishedObjects, type Wished } from './manifest-objects.ts';
import { same } from './json-patch.ts';
import { unifiedDiff } from './unified-diff.ts';

/** kubectl leaves out what it manages itself, and hides what is secret. */
const shown = (object: KubeObject): string => {
  const { resourceVersion: _version, ...metadata } = object.metadata;
  const hidden = object.kind === 'Secret' ? { data: masked(object['data']) } : {};
  const options = { sortMapEntries: true, indentSeq: false, lineWidth: 0, singleQuote: true } as const;
  // sigs.k8s.io/yaml puts what could be read as a time between double quotes.
  return stringify({ ...object, ...hidden, metadata }, options)
    .replace(/^( *creationTimestamp: )(.*)$/m, '$1"$2"')
    .replaceAll(/^( *(?:- |[^\n:]+: ))''$/gm, '$1""');
};

/** A Secret that is not there yet is masked as well, and becomes `null` (recorded, 1.35.4). */
const nothing = ({ kind }: KubeObject): string => (kind === 'Secret' ? 'null\n' : '');

const masked = (data: unknown): Record<string, string> =>
  Object.fromEntries(Object.keys(data ?? {}).map((key) => [key, '***']));

/** `v1.ConfigMap.shop.settings`, `rbac.authorization.k8s.io.v1.ClusterRole..fresh` (recorded, 1.35.4). */
const nameOf = ({ resource, object }: Wished): string =>
  [
    ...(resource.group === '' ? [] : [resource.group]),
    resource.version,
    resource.kind,
    object.metadata.namespace ?? '',
    object.metadata.name,
  ].join('.');

const stamp = (call: Call): string =>
  `${new Date(call.host.kernel.now).toISOString().slice(0, 23).replace('T', ' ')}000000 +0000`;

/** kubectl diff --server-side: 0 the same, 1 different, above that an error. It changes nothing. */
export const kubectlDiff = function* (call: Call, parsed: Parsed): Task<number> {
  if (!isSet(parsed, 'server-side')) throw new SimulatorGap('kubectl diff without --server-side');
  // Who manages which field is not simulated: without force it would never find a conflict.
  if (!isSet(parsed, 'force-conflicts')) throw new SimulatorGap('kubectl diff without --force-conflicts');
  const { world } = call.host;
  try {
    const server = serverOf(call, parsed);
    const { wished } = wishedObjects(call, parsed);
    const [live, merged] = [world.random.below(4_000_000_000), world.random.below(4_000_000_000)];
    let text = '';
    for (const one of wished.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
      const { resource, object } = one;
      const { name, namespace } = object.metadata;
      yield* request(call, server, { verb: 'get', resource, name, ...(namespace === undefined ? {} : { namespace }) });
      if (namespaceMissing(call, one))
        throw new KubectlError(`Error from server (NotFound): namespaces "${namespace ?? ''}" not found`);
      const stored = world.objects.get(resource.kind, namespace, name);
      const next = stored === undefined ? applied(born(call, object), object) : applied(stored, object);
      if (stored !== undefined && same(next, stored)) continue;
      const hunks = unifiedDiff(stored === undefined ? nothing(object) : shown(stored), shown(next));
      const file = nameOf(one);
      const [from, to] = [`/tmp/LIVE-${live}/${file}`, `/tmp/MERGED-${merged}/${file}`];
      text += `diff -u -N ${from} ${to}\n--- ${from}\t${stamp(call)}\n+++ ${to}\t${stamp(call)}\n${hunks}`;
    }
    call.out(text);
    return text === '' ? 0 : 1;
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    throw new KubectlError(error.message, { code: 2 });
  }
};
