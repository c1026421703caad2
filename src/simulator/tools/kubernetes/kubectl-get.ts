import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { Host, World } from '../../world/host.ts';
import type { KubeObject } from '../../world/world.ts';
import { versionText } from '../../cluster/first-objects.ts';
import { KubectlError, request, serverOf, type Asked } from './connection.ts';
import { configz } from './configz.ts';
import { discovered } from './discovery.ts';
import { isSet, type Parsed } from './flags.ts';
import { goTemplate } from './go-template.ts';
import { field, isList, type Value } from './value.ts';
import { jsonPath, sortedJson } from './json-path.ts';
import { readyzText } from './readyz.ts';
import { qualified, resourceOf, singular, type Resource } from './resources.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import { isKubeObject } from '../../cluster/objects.ts';

interface Query {
  readonly resource: Resource;
  readonly names: readonly string[];
}

/** `pods`, `pod x y`, `deployments,daemonsets`, `node/x`. */
export const queriesOf = (words: readonly string[]): readonly Query[] => {
  const [types = '', ...names] = words;
  if (types.includes('/'))
    return words.map((word) => {
      const [type = '', name = ''] = word.split('/', 2);
      return { resource: resourceOf(type), names: [name] };
    });
  return types.split(',').map((type) => ({ resource: resourceOf(type), names }));
};

export const namespaceOf = (parsed: Parsed): string | undefined =>
  isSet(parsed, 'all-namespaces') ? undefined : (parsed.flags.get('namespace') ?? 'default');

/** kubectl prints maps with sorted keys, four spaces deep. */
const json = (value: unknown): string => `${JSON.stringify(JSON.parse(sortedJson(value)), undefined, 4)}\n`;

type Printer = (data: Value, single: boolean) => string;

const printerOf = (parsed: Parsed): Printer => {
  const [format = '', ...rest] = (parsed.flags.get('output') ?? '').split('=');
  const text = rest.join('=') || parsed.flags.get('template') || '';
  if (format === 'go-template') return goTemplate(text);
  if (format === 'jsonpath') return jsonPath(text);
  if (format === 'json') return json;
  if (format === 'name')
    return (data, single) => {
      const items = single ? [data] : field(data, 'items');
      return (isList(items) ? items.filter(isKubeObject) : [])
        .map(({ kind, metadata }) => `${singular(resourceOf(kind))}/${metadata.name}\n`)
        .join('');
    };
  throw new SimulatorGap(`kubectl get: output ${parsed.flags.get('output') ?? 'as a table'}`);
};

const notFound = (resource: Resource, name: string): KubectlError =>
  new KubectlError(`Error from server (NotFound): ${qualified(resource)} "${name}" not found`);

/** The objects asked for, as this moment has them. @throws KubectlError for a name that is not there. */
const found = (world: World, query: Query, parsed: Parsed): readonly KubeObject[] => {
  const { resource, names } = query;
  const namespace = resource.namespaced ? namespaceOf(parsed) : undefined;
  if (names.length > 0)
    return names.flatMap((name) => {
      const object = world.objects.get(resource.kind, namespace, name);
      if (object === undefined && !isSet(parsed, 'ignore-not-found')) throw notFound(resource, name);
      return object === undefined ? [] : [object];
    });
  const fields = fieldSelector(parsed.flags.get('field-selector'));
  const labels = labelSelector(parsed.flags.get('selector'));
  return world.objects
    .list(resource.kind, namespace)
    .filter((object) => fields(object) && labels(object.metadata.labels ?? {}));
};

/** What was printed stays good while no object of its kinds was written; leases are renewed without a write. */
const printed = new WeakMap<World, Map<string, { readonly revision: string; readonly text: string }>>();

const cached = (world: World, queries: readonly Query[], key: string, make: () => string): string => {
  if (queries.some(({ resource }) => resource.kind === 'Lease')) return make();
  let ofWorld = printed.get(world);
  if (ofWorld === undefined) {
    ofWorld = new Map();
    printed.set(world, ofWorld);
  }
  const revision = queries.map(({ resource }) => world.objects.kindRevision(resource.kind)).join(' ');
  const before = ofWorld.get(key);
  if (before?.revision === revision) return before.text;
  const text = make();
  ofWorld.set(key, { revision, text });
  return text;
};

const asList = (items: readonly KubeObject[]): Value => ({
  apiVersion: 'v1',
  items,
  kind: 'List',
  metadata: { resourceVersion: '' },
});

const raw = function* (call: Call, parsed: Parsed, path: string): Task<number> {
  const server = serverOf(call, parsed);
  let host: Host;
  try {
    host = yield* request(call, server);
  } catch (error) {
    const text = readyzText(call, server.address, path);
    throw text === undefined ? error : new KubectlError(text);
  }
  // Only who is bound to the roles that every API server makes may ask for it (lab, 1.35.4).
  if (path === '/metrics' && call.host.world.apiServer(host.name).why === 'empty-etcd')
    throw new KubectlError(
      `Error from server (Forbidden): forbidden: User "kubernetes-admin" cannot get path "${path}"`,
    );
  if (path === '/version') call.out(versionText(call.host.world.apiServer(host.name).version));
  else if (['/readyz', '/healthz', '/livez'].includes(path)) call.out('ok');
  // A controller of its own asks for Endpoints. Recorded on the lab, 1.35.4.
  else if (path === '/metrics')
    call.out(
      '# TYPE apiserver_requested_deprecated_apis gauge\napiserver_requested_deprecated_apis{group="",removed_release="",resource="endpoints",subresource="",version="v1"} 1\n',
    );
  else if (path.endsWith('/proxy/configz')) call.out(yield* configz(call, host, path));
  else if (/^\/apis?\//.test(path)) {
    const { world } = call.host;
    const document = discovered(world.apiServer(host.name).version, world.objects, path);
    if (document === undefined)
      throw new KubectlError('Error from server (NotFound): the server could not find the requested resource');
    call.out(`${JSON.stringify(document)}\n`);
  } else throw new SimulatorGap(`kubectl get --raw ${path}`);
  return 0;
};

/** kubectl get. Source: kubectl get --help; outputs and errors recorded on the lab, 1.35.4 and 1.36.3. */
export const kubectlGet = function* (call: Call, parsed: Parsed): Task<number> {
  const path = parsed.flags.get('raw');
  if (path !== undefined) return yield* raw(call, parsed, path);
  const print = printerOf(parsed);
  const queries = queriesOf(parsed.words);
  const server = serverOf(call, parsed);
  const single = queries.length === 1 && queries[0]?.names.length === 1;
  const errors: KubectlError[] = [];
  for (const { resource, names } of queries) {
    const namespace = resource.namespaced ? namespaceOf(parsed) : undefined;
    const asked: Asked = {
      verb: single ? 'get' : 'list',
      resource,
      ...(namespace === undefined ? {} : { namespace }),
      ...(single && names[0] !== undefined ? { name: names[0] } : {}),
    };
    try {
      yield* request(call, server, asked);
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    if (!single && errors.every(({ printsNothing }) => !printsNothing)) call.out(print(asList([]), false));
    call.err(`${errors.map(({ message }) => message).join('\n')}\n`);
    return 1;
  }
  const { world } = call.host;
  const make = (): string => {
    const items = queries.flatMap((query) => found(world, query, parsed));
    const [only] = items;
    if (single && only !== undefined) return print(only, true);
    return single ? '' : print(asList(items), false);
  };
  call.out(cached(world, queries, call.argv.join('\0'), make));
  return 0;
};
