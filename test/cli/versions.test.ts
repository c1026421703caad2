import { describe, expect, it } from 'vitest';
import { wayThere } from '../../src/cli/way-there.ts';
import { supportOf } from '../../src/model/minor-support.ts';
import type { OfferedMinor } from '../../src/report/versions-text.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import type { Answer, Script } from '../run/scripted.ts';
import { recordedOutput, told } from './fake-parts.ts';

const ofEach: Readonly<Record<string, Answer>> = {
  packages: recordedOutput('packages', 'control-plane'),
  'kubelet-versions': recordedOutput('kubelet-versions', 'worker'),
  'container-runtime': recordedOutput('container-runtime', 'containerd-2'),
  'operating-system': recordedOutput('operating-system', 'ubuntu-24.04'),
  kernel: recordedOutput('kernel', 'control-plane'),
  'own-api-server': recordedOutput('own-api-server', 'ready'),
  'kubeadm-config': recordedOutput('kubeadm-config', 'paris-1.35.4'),
  nodes: recordedOutput('nodes', 'paris-1.35.4'),
};

const notThere = recordedOutput('offered-packages', 'no-such-minor');

/** What `apt-cache madison` says of some versions of one minor. */
const madison = (...versions: readonly string[]): Answer => ({
  stdout: versions.map((version) => `   kubeadm | ${version}-1.1 | https://pkgs.k8s.io/ Packages\n`).join(''),
});

const mirror: Readonly<Record<string, Answer>> = {
  'offered-packages 1.35': madison('1.35.9', '1.35.4'),
  'offered-packages 1.36': madison('1.36.5', '1.36.3'),
};

const answers =
  (more: (node: string, key: string) => Answer | undefined = () => undefined): NonNullable<Script['facts']> =>
  (node, key) =>
    more(node, key) ?? ofEach[key] ?? mirror[key] ?? (key.startsWith('offered-packages') ? notThere : undefined);

const connect = (node: string): void => {
  if (node === 'w1') throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
};

const asked = (argv: readonly string[] = [], script: Script = { facts: answers() }) =>
  told(['versions', '--inventory', 'prod.yaml', '--cluster', 'paris', ...argv], { script });

