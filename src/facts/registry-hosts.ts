import { posix } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';

/** One address that containerd asks for the images of a registry. */
export interface RegistryEndpoint {
  /** With the path of the registry's API (`/v2`), without a slash at its end. */
  readonly url: string;
  /** Files with authorities, beside those that the host trusts. */
  readonly authorities: readonly string[];
  readonly client?: { readonly certificate: string; readonly key?: string };
  readonly skipVerify: boolean;
}

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const pairs = z.union([z.string(), z.array(z.union([z.string(), z.array(z.string())]))]);

const hostFields = {
  capabilities: z.array(z.string()).optional(),
  ca: texts.optional(),
  client: pairs.optional(),
  skip_verify: z.boolean().optional(),
  override_path: z.boolean().optional(),
};
const hostEntry = z.object(hostFields);
const hostsFile = z.object({
  ...hostFields,
  server: z.string().optional(),
  host: z.record(z.string(), hostEntry).default({}),
});

type HostEntry = z.infer<typeof hostEntry>;

/** A TOML document, or undefined where it is none. What is wrong is not told: the text may hold a password. */
export const readToml = (text: string): unknown => {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
};

/** `https://mirror:5000` → `https://mirror:5000/v2`. Source: containerd, core/remotes/docker/config/hosts.go. */
export const apiAddress = (address: string, overridePath: boolean): string => {
  const url = (/^https?:\/\//.test(address) ? address : `https://${address}`)
    // A login there counts for nothing: only the host of the address is taken.
    .replace(/^(https?:\/\/)[^/@]*@/, '$1')
    .replace(/\/+$/, '');
  return overridePath || url.endsWith('/v2') ? url : `${url}/v2`;
};

/** A certificate, a list of them, or of pairs with their keys: the first is taken. */
const clientOf = (client: HostEntry['client'], from: (path: string) => string): RegistryEndpoint['client'] => {
  const first = typeof client === 'string' ? client : client?.[0];
  const [certificate, key] = typeof first === 'string' ? [first] : (first ?? []);
  if (certificate === undefined) return undefined;
  return { certificate: from(certificate), ...(key === undefined || key === '' ? {} : { key: from(key) }) };
};

const endpointOf = (address: string, entry: HostEntry, directory: string): RegistryEndpoint => {
  const from = (path: string): string => posix.resolve(directory, path);
  const client = clientOf(entry.client, from);
  return {
    url: apiAddress(address, entry.override_path ?? false),
    authorities: (entry.ca ?? []).map(from),
    ...(client === undefined ? {} : { client }),
    skipVerify: entry.skip_verify ?? false,
  };
};

/** Where none is named a host can do all; a tag is looked up only where it can resolve. */
const resolves = ({ capabilities }: HostEntry): boolean => capabilities?.includes('resolve') ?? true;

/** `docker.io` is served elsewhere; on this machine there is no TLS. */
export const defaultEndpoint = (host: string, authorities: readonly string[] = []): RegistryEndpoint => {
  const server = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const local = /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(server) && !server.endsWith(':443');
  return { url: `${local ? 'http' : 'https'}://${server}/v2`, authorities, skipVerify: false };
};

/**
 * The endpoints of a `hosts.toml` in the order in which containerd tries them: its hosts as they stand, then the
 * server; `own` is the registry's own address, where the file names no server. Undefined where it is no such file.
 * Source: containerd, docs/hosts.md.
 */
export const readHostsFile = (text: string, directory: string, own: RegistryEndpoint | undefined) => {
  const found = hostsFile.safeParse(readToml(text));
  if (!found.success) return undefined;
  const { host, server, ...rest } = found.data;
  const hosts = Object.entries(host).flatMap(([address, entry]) =>
    resolves(entry) ? [endpointOf(address, entry, directory)] : [],
  );
  const last = server === undefined || server === '' ? own : endpointOf(server, rest, directory);
  return last === undefined || !resolves(rest) ? hosts : [...hosts, last];
};
