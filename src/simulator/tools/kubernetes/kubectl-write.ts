import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { KubeObject } from '../../world/world.ts';
import { checkWritable, KubectlError, request, serverOf, type Server } from './connection.ts';
import { isSet, type Parsed } from './flags.ts';
import { jsonPatch, mergePatch, operationsIn, same } from './json-patch.ts';
import { namespaceOf, queriesOf } from './kubectl-get.ts';
import { isKubeObject } from '../../cluster/objects.ts';
import { field, isMap } from './value.ts';
import { born, wishedObjects, type Wished } from './manifest-objects.ts';
import { qualified, singular, type Resource } from './resources.ts';

/** The stored object becomes what `wished` says: whoever holds it sees the change, as its controllers do. */
const become = (call: Call, stored: KubeObject, wished: KubeObject): void => {
  const before = stored as Record<string, unknown>;
  const specChanged = !same(before['spec'], wished['spec']);
  for (const key of Object.keys(before)) if (!(key in wished)) delete before[key];
  Object.assign(before, wished);
  if (specChanged && stored.metadata.generation !== undefined) stored.metadata.generation += 1;
  call.host.world.objects.put(stored, call.actor);
};

const invalid = (): KubectlError =>
  new KubectlError('The request is invalid: the server rejected our request due to an error in our request');

/** Patches one object in one request. @throws KubectlError where it is missing, or the patch is refused. */
export const patchObject = function* (
  call: Call,
  server: Server,
  target: { readonly resource: Resource; readonly namespace?: string; readonly name: string },
  change: (object: KubeObject) => unknown,
): Task<'patched' | 'unchanged'> {
  yield* request(call, server, { verb: 'patch', ...target });
  checkWritable(call);
  const { objects } = call.host.world;
  const object = objects.get(target.resource.kind, target.namespace, target.name);
  if (object === undefined)
    throw new KubectlError(`Error from server (NotFound): ${qualified(target.resource)} "${target.name}" not found`);
  const patched = change(object);
  if (!isKubeObject(patched)) throw invalid();
  if (same(patched, object)) return 'unchanged';
  become(call, object, patched);
  return 'patched';
};

/** kubectl patch. Source: kubectl patch --help; RFC 6902; the text of a refusal: apimachinery, NewGenericServerResponse 422. */
export const kubectlPatch = function* (call: Call, parsed: Parsed): Task<number> {
  const server = serverOf(call, parsed);
  const [query] = queriesOf(parsed.words);
  const name = query?.names[0];
  if (query === undefined || name === undefined) throw new SimulatorGap(`kubectl patch ${parsed.words.join(' ')}`);
  const { resource } = query;
  const namespace = resource.namespaced ? namespaceOf(parsed) : undefined;
  const type = parsed.flags.get('type') ?? 'strategic';
  const patch: unknown = JSON.parse(parsed.flags.get('patch') ?? '');
  if (type !== 'json' && type !== 'merge') throw new SimulatorGap(`kubectl patch --type=${type}`);
  const outcome = yield* patchObject(
    call,
    server,
    { resource, name, ...(namespace === undefined ? {} : { namespace }) },
    (object) => (type === 'json' ? jsonPatch(object, operationsIn(patch)) : mergePatch(object, patch)),
  );
  const format = parsed.flags.get('output');
  if (format === 'name') call.out(`${singular(resource)}/${name}\n`);
  else if (format === undefined)
    call.out(`${singular(resource)}/${name} patched${outcome === 'unchanged' ? ' (no change)' : ''}\n`);
  else throw new SimulatorGap(`kubectl patch: output ${format}`);
  return 0;
};

export const namespaceMissing = (call: Call, { object, resource }: Wished): boolean =>
  resource.namespaced &&
  call.host.world.objects.get('Namespace', undefined, object.metadata.namespace ?? '') === undefined;

const store = (call: Call, object: KubeObject): void => call.host.world.objects.put(born(call, object), call.actor);

