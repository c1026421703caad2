import type { Task } from '../../kernel.ts';
import { reach } from '../../cluster/endpoints.ts';
import type { Call } from '../../shell/tool.ts';
import type { ApiState, Host } from '../../world/host.ts';
import { durationMs, type Parsed } from './flags.ts';
import { qualified, type Resource } from './resources.ts';

/** kubectl ends: what it prints on standard error, and its exit code. */
export class KubectlError extends Error {
  override readonly name = 'KubectlError';
  readonly code: number;
  /** A list that could not be asked for is printed as an empty one all the same (recorded, 1.35.4). */
  readonly printsNothing: boolean;
  constructor(message: string, options: { readonly code?: number; readonly printsNothing?: boolean } = {}) {
    super(message);
    this.code = options.code ?? 1;
    this.printsNothing = options.printsNothing ?? true;
  }
}

/** What is asked of the API: for the texts of its refusals. */
export interface Asked {
  readonly verb: 'get' | 'list' | 'patch' | 'create' | 'delete';
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name?: string;
}

const refused = (address: string): KubectlError =>
  new KubectlError(`The connection to the server ${address} was refused - did you specify the right host or port?`, {
    printsNothing: false,
  });

const unvalidated = ({ address, timeoutMs }: Server): KubectlError => {
  const timeout = timeoutMs === 0 ? '' : `?timeout=${timeoutMs / 1000}s`;
  return new KubectlError(
    `error: error validating "STDIN": error validating data: failed to download openapi: Get "https://${address}/openapi/v2${timeout}": dial tcp ${address}: connect: connection refused; if you choose to ignore these errors, turn validation off with --validate=false`,
    { printsNothing: false },
  );
};

const forbidden = ({ verb, resource, namespace, name }: Asked): KubectlError => {
  const what = name === undefined ? qualified(resource) : `${qualified(resource)} "${name}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return new KubectlError(
    `Error from server (Forbidden): ${what} is forbidden: User "kubernetes-admin" cannot ${verb} resource "${resource.plural}" in API group "${resource.group}" ${where}`,
    { printsNothing: namespace === undefined },
  );
};

export interface Server {
  /** `172.31.0.11:6443` */
  readonly address: string;
  readonly timeoutMs: number;
}

const servers = new Map<string, string | undefined>();

/** The server that a kubeconfig names. */
const serverIn = (text: string): string | undefined => {
  if (!servers.has(text)) {
    if (servers.size > 1000) servers.clear();
    servers.set(text, /^ *server: https:\/\/(\S+)$/m.exec(text)?.[1]);
  }
  return servers.get(text);
};

/** The server that the options, or the kubeconfig, name. */
export const serverOf = (call: Call, parsed: Parsed): Server => {
  const path = parsed.flags.get('kubeconfig') ?? call.env.get('KUBECONFIG');
  const given = parsed.flags.get('server')?.replace(/^https:\/\//, '');
  const timeoutMs = durationMs(parsed.flags.get('request-timeout') ?? '0');
  if (path !== undefined && call.host.files.stat(path) === undefined)
    throw new KubectlError(`error: stat ${path}: no such file or directory`);
  if (path === undefined) return { address: given ?? 'localhost:8080', timeoutMs };
  const configured = serverIn(call.host.files.read(path));
  return { address: given ?? configured ?? 'localhost:8080', timeoutMs };
};

/** An API server that accepts a request and does not come to its end gives up after a minute by itself. */
const serverLimitMs = 60_000;

const unreachable = function* (call: Call, { address }: Server): Task<never> {
  const lines: string[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    yield call.host.kernel.now + 3070;
    lines.push(
      `E1121 09:54:14.172002   ${call.pid} memcache.go:265] "Unhandled Error" err="couldn't get current server API group list: Get \\"https://${address}/api?timeout=15s\\": dial tcp ${address}: connect: no route to host"`,
    );
  }
  throw new KubectlError(
    `${lines.join('\n')}\nUnable to connect to the server: dial tcp ${address}: connect: no route to host`,
  );
};

/** How long a request takes that nothing delays. */
const tripMs = (call: Call): number => call.host.world.random.between(30, 90);

/**
 * One request: takes its time, and ends with the API server that answers it.
 * @throws KubectlError with the text that kubectl prints where none does, or not yet.
 */
export const request = function* (call: Call, server: Server, asked?: Asked): Task<Host> {
  const { kernel, world } = call.host;
  yield kernel.now + tripMs(call);
  const until = kernel.now + (server.timeoutMs === 0 ? serverLimitMs : server.timeoutMs);
  let state: ApiState;
  for (;;) {
    const reached = reach(world, server.address);
    ({ state } = reached);
    if (state.serving && reached.host !== undefined) {
      const late = state.why === 'discovering' && asked !== undefined && asked.resource.group !== '';
      if (late) throw new KubectlError(`error: the server doesn't have a resource type "${asked.resource.plural}"`);
      return reached.host;
    }
    if (state.why === 'empty-etcd' && reached.host !== undefined) {
      if (asked === undefined) return reached.host;
      throw forbidden(asked);
    }
    if (state.why !== 'no-etcd') break;
    if (kernel.now >= until)
      throw new KubectlError(
        server.timeoutMs === 0
          ? 'Error from server (Timeout): the server was unable to return a response in the time allotted, but may still be processing the request'
          : 'Unable to connect to the server: context deadline exceeded',
      );
    yield Math.min(until, kernel.now + 1000);
  }
  if (state.why === 'unreachable') return yield* unreachable(call, server);
  if (state.why === 'forbidden' && asked !== undefined) throw forbidden(asked);
  // Before it creates anything, kubectl looks its fields up (recorded, 1.35.4).
  if (asked?.verb === 'create' && call.argv.includes('create')) throw unvalidated(server);
  throw refused(server.address);
};

/** etcd takes no write while a NOSPACE alarm is raised anywhere. Source: etcd, maintenance guide. */
export const checkWritable = (call: Call): void => {
  if (call.host.world.etcd.members.some(({ alarm }) => alarm === 'NOSPACE'))
    throw new KubectlError('Error from server: etcdserver: mvcc: database space exceeded');
  if (call.host.world.etcd.members.some(({ alarm }) => alarm === 'CORRUPT'))
    throw new KubectlError('Error from server: etcdserver: corrupt cluster');
};
