import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { memberList, onEtcdHost, quotaFlag } from '../../src/commands/etcdctl.ts';
import { read } from '../../src/commands/build.ts';
import { Sandbox } from './sandbox.ts';

interface HostWish {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The text of /etc/etcd/etcd.yaml. */
  readonly configuration?: string;
}

/** An etcd host: a process of etcd, what it sees as its file system below `proc/42/root`. */
class EtcdHost extends Sandbox {
  constructor({ args = [], environment = {}, configuration }: HostWish = {}) {
    super();
    for (const directory of ['usr/local/bin', 'etc/etcd/pki'])
      mkdirSync(this.path('proc/42/root', directory), { recursive: true });
    this.process(42, args, environment);
    symlinkSync('/usr/local/bin/etcd', this.path('proc/42/exe'));
    symlinkSync('/etc/etcd', this.path('proc/42/cwd'));
    this.etcdctl(this.path('proc/42/root/usr/local/bin/etcdctl'));
    for (const file of ['server.crt', 'peer.crt', 'client.crt']) this.write(this.pki(file), 'no certificate');
    if (configuration !== undefined) this.write('proc/42/root/etc/etcd/etcd.yaml', configuration);
    this.program('openssl', 'exit 1');
    this.program('systemctl', ':');
  }

  pki(file: string): string {
    return `proc/42/root/etc/etcd/pki/${file}`;
  }

  process(id: number, args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): void {
    mkdirSync(this.path(`proc/${id}`), { recursive: true });
    this.write(`proc/${id}/comm`, 'etcd\n');
    this.write(`proc/${id}/cmdline`, ['/usr/local/bin/etcd', ...args].map((word) => `${word}\0`).join(''));
    const variables = Object.entries({ PATH: '/bin', ...environment });
    this.write(`proc/${id}/environ`, variables.map(([name, value]) => `${name}=${value}\0`).join(''));
  }

  etcdctl(file: string): void {
    writeFileSync(file, `#!/bin/sh\necho "etcdctl $*" >> '${this.path('calls')}'\n`);
    chmodSync(file, 0o755);
  }

  /** How etcdctl was called, the sandbox’s own paths left out. */
  get asked(): readonly string[] {
    return this.calls
      .filter((call) => call.startsWith('etcdctl'))
      .map((call) => call.replaceAll(this.path('proc/42/root'), 'ROOT'));
  }
}

const tls = {
  ETCD_ADVERTISE_CLIENT_URLS: 'https://10.0.0.51:2379,https://e1:2379',
  ETCD_CERT_FILE: '/etc/etcd/pki/server.crt',
  ETCD_KEY_FILE: '/etc/etcd/pki/server.key',
  ETCD_TRUSTED_CA_FILE: '/etc/etcd/pki/ca.crt',
  ETCD_PEER_CERT_FILE: '/etc/etcd/pki/peer.crt',
  ETCD_PEER_KEY_FILE: '/etc/etcd/pki/peer.key',
};
const flags = Object.entries(tls).map(
  ([name, value]) => [`--${name.slice(5).toLowerCase().replaceAll('_', '-')}`, value] as const,
);
const configuration = `# of the etcd of paris
name: "e1"
advertise-client-urls: https://10.0.0.51:2379,https://e1:2379   # two names
quota-backend-bytes: 4294967296
peer-transport-security:
  cert-file: '/etc/etcd/pki/peer.crt'
  key-file: '/etc/etcd/pki/peer.key'
client-transport-security:
  cert-file: /etc/etcd/pki/server.crt
  key-file: "/etc/etcd/pki/server.key"
  trusted-ca-file: /etc/etcd/pki/ca.crt
`;
const list = onEtcdHost(memberList);
const asked = (pair = 'server'): string =>
  `etcdctl --endpoints=https://10.0.0.51:2379 --cacert=ROOT/etc/etcd/pki/ca.crt --cert=ROOT/etc/etcd/pki/${pair}.crt --key=ROOT/etc/etcd/pki/${pair}.key member list --write-out=json`;