/** kubectl create -f. */
export const kubectlCreate = function* (call: Call, parsed: Parsed): Task<number> {
  const server = serverOf(call, parsed);
  const { wished, from } = wishedObjects(call, parsed);
  let code = 0;
  for (const one of wished) {
    const { resource, object } = one;
    const { name, namespace } = object.metadata;
    yield* request(call, server, { verb: 'create', resource, name, ...(namespace === undefined ? {} : { namespace }) });
    checkWritable(call);
    const taken = call.host.world.objects.get(resource.kind, namespace, name) !== undefined;
    if (taken || namespaceMissing(call, one)) {
      const why = taken
        ? `(AlreadyExists): error when creating "${from}": ${qualified(resource)} "${name}" already exists`
        : `(NotFound): error when creating "${from}": namespaces "${namespace ?? ''}" not found`;
      call.err(`Error from server ${why}\n`);
      code = 1;
    } else {
      store(call, object);
      call.out(`${singular(resource)}/${name} created\n`);
    }
  }
  return code;
};

const selectorOf = (object: KubeObject): unknown => field(object['spec'], 'selector');

/** apps/v1: a selector cannot be changed (recorded, 1.35.4). */
const checkImmutable = (stored: KubeObject, next: KubeObject): void => {
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(stored.kind) || same(selectorOf(stored), selectorOf(next)))
    return;
  throw new KubectlError(
    `The ${stored.kind} "${stored.metadata.name}" is invalid: spec.selector: Invalid value: ${JSON.stringify(selectorOf(next))}: field is immutable`,
  );
};

/** Maps of labels are replaced as a whole where they select: merging would keep what nobody wished. */
const wholeSelector = (wished: KubeObject, merged: KubeObject): KubeObject => {
  const selector = selectorOf(wished);
  const spec: unknown = merged['spec'];
  return selector === undefined || !isMap(spec) ? merged : { ...merged, spec: { ...spec, selector } };
};

/**
 * What a server-side apply makes of an object: the fields that the manifest names, lists as a whole.
 * @throws KubectlError for a field that cannot be changed.
 */
export const applied = (stored: KubeObject, wished: KubeObject): KubeObject => {
  const merged = wholeSelector(wished, mergedWith(stored, wished));
  checkImmutable(stored, merged);
  return merged;
};

const mergedWith = (stored: KubeObject, wished: KubeObject): KubeObject => {
  const { stringData, ...fields } = wished;
  const { stringData: _given, ...base } = stored;
  const secret = isMap(stringData) ? { data: encoded(stringData) } : {};
  const merged = mergePatch(base, { ...withoutEmpty(fields), ...secret });
  if (!isKubeObject(merged)) throw new SimulatorGap('kubectl apply: what came of it is no object');
  return merged;
};

/** An empty list of rules is stored as null: to wish for it changes nothing. */
const withoutEmpty = (wished: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { rules, ...rest } = wished;
  return Array.isArray(rules) && rules.length === 0 ? rest : wished;
};

const encoded = (data: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]));

/** kubectl apply --server-side. Without it, kubectl keeps an annotation that is not modelled. */
export const kubectlApply = function* (call: Call, parsed: Parsed): Task<number> {
  if (!isSet(parsed, 'server-side')) throw new SimulatorGap('kubectl apply without --server-side');
  // Who manages which field is not simulated: without force it would never find a conflict.
  if (!isSet(parsed, 'force-conflicts')) throw new SimulatorGap('kubectl apply without --force-conflicts');
  const server = serverOf(call, parsed);
  const { wished } = wishedObjects(call, parsed);
  let code = 0;
  for (const one of wished) {
    const { resource, object } = one;
    const { name, namespace } = object.metadata;
    yield* request(call, server, { verb: 'patch', resource, name, ...(namespace === undefined ? {} : { namespace }) });
    checkWritable(call);
    const stored = call.host.world.objects.get(resource.kind, namespace, name);
    if (namespaceMissing(call, one)) {
      call.err(`Error from server (NotFound): namespaces "${namespace ?? ''}" not found\n`);
      code = 1;
      continue;
    }
    if (stored === undefined) store(call, applied({ ...object }, object));
    else {
      const next = applied(stored, object);
      if (!same(next, stored)) become(call, stored, next);
    }
    call.out(`${singular(resource)}/${name} serverside-applied\n`);
  }
  return code;
};
