import { describe, expect, it } from 'vitest';
import type { RegistryEndpoint } from '../../src/facts/registry-hosts.ts';
import { endpointsOf, runtimeRegistries, type RuntimeRegistries } from '../../src/facts/runtime-registries.ts';

interface Node {
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly certificates?: readonly string[];
}

/** As the fact's script prints it. */
const printed = ({ config, files = {}, certificates = [] }: Node): string =>
  [
    ...config.split('\n').map((line) => `:${line}`),
    ...Object.entries(files).flatMap(([path, text]) => [`=${path}`, ...text.split('\n').map((line) => `>${line}`), '']),
    ...certificates.map((path) => `+${path}`),
    'end\n',
  ].join('\n');

const read = (node: Node): RuntimeRegistries => {
  if (runtimeRegistries.source.kind !== 'command') throw new Error('no command');
  const parsed = runtimeRegistries.source.parse({ stdout: printed(node), stderr: '', code: 0 });
  if (!('value' in parsed)) throw new Error(JSON.stringify(parsed));
  return parsed.value;
};
const endpoints = (node: Node, host = 'registry.k8s.io') => endpointsOf(read(node), host);
const plain = (url: string, change: Partial<RegistryEndpoint> = {}): RegistryEndpoint => ({
  url,
  authorities: [],
  skipVerify: false,
  ...change,
});

const cri = 'plugins."io.containerd.grpc.v1.cri".registry';
const certs = `version = 2\n[${cri}]\n  config_path = "/etc/containerd/certs.d"\n`;
const withHosts = (text: string, directory = 'registry.k8s.io'): Node => ({
  config: certs,
  files: { [`/etc/containerd/certs.d/${directory}/hosts.toml`]: text },
});
const own = plain('https://registry.k8s.io/v2');