describe('etcd on a host of its own', () => {
  it.each<[string, HostWish]>([
    ['flags', { args: flags.map(([name, value]) => `${name}=${value}`) }],
    ['flags with a word of their own', { args: flags.flat() }],
    ['flags with one dash', { args: flags.map(([name, value]) => `${name.slice(1)}=${value}`) }],
    ['variables, as an environment file gives them', { environment: tls }],
    [
      'a flag, which goes before its variable',
      {
        args: ['--advertise-client-urls=https://10.0.0.51:2379'],
        environment: { ...tls, ETCD_ADVERTISE_CLIENT_URLS: 'https://old:2379' },
      },
    ],
    ['a configuration file', { args: ['--config-file=/etc/etcd/etcd.yaml'], configuration }],
    [
      'a configuration file beside which nothing else counts',
      {
        args: ['--config-file', '/etc/etcd/etcd.yaml', '--advertise-client-urls=https://old:2379'],
        environment: { ETCD_CERT_FILE: '/old.crt' },
        configuration,
      },
    ],
    [
      'a configuration file that a variable names',
      { environment: { ETCD_CONFIG_FILE: '/etc/etcd/etcd.yaml' }, configuration },
    ],
    [
      'paths from where it was started',
      { environment: { ...tls, ETCD_CERT_FILE: 'pki/server.crt', ETCD_KEY_FILE: 'pki/server.key' } },
    ],
  ])('has its settings from %s', async (_what, wish) => {
    const host = new EtcdHost(wish);
    expect(await host.run(list)).toMatchObject({ code: 0, stderr: '' });
    expect(host.asked).toEqual([asked()]);
  });

  it.each([
    [{ environment: tls }, '\n'],
    [{ environment: { ...tls, ETCD_QUOTA_BACKEND_BYTES: '4294967296' } }, '4294967296\n'],
    [{ args: ['--config-file=/etc/etcd/etcd.yaml'], configuration }, '4294967296\n'],
  ])('tells its quota: %#', async (wish, stdout) =>
    expect(await new EtcdHost(wish).run(onEtcdHost(quotaFlag))).toMatchObject({ code: 0, stdout }),
  );

  it('is asked without certificates where it has none', async () => {
    const host = new EtcdHost();
    await host.run(list);
    expect(host.asked).toEqual(['etcdctl --endpoints=http://localhost:2379 member list --write-out=json']);
  });

  it('is asked with an etcdctl of the PATH where none lies beside it', async () => {
    const host = new EtcdHost({ environment: tls });
    rmSync(host.path('proc/42/root/usr/local/bin/etcdctl'));
    host.program('etcdctl');
    expect(await host.run(list)).toMatchObject({ code: 0 });
    expect(host.asked).toEqual([asked()]);
  });

  it.each([
    ['serverAuth', 'serverAuth,clientAuth', 'peer'],
    ['serverAuth,clientAuth', 'serverAuth,clientAuth', 'server'],
    ['anyExtendedKeyUsage', 'clientAuth', 'server'],
  ])('is asked with a certificate that is good for a client: %s, its peers’ %s', async (server, peer, pair) => {
    const host = new EtcdHost({ environment: tls });
    rmSync(host.path('bin/openssl'));
    for (const [file, uses] of [
      ['server.crt', server],
      ['peer.crt', peer],
    ] as const)
      execFileSync(
        'openssl',
        `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=e1 -addext extendedKeyUsage=${uses} -keyout ${host.path('key')} -out ${host.path(host.pki(file))}`.split(
          ' ',
        ),
        { stdio: 'ignore' },
      );
    await host.run(list);
    expect(host.asked).toEqual([asked(pair)]);
  });
});

/** What is told where etcdctl is not even called. */
const said = async (host: EtcdHost) => {
  const { code, stderr } = await host.run(list);
  expect(host.asked).toEqual([]);
  return { code, stderr: stderr.replaceAll(host.path('proc/42/root'), 'ROOT') };
};

describe('an etcd host whose etcd cannot be asked', () => {
  it('says what its service is doing', async () => {
    const host = new EtcdHost();
    rmSync(host.path('proc/42'), { recursive: true });
    host.program('systemctl', "echo 'etcd.service loaded inactive dead etcd'");
    expect(await said(host)).toEqual({
      code: 1,
      stderr: 'nodeops: etcd host: etcd does not run on its host, etcd.service is inactive (dead)\n',
    });
  });

  it('does not choose between two', async () => {
    const host = new EtcdHost();
    host.process(43);
    expect(await said(host)).toEqual({
      code: 1,
      stderr: 'nodeops: etcd host: several etcd run on one host (processes 42, 43)\n',
    });
  });

  it('names a configuration file that is not there', async () => {
    const host = new EtcdHost({ args: ['--config-file=/etc/etcd/gone.yaml'] });
    expect((await said(host)).stderr).toBe(
      'nodeops: etcd host: the configuration file of etcd cannot be read: ROOT/etc/etcd/gone.yaml\n',
    );
  });

  it('takes JSON for what it is', async () => {
    const host = new EtcdHost({ args: ['--config-file=/etc/etcd/etcd.yaml'], configuration: '{"name": "e1"}\n' });
    expect((await said(host)).stderr).toBe(
      'nodeops: etcd host: the configuration file of etcd is JSON, which nodeops does not read: ROOT/etc/etcd/etcd.yaml\n',
    );
  });

  it('says that there is no etcdctl', async () => {
    const host = new EtcdHost({ environment: tls });
    rmSync(host.path('proc/42/root/usr/local/bin/etcdctl'));
    expect((await said(host)).stderr).toBe(
      'nodeops: etcd host: there is no etcdctl beside etcd or on the PATH: put that of its version into /usr/local/bin\n',
    );
  });
});

describe('onEtcdHost', () => {
  it('changes nothing but how etcd is found', () => {
    expect(list).toMatchObject({ effect: 'read', lifetime: 'attached', timeoutMs: memberList.timeoutMs });
    expect(list.argv.slice(3)).toEqual(memberList.argv.slice(3));
    expect(list.argv[2]?.endsWith('\netcdctl "$@"')).toBe(true);
  });

  it('leaves other commands as they are', () => {
    const other = read(['sh', '-c', 'df']);
    expect(onEtcdHost(other)).toBe(other);
  });
});
