import { posix } from 'node:path';
import { z } from 'zod';
import { read } from '../commands/build.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { dumpFunction, readDump } from './file-dump.ts';
import { apiAddress, defaultEndpoint, readHostsFile, readToml, type RegistryEndpoint } from './registry-hosts.ts';

/** How a node's runtime finds registries. */
export interface RuntimeRegistries {
  /** Why that is not known. */
  readonly trouble?: string;
  /** Directories of `certs.d`, in the order in which they are looked through; none: the mirrors count. */
  readonly directories: readonly string[];
  /** By directory of a registry (`/etc/containerd/certs.d/registry.k8s.io`); null where its file is unreadable. */
  readonly hosts: Readonly<Record<string, readonly RegistryEndpoint[] | null>>;
  /** The older form: by registry, or `*`. */
  readonly mirrors: Readonly<Record<string, readonly RegistryEndpoint[]>>;
}

const script = `
${dumpFunction}
command -v containerd >/dev/null || exit 3
config=$(containerd config dump 2>/dev/null) || exit 4
printf '%s\\n' "$config" | sed 's/^/:/'
for d in $(printf '%s\\n' "$config" | sed -n "s/^ *config_path *= *[\\"']\\(.*\\)[\\"'] *$/\\1/p" | tr ':' '\\n' | sort -u); do
  for f in "$d"/*/hosts.toml; do dump "$f"; done
  for f in "$d"/*/*.crt; do [ ! -f "$f" ] || echo "+$f"; done
done
echo end`;

const registry = z
  .object({
    config_path: z.string().default(''),
    mirrors: z.record(z.string(), z.object({ endpoint: z.array(z.string()).default([]) })).default({}),
    configs: z
      .record(
        z.string(),
        z.object({
          tls: z
            .object({
              insecure_skip_verify: z.boolean(),
              ca_file: z.string(),
              cert_file: z.string(),
              key_file: z.string(),
            })
            .partial()
            .nullish(),
        }),
      )
      .default({}),
  })
  .prefault({});
type Registry = z.infer<typeof registry>;

/** The same settings in the versions 3, 2 and 1 of the file. */
const configuration = z.object({
  plugins: z
    .object({
      'io.containerd.cri.v1.images': z.object({ registry }).optional(),
      'io.containerd.grpc.v1.cri': z.object({ registry: registry.optional() }).optional(),
      cri: z.object({ registry }).optional(),
    })
    .default({}),
});

const mirrorOf = (address: string, configs: Registry['configs']): RegistryEndpoint => {
  const tls = configs[address.replace(/^https?:\/\//, '').replace(/\/.*$/, '')]?.tls;
  const path = /^https?:\/\/[^/]+\/./.test(address);
  return {
    url: apiAddress(address, path),
    authorities: tls?.ca_file ? [tls.ca_file] : [],
    ...(tls?.cert_file
      ? { client: { certificate: tls.cert_file, ...(tls.key_file ? { key: tls.key_file } : {}) } }
      : {}),
    skipVerify: tls?.insecure_skip_verify ?? false,
  };
};

/** `registry_5000_` stands for `registry:5000`, where a name cannot hold a colon; `_default` for any. */
const registryNames = (host: string): readonly string[] => [
  ...(host.includes(':') ? [`${host.replace(':', '_')}_`] : []),
  host,
  '_default',
];

const nameOf = (directory: string): string =>
  posix.basename(directory).replace(/^(.*)_(\d+)_$/, (_whole, host: string, port: string) => `${host}:${port}`);

const readHosts = (dump: string, certificates: readonly string[]): RuntimeRegistries['hosts'] | undefined => {
  const files = readDump(dump);
  if (files === undefined) return undefined;
  const bare = Map.groupBy(certificates, (path) => posix.dirname(path));
  return Object.fromEntries([
    ...[...bare].map(
      ([directory, authorities]) => [directory, [defaultEndpoint(nameOf(directory), authorities)]] as const,
    ),
    ...files.map(({ path, text }) => {
      const directory = posix.dirname(path);
      const own = nameOf(directory) === '_default' ? undefined : defaultEndpoint(nameOf(directory));
      return [directory, readHostsFile(text, directory, own) ?? null] as const;
    }),
  ]);
};

const unknown = (trouble: string): Parsed<RuntimeRegistries> => ({
  value: { trouble, directories: [], hosts: {}, mirrors: {} },
});

const parse = ({ stdout, stderr, code }: Output): Parsed<RuntimeRegistries> => {
  if (code === 3) return unknown('its runtime is not containerd');
  if (code === 4) return unknown('`containerd config dump` failed');
  const lines = stdout.split('\n');
  if (code !== 0 || lines.at(-2) !== 'end') return { unreadable: stderr.trim() || 'it broke off' };
  const beginning = (mark: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(mark) ? [line.slice(1)] : []));
  const found = configuration.safeParse(readToml(beginning(':').join('\n')));
  const dump = lines.filter((line) => /^[=>]|^$/.test(line)).join('\n');
  const hosts = readHosts(dump, beginning('+'));
  if (!found.success || hosts === undefined) return unknown('the configuration of containerd is not understood');
  const { plugins } = found.data;
  const settings =
    plugins['io.containerd.cri.v1.images']?.registry ??
    plugins['io.containerd.grpc.v1.cri']?.registry ??
    plugins.cri?.registry;
  if (settings === undefined) return unknown('the configuration of containerd has no registries');
  const { config_path: path, mirrors, configs } = settings;
  return {
    value: {
      directories: path.split(':').filter((directory) => directory !== ''),
      hosts,
      mirrors: Object.fromEntries(
        Object.entries(mirrors).map(([host, { endpoint }]) => [host, endpoint.map((each) => mirrorOf(each, configs))]),
      ),
    },
  };
};

/**
 * How containerd finds registries: `certs.d` where it has a `config_path`, otherwise the deprecated mirrors. Logins are
 * left out. Source: `containerd config dump`, which merges what is imported; containerd, docs/hosts.md,
 * docs/cri/registry.md; recorded on the lab, containerd 1.6.20.
 */
export const runtimeRegistries = defineFact<RuntimeRegistries>({
  id: 'runtime-registries',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse,
});

/** The files of `certs.d` that count, or the mirrors; undefined where the file that counts is unreadable. */
const named = (registries: RuntimeRegistries, host: string): readonly RegistryEndpoint[] | undefined => {
  const own = defaultEndpoint(host);
  for (const directory of registries.directories)
    for (const name of registryNames(host)) {
      const found = registries.hosts[posix.join(directory, name)];
      if (found === null) return undefined;
      // A file for any registry names no server: the registry's own address comes last.
      if (found !== undefined) return name === '_default' ? [...found, own] : found;
    }
  if (registries.directories.length > 0) return [own];
  return [...(registries.mirrors[host] ?? registries.mirrors['*'] ?? []), own];
};

/**
 * What containerd asks, in its order, for the images of a registry; what it would ask twice once. Undefined where the
 * file about that registry is unreadable.
 */
export const endpointsOf = (registries: RuntimeRegistries, host: string): readonly RegistryEndpoint[] | undefined =>
  named(registries, host)?.filter(({ url }, index, all) => all.findIndex((each) => each.url === url) === index);