describe('the addresses that containerd asks', () => {
  it.each<[string, Node, readonly RegistryEndpoint[] | undefined]>([
    ['nothing is configured', { config: `version = 2\n[${cri}]\n  config_path = ""\n` }, [own]],
    ['certs.d knows nothing of it', withHosts('server = "https://other"', 'quay.io'), [own]],
    [
      'hosts in their order, then the server',
      withHosts(
        'server = "https://registry.k8s.io"\n[host."https://b.example:5000"]\n  capabilities = ["pull", "resolve"]\n[host."http://a.example"]\n',
      ),
      [plain('https://b.example:5000/v2'), plain('http://a.example/v2'), own],
    ],
    [
      'no server is named: the registry itself',
      withHosts('[host."https://a.example"]\n'),
      [plain('https://a.example/v2'), own],
    ],
    [
      'a login in an address is not taken',
      withHosts('server = "https://user:secret@a.example"'),
      [plain('https://a.example/v2')],
    ],
    [
      'the same twice is asked once',
      withHosts('server = "http://a.example"\n[host."http://a.example"]\n'),
      [plain('http://a.example/v2')],
    ],
    [
      'a host that only pulls looks no tag up',
      withHosts('[host."https://a.example"]\n  capabilities = ["pull"]\n'),
      [own],
    ],
    [
      'a server that is not to be asked',
      withHosts('capabilities = ["push"]\n[host."https://a.example"]\n'),
      [plain('https://a.example/v2')],
    ],
    [
      'paths',
      withHosts(
        '[host."https://a.example/v2/proxy"]\n  override_path = true\n[host."https://b.example/cache/"]\n[host."https://c.example/v2"]\n',
      ),
      [plain('https://a.example/v2/proxy'), plain('https://b.example/cache/v2'), plain('https://c.example/v2'), own],
    ],
    [
      'authorities and certificates, of the file’s directory',
      withHosts(
        '[host."https://a.example"]\n  ca = ["ca.pem", "/etc/ssl/b.pem"]\n  client = [["/c.cert", "/c.key"]]\n[host."https://b.example"]\n  ca = "/b.pem"\n  client = "/both.pem"\n  skip_verify = true\n',
      ),
      [
        plain('https://a.example/v2', {
          authorities: ['/etc/containerd/certs.d/registry.k8s.io/ca.pem', '/etc/ssl/b.pem'],
          client: { certificate: '/c.cert', key: '/c.key' },
        }),
        plain('https://b.example/v2', {
          authorities: ['/b.pem'],
          client: { certificate: '/both.pem' },
          skipVerify: true,
        }),
        own,
      ],
    ],
    [
      'a file for any registry: the registry itself last',
      withHosts('server = "https://all.example"\n', '_default'),
      [plain('https://all.example/v2'), own],
    ],
    ['a file that is no TOML', withHosts('[host."https://user:secret@a'), undefined],
    [
      'certificates without a file',
      { config: certs, certificates: ['/etc/containerd/certs.d/registry.k8s.io/ca.crt'] },
      [{ ...own, authorities: ['/etc/containerd/certs.d/registry.k8s.io/ca.crt'] }],
    ],
    [
      'mirrors, the older form',
      {
        config: `version = 2\n[${cri}]\n  config_path = ""\n  [${cri}.mirrors."registry.k8s.io"]\n    endpoint = ["https://a.example", "https://registry.k8s.io"]\n  [${cri}.configs."a.example".tls]\n    insecure_skip_verify = true\n    ca_file = "/a.pem"\n  [${cri}.configs."a.example".auth]\n    password = "secret"\n`,
      },
      [plain('https://a.example/v2', { authorities: ['/a.pem'], skipVerify: true }), own],
    ],
    [
      'mirrors of all registries',
      { config: `version = 2\n[${cri}]\n  [${cri}.mirrors."*"]\n    endpoint = ["http://a.example:5000"]\n` },
      [plain('http://a.example:5000/v2'), own],
    ],
    [
      'version 3, several directories',
      {
        config:
          "version = 3\n[plugins.'io.containerd.cri.v1.images'.registry]\n  config_path = '/etc/containerd/certs.d:/etc/docker/certs.d'\n",
        files: { '/etc/docker/certs.d/registry.k8s.io/hosts.toml': 'server = "https://b.example"' },
      },
      [plain('https://b.example/v2')],
    ],
  ])('%s', (_what, node, expected) => expect(endpoints(node)).toEqual(expected));

  it.each<[string, Node, string, readonly string[]]>([
    ['Docker Hub', { config: certs }, 'docker.io', ['https://registry-1.docker.io/v2']],
    ['this machine', { config: certs }, 'localhost:5000', ['http://localhost:5000/v2']],
    [
      'a port, in the name of a directory',
      withHosts('server = "https://c.example"', 'm.example_5000_'),
      'm.example:5000',
      ['https://c.example/v2'],
    ],
    [
      'a port, and no server named',
      withHosts('[host."https://c.example"]', 'm.example:5000'),
      'm.example:5000',
      ['https://c.example/v2', 'https://m.example:5000/v2'],
    ],
  ])('%s', (_what, node, host, urls) => expect(endpoints(node, host)?.map(({ url }) => url)).toEqual(urls));

  it('keeps no login', () => {
    const node: Node = {
      config: `version = 2\n[${cri}]\n  config_path = ""\n  [${cri}.configs."a.example".auth]\n    password = "hunter2"\n`,
      files: {
        '/etc/containerd/certs.d/a/hosts.toml': '[host."https://a".header]\n  authorization = "Basic hunter2"\n',
      },
    };
    expect(JSON.stringify(read(node))).not.toContain('hunter2');
  });

  it.each([
    ['no containerd', 3, '', 'its runtime is not containerd'],
    ['a configuration that containerd does not read', 4, '', '`containerd config dump` failed'],
    ['no TOML', 0, ':[plugins\nend\n', 'the configuration of containerd is not understood'],
    ['another form', 0, ':version = 2\nend\n', 'the configuration of containerd has no registries'],
  ])('%s', (_what, code, stdout, trouble) => {
    if (runtimeRegistries.source.kind !== 'command') throw new Error('no command');
    expect(runtimeRegistries.source.parse({ stdout, stderr: '', code })).toMatchObject({ value: { trouble } });
  });
});
