import { describe, expect, it } from 'vitest';
import { askRegistries } from '../../../src/commands/ask-registry.ts';
import { quote } from '../../../src/commands/quote.ts';
import { aptLock } from '../../../src/facts/apt-lock.ts';
import { bootIdentity } from '../../../src/facts/boot-identity.ts';
import { cgroupVersion } from '../../../src/facts/cgroup-version.ts';
import { containerRuntime } from '../../../src/facts/container-runtime.ts';
import { diskSpace } from '../../../src/facts/disk-space.ts';
import { defineFact, type Fact, type Parsed } from '../../../src/facts/fact.ts';
import { parseAnswers, type ImageAnswers } from '../../../src/facts/image-answers.ts';
import { initSystem } from '../../../src/facts/init-system.ts';
import { kubeletLog } from '../../../src/facts/kubelet-log.ts';
import { kubeletUnit } from '../../../src/facts/kubelet-unit.ts';
import { kubeletVersions } from '../../../src/facts/kubelet-versions.ts';
import { offeredNow } from '../../../src/facts/offered-now.ts';
import { offeredPackages } from '../../../src/facts/offered-packages.ts';
import { operatingSystem } from '../../../src/facts/operating-system.ts';
import { packagePins } from '../../../src/facts/package-pins.ts';
import { packageRepository } from '../../../src/facts/package-repository.ts';
import { packages } from '../../../src/facts/packages.ts';
import { rebootRequired } from '../../../src/facts/reboot-required.ts';
import { repositoryKey } from '../../../src/facts/repository-key.ts';
import { repositoryKey as keyBytes } from '../../../src/simulator/host/repository-key.ts';
import { runtimeRegistries } from '../../../src/facts/runtime-registries.ts';
import { recorded } from '../../facts/recorded.ts';
import { benchHost, byPerson, type Bench } from './bench-host.ts';

const ask = <T>(bench: Bench, fact: Fact<T>): Parsed<T> => {
  if (fact.source.kind !== 'command') throw new TypeError(`${fact.id} is not asked of a node`);
  const place = { node: bench.host.name, apiServer: '' };
  const { out, err, code } = bench.run(quote(fact.source.command(place).argv));
  return fact.source.parse({ stdout: out, stderr: err, code: Number(code) });
};

/** What the lab's recording of that name was parsed to. */
const recordedAs = (fact: string, name: string): unknown => {
  const found = recorded(fact).find((one) => one.name === name);
  if (found === undefined) throw new Error(`nothing of the name ${name} was recorded for ${fact}`);
  return found.parsed;
};

interface Case {
  readonly name: string;
  readonly fact: Fact<unknown>;
  readonly before?: (bench: Bench) => void;
  readonly is: unknown;
}

const keyring = '/etc/apt/keyrings/kubernetes-apt-keyring.gpg';
const key = {
  file: keyring,
  keys: [{ keyId: expect.stringMatching(/^[0-9A-F]{16}$/) as unknown, userId: 'lab@example.invalid' }],
};

/** The second question, as it follows from a node that asks the registry of Kubernetes itself. */
const askingFor = (image: string): Fact<ImageAnswers> => {
  const [repository = '', tag = ''] = image.split(':');
  const url = `https://registry.k8s.io/v2/${repository}/manifests/${tag}`;
  const requests = [{ url, shown: 'https://registry.k8s.io', ways: [[]] }];
  return defineFact<ImageAnswers>({
    id: 'image-answers',
    subject: 'node',
    command: askRegistries([{ image: `registry.k8s.io/${image}`, repository, requests }]),
    parse: parseAnswers,
  });
};