describe('nodeops versions', () => {
  it('what is there, what is offered, until when, and the way; nothing is sent that writes', async () => {
    const { code, stdout, stderr, transports, sent } = await asked();
    expect({ code, stderr, transports, sent }).toEqual({
      code: 0,
      stderr: '',
      transports: [{ refuseWrites: true, acceptNewHostKeys: false }],
      sent: [],
    });
    expect(stdout).toBe(`paris
  node  kubeadm     kubelet     kubectl     API server  runtime           system              kernel
  cp1   1.35.4-1.1  1.35.4-1.1  1.35.4-1.1  1.35.4      containerd 2.2.0  Ubuntu 24.04.1 LTS  6.18.44-fc-v669
  w1    1.35.4-1.1  1.35.4-1.1  1.35.4-1.1  –           containerd 2.2.0  Ubuntu 24.04.1 LTS  6.18.44-fc-v669

  minor  offered         released    supported until
  1.35   1.35.9, 1.35.4  2025-12-17  2027-02-28 (99 days)
  1.36   1.36.5, 1.36.3  2026-04-22  2027-06-28 (219 days)
  1.37   nothing         2026-08-26  2027-10-28 (341 days)

  way: 1.35.4 → 1.36.5, the newest that every node is offered
    nodeops check --to 1.36.5 --inventory prod.yaml --cluster paris
`);
  });

  it('is one object a cluster for a program', async () => {
    const { stdout } = await asked(['--output', 'json']);
    const { cluster, nodes, offered, way, unread } = JSON.parse(stdout);
    expect([cluster, unread]).toEqual(['paris', []]);
    expect(nodes[0]).toMatchObject({
      node: 'cp1',
      apiServer: '1.35.4',
      kubelet: '1.35.4',
      runtime: 'containerd 2.2.0',
    });
    expect(nodes[1]).not.toHaveProperty('apiServer');
    expect(offered[2]).toEqual({
      minor: '1.37',
      versions: [],
      onSomeNodes: [],
      released: '2026-08-26',
      endOfLife: '2027-10-28',
      daysLeft: expect.any(Number),
    });
    expect(way).toMatchObject({ from: '1.35.4', to: '1.36.5', newest: true, hops: ['1.36.5'] });
  });

  it('a version that is named, and one to which there is no way', async () => {
    const named = await asked(['--to', '1.36.3']);
    expect(named.code).toBe(0);
    expect(named.stdout).toContain('  way: 1.35.4 → 1.36.3\n    nodeops check --to 1.36.3 --inventory prod.yaml');
    const beyond = await asked(['--to', '1.38.0']);
    expect(beyond.code).toBe(3);
    expect(beyond.stdout).toContain('nothing of 1.37 is offered to every node: there is no way to 1.38.0 yet\n');
  });

  it('another kubelet runs than is installed', async () => {
    const replaced = { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.2\n' };
    const { stdout } = await asked([], {
      facts: answers((node, key) => (node === 'w1' && key === 'kubelet-versions' ? replaced : undefined)),
    });
    expect(stdout).toMatch(/w1 +1\.35\.4-1\.1 +1\.35\.4-1\.1 \(running 1\.35\.2\) /);
  });

  it('a repository that cannot be read, and what only some nodes are offered', async () => {
    const facts = answers((node, key) => {
      if (node !== 'w1') return undefined;
      if (key === 'offered-packages 1.35') return recordedOutput('offered-packages', 'refused');
      return key === 'offered-packages 1.36' ? madison('1.36.3') : undefined;
    });
    const { code, stdout } = await asked([], { facts });
    expect(code).toBe(3);
    expect(stdout).toMatch(/1\.36 +1\.36\.3, on some nodes only: 1\.36\.5/);
    expect(stdout).toContain('w1: what is offered of 1.35: E: Failed to fetch http://pkgs.k8s.io:81/');
    expect(stdout).toContain('way: 1.35.4 → 1.36.3, the newest that every node is offered');
  });

  it('without an API server nothing is said of a way', async () => {
    const stopped = recordedOutput('own-api-server', 'stopped');
    const facts = answers((_node, key) => {
      if (key === 'own-api-server') return stopped;
      return key === 'kubeadm-config' || key === 'nodes'
        ? recordedOutput('nodes', 'api-server-stopped-1.35.4')
        : undefined;
    });
    const { code, stdout } = await asked([], { facts });
    expect(code).toBe(3);
    expect(stdout).not.toContain('  way:');
    expect(stdout).toMatch(/  the way: The connection to the server \S+ was refused/);
    expect(stdout).toContain('cp1: API server: ');
    expect(stdout).toMatch(/1\.36 +1\.36\.5/);
  });

  it('a node that is not reached is told', async () => {
    const { code, stdout, stderr } = await asked([], { facts: answers(), connect });
    expect([code, stderr]).toEqual([3, 'paris/w1: cannot connect\n']);
    expect(stdout).toContain('way: 1.35.4 → 1.36.5');
  });

  it('a host without any source of Kubernetes packages', async () => {
    const facts = answers((_node, key) =>
      key.startsWith('offered-packages') ? recordedOutput('offered-packages', 'no-source') : undefined,
    );
    const { code, stdout } = await asked([], { facts });
    expect(code).toBe(3);
    expect(stdout).toContain('w1: what is offered of 1.35: no source of Kubernetes packages\n');
  });
});

const offers = (minor: string, ...versions: readonly string[]): OfferedMinor => ({
  minor,
  versions,
  onSomeNodes: [],
  released: 'unknown',
  endOfLife: 'unknown',
});

describe('the way', () => {
  const offered = [
    offers('1.34', '1.34.4'),
    offers('1.35', '1.35.4'),
    offers('1.36', '1.36.3', '1.36.4-rc.0'),
    offers('1.37'),
  ];
  const way = (to?: string, running: readonly string[] = ['1.34.4'], current = '1.34.4') =>
    wayThere({ current, running, offered, to });

  it('goes over every minor, to the newest release', () =>
    expect(way()).toMatchObject({ to: '1.36.3', newest: true, hops: ['1.35.4', '1.36.3'] }));

  it('ends first what was begun and left', () =>
    expect(way(undefined, ['1.34.4', '1.35.4'], '1.35.4')).toMatchObject({ hops: ['1.35.4', '1.36.3'] }));

  it('has no end where everything is there', () => {
    expect(way('1.34.4')).toEqual({ from: '1.34.4', to: '1.34.4', newest: false, hops: [] });
    expect(way('1.34.4', ['1.34.2'])).toMatchObject({ hops: ['1.34.4'] });
  });

  it('to an older version is another command’s', () =>
    expect(way('1.33.1')).toMatchObject({ hops: [], next: 'nodeops rollback --to 1.33.1 --dry-run' }));

  it('says what is not offered', () => {
    expect(way('1.36.9').trouble).toBe(
      '1.36.9 is not offered: choose one of 1.36.3, 1.36.4-rc.0 with --to, or bring the mirror up to date',
    );
    const some = [{ ...offers('1.34'), versions: ['1.34.4'], onSomeNodes: ['1.34.9'] }, offers('1.35')];
    expect(wayThere({ current: '1.34.4', running: [], offered: some, to: '1.34.9' }).trouble).toBe(
      '1.34.9 is offered on some nodes only: bring the others’ sources up to date',
    );
  });
});

describe('until when a minor is supported', () => {
  it('is what the project says; an unknown minor is unknown', () => {
    expect(supportOf('1.36')).toEqual({ released: '2026-04-22', endOfLife: '2027-06-28' });
    expect(supportOf('1.32')).toBeUndefined();
    expect(supportOf('1.99')).toBeUndefined();
  });

  it('ended minors are told as such, unknown ones as unknown', async () => {
    const kubeadm = recordedOutput('kubeadm-config', 'paris-1.35.4');
    const old = { ...kubeadm, stdout: kubeadm.stdout.replace('v1.35.4', 'v1.31.4') };
    const facts = answers((_node, key) => {
      if (key === 'kubeadm-config') return old;
      if (key === 'offered-packages 1.31') return madison('1.31.14');
      return key === 'offered-packages 1.32'
        ? madison('1.32.9')
        : key.startsWith('offered-packages')
          ? notThere
          : undefined;
    });
    const { stdout } = await asked([], { facts });
    expect(stdout).toMatch(/1\.31 +1\.31\.14 +unknown +2025-11-11: ended\n/);
    expect(stdout).toMatch(/1\.32 +1\.32\.9 +unknown +unknown\n/);
    expect(stdout).toMatch(/1\.33 +nothing +2025-04-23 +2026-06-28: ended\n/);
  });
});