const cases: readonly Case[] = [
  { name: 'operating system', fact: operatingSystem, is: recordedAs('operating-system', 'control-plane') },
  { name: 'init system', fact: initSystem, is: recordedAs('init-system', 'control-plane') },
  { name: 'cgroups', fact: cgroupVersion, is: recordedAs('cgroup-version', 'control-plane') },
  { name: 'container runtime', fact: containerRuntime, is: recordedAs('container-runtime', 'control-plane') },
  { name: 'package source', fact: packageRepository, is: recordedAs('package-repository', 'https') },
  { name: 'package pins', fact: packagePins, is: { value: [] } },
  { name: 'no reboot wanted', fact: rebootRequired, is: recordedAs('reboot-required', 'control-plane') },
  { name: 'packages', fact: packages, is: recordedAs('packages', 'with-cni') },
  {
    name: 'a package killed in unpack',
    fact: packages,
    before: ({ host }) => Object.assign(host.packages.get('kubelet') ?? {}, { status: 'half-installed', held: false }),
    is: {
      value: {
        installed: expect.objectContaining({
          kubelet: { version: '1.35.4-1.1', status: 'iHR', held: false },
        }) as unknown,
        audit: expect.stringMatching(/^The following packages are in a mess[^]*\n kubelet /) as unknown,
      },
    },
  },
  { name: 'a free apt', fact: aptLock, is: { value: { held: false, holders: [] } } },
  {
    name: 'an apt that another holds',
    fact: aptLock,
    before: ({ host }) => host.fileLocks.set('/var/lib/dpkg/lock-frontend', { pid: 812, line: 'unattended-upgr -v' }),
    is: {
      value: {
        held: true,
        holders: [{ pid: 812, file: '/var/lib/dpkg/lock-frontend', command: 'unattended-upgr -v' }],
      },
    },
  },
  { name: 'the repository key', fact: repositoryKey, is: { value: [key] } },
  {
    name: 'a key that expires',
    fact: repositoryKey,
    before: ({ host }) => host.files.write(keyring, keyBytes(Date.UTC(2026, 11, 29)), byPerson),
    is: { value: [{ ...key, keys: [{ ...key.keys[0], expiresAt: Date.UTC(2026, 11, 29) }] }] },
  },
  {
    name: 'what the next minor offers',
    fact: offeredPackages('1.36'),
    is: {
      value: {
        minor: '1.36',
        offers: {
          kubeadm: ['1.36.3-1.1', '1.36.1-1.1'],
          kubelet: ['1.36.3-1.1', '1.36.1-1.1'],
          kubectl: ['1.36.3-1.1', '1.36.1-1.1'],
          'kubernetes-cni': ['1.7.1-1.1'],
        },
      },
      keepMs: 600_000,
    },
  },
  {
    name: 'what the minor of now offers, whatever is enabled',
    fact: offeredNow,
    before: ({ host }) =>
      host.files.write(
        '/etc/apt/sources.list.d/kubernetes.list',
        `deb [signed-by=${keyring}] https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /\n`,
        byPerson,
      ),
    is: {
      value: {
        minor: '1.35',
        offers: {
          kubeadm: ['1.35.4-1.1', '1.35.1-1.1'],
          kubelet: ['1.35.4-1.1', '1.35.1-1.1'],
          kubectl: ['1.35.4-1.1', '1.35.1-1.1'],
          'kubernetes-cni': ['1.7.1-1.1'],
        },
      },
    },
  },
  {
    name: 'registries',
    fact: runtimeRegistries,
    is: { value: { directories: ['/etc/containerd/certs.d'], hosts: {}, mirrors: {} } },
  },
  ...[
    { name: 'kube-proxy:v1.36.3', status: 200, trouble: '' },
    { name: 'kube-proxy:v1.36.99', status: 404, trouble: '' },
    { name: 'coredns/coredns:v1.14.2', status: 200, trouble: '' },
    { name: 'kube-proxy:v1.36.3', status: 0, trouble: '(6) Could not resolve host: registry.k8s.io' },
  ].map(({ name, status, trouble }) => ({
    name: `what the registry says of ${name}: ${status}`,
    fact: askingFor(name),
    before: ({ host }: Bench) => (host.faults.registry = status === 0 ? 'down' : 'ok'),
    is: expect.objectContaining({
      value: {
        images: [
          {
            image: `registry.k8s.io/${name}`,
            present: false,
            answers: [{ address: 'https://registry.k8s.io', status, trouble }],
          },
        ],
      },
    }) as unknown,
  })),
  {
    name: 'no kubelet: no minor of now',
    fact: offeredNow,
    before: ({ host }) => host.packages.delete('kubelet'),
    is: { absent: true },
  },
  {
    name: 'a minor that the mirror does not have',
    fact: offeredPackages('1.99'),
    is: recordedAs('offered-packages', 'no-such-minor'),
  },
  {
    name: 'a mirror that is down',
    fact: offeredPackages('1.36'),
    before: ({ host }) => (host.faults.repository = 'down'),
    is: {
      value: { minor: '1.36', offers: {}, problem: expect.stringMatching(/^E: Failed to fetch .*refused/) as unknown },
    },
  },
  {
    name: 'a repository whose key is gone',
    fact: offeredPackages('1.36'),
    before: ({ host }) => host.files.remove(keyring, byPerson),
    is: {
      value: {
        minor: '1.36',
        offers: {},
        problem: expect.stringMatching(/NO_PUBKEY [0-9A-F]{16}\nE: The repo/) as unknown,
      },
    },
  },
  {
    name: 'a repository whose key has expired',
    fact: offeredPackages('1.36'),
    before: ({ host }) => host.files.write(keyring, keyBytes(Date.UTC(2026, 9, 1)), byPerson),
    is: {
      value: { minor: '1.36', offers: {}, problem: expect.stringMatching(/EXPKEYSIG .*\nE: The repo/) as unknown },
    },
  },
  {
    name: 'disk space',
    fact: diskSpace,
    is: {
      value: {
        paths: expect.objectContaining({
          '/': { availableBytes: 80 * 1024 ** 3, sizeBytes: 100 * 1024 ** 3, mount: '/' },
        }) as unknown,
      },
    },
  },
  { name: 'the kubelet unit', fact: kubeletUnit, is: recordedAs('kubelet-unit', 'control-plane') },
  { name: 'the kubelet versions', fact: kubeletVersions, is: recordedAs('kubelet-versions', 'worker') },
  { name: 'a kubelet without complaints', fact: kubeletLog, is: { absent: true } },
  {
    name: 'a kubelet that does not know a flag',
    fact: kubeletLog,
    before: (bench) => {
      const { host } = bench;
      host.files.write('/etc/default/kubelet', 'KUBELET_EXTRA_ARGS=--pod-infra-container-image=x\n', byPerson);
      bench.run('systemctl restart kubelet; sleep 1');
    },
    is: { value: { lastError: expect.stringContaining('unknown flag: --pod-infra-container-image') as unknown } },
  },
  {
    name: 'its unit',
    fact: kubeletUnit,
    before: (bench) => {
      const { host } = bench;
      host.faults.kubeletWillNotStart = true;
      bench.run('systemctl restart kubelet; sleep 1');
    },
    is: recordedAs('kubelet-unit', 'unknown-flag'),
  },
];

describe('the facts of a node, asked of a simulated host', () => {
  it.each(cases)('$name', ({ fact, before, is }) => {
    const bench = benchHost();
    before?.(bench);
    expect(ask(bench, fact)).toEqual(is);
  });

  it('leave nothing behind', () => {
    const bench = benchHost();
    const mark = bench.host.files.mark();
    for (const { fact } of cases) ask(bench, fact);
    const changes = bench.host.files.changedSince(mark);
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.filter(({ path }) => !path.startsWith('/tmp/'))).toEqual([]);
    expect(bench.host.files.list('/tmp')).toEqual([]);
  });

  it('change with a boot', () => {
    const bench = benchHost();
    const before = ask(bench, bootIdentity);
    bench.run('reboot; exit 0');
    bench.pass(120_000);
    const after = ask(bench, bootIdentity);
    expect(before).toEqual({ value: { bootId: expect.any(String) as unknown, init: expect.any(String) as unknown } });
    expect(after).not.toEqual(before);
  });
});
