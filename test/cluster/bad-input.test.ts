import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../docker/until.ts';
import { digest, freshCluster, type LabCluster } from './lab-cluster.ts';
import { operatorMachine, writesOf } from './run-nodeops.ts';

const name = 'ci-bad-input';
const [cp1, w1] = [`${name}-cp1`, `${name}-w1`];

interface Broken {
  readonly node: string;
  readonly script: string;
  readonly repair: string;
}

interface Case {
  readonly what: string;
  /** What is said of the state of the world, in this order; all of it, the count of round trips left out. */
  readonly says: readonly (string | RegExp)[];
  readonly to?: string;
  readonly inventory?: (text: string) => string;
  readonly breaks?: readonly Broken[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default 3: the state of the world. */
  readonly code?: number;
}

const hostOf = (text: string, node: string): string =>
  new RegExp(`name: ${node}\\s+host: (\\S+)`).exec(text)?.[1] ?? '';
const withHost = (text: string, node: string, host: string): string =>
  text.replace(new RegExp(`(name: ${node}\\s+host: )\\S+`), `$1${host}`);
const nobody = '172.31.250.250';

const oldLine = 'deb https://apt.kubernetes.io/ kubernetes-xenial main';
const beside: Broken = {
  node: w1,
  script: `echo '${oldLine}' > /etc/apt/sources.list.d/old.list`,
  repair: 'rm /etc/apt/sources.list.d/old.list',
};
const onlyOld = (node: string): Broken => ({
  node,
  script: `mv /etc/apt/sources.list.d/kubernetes.list /root/; echo '${oldLine}' > /etc/apt/sources.list.d/kubernetes.list`,
  repair: 'mv /root/kubernetes.list /etc/apt/sources.list.d/kubernetes.list',
});
const otherSystem = (node: string): Broken => ({
  node,
  script: 'mv /etc/os-release /root/; printf \'ID=rocky\\nPRETTY_NAME="Rocky Linux 9.5"\\n\' > /etc/os-release',
  repair: 'mv /root/os-release /etc/os-release',
});
const smallCache: Broken = {
  node: w1,
  script: 'mount -t tmpfs -o size=20m tmpfs /var/cache/apt',
  repair: 'umount /var/cache/apt',
};
const askingSudo: Broken = {
  node: w1,
  script: "mv /etc/sudoers.d/ops /root/ops.sudoers; echo 'ops ALL=(ALL) ALL' > /etc/sudoers.d/ops",
  repair: 'mv /root/ops.sudoers /etc/sudoers.d/ops',
};
const withPassword = (text: string): string =>
  text.replace('become: sudo', 'become: { method: sudo, password: { env: LAB_SUDO } }');
const withKey = (text: string): string => text.replace(/identityFile: .*/, 'identityFile: /nowhere/key');

const replaceLine = 'replace that line by: deb [signed-by=';
const shutDown = 'names https://apt.kubernetes.io/, which was shut down in 2024';

const cases: readonly Case[] = [
  {
    what: 'control plane and worker swapped: said although no API server can be asked',
    inventory: (text) => withHost(withHost(text, cp1, hostOf(text, w1)), w1, hostOf(text, cp1)),
    says: [
      `${name}/${cp1}: blocked: the host behind ${cp1} is ${w1}: its kubelet's certificate says so`,
      '    check the addresses in the inventory: two of them may be swapped',
      `${name}/${w1}: blocked: the host behind ${w1} is ${cp1}: its kubelet's certificate says so`,
      '    check the addresses in the inventory: two of them may be swapped',
    ],
  },
  {
    what: 'no control plane reachable',
    inventory: (text) => withHost(text, cp1, nobody),
    says: [new RegExp(`^${name}/${cp1}: ${nobody}:22 cannot be reached: `), /^ {4}Try: ssh .*ops@172\.31\.250\.250$/],
  },
  {
    what: 'an unreachable worker does not hide what is wrong with the control plane',
    inventory: (text) => withHost(text, w1, nobody),
    breaks: [onlyOld(cp1)],
    says: [
      new RegExp(`^${name}/${w1}: ${nobody}:22 cannot be reached: `),
      /^ {4}Try: ssh /,
      `${name}/${cp1}: blocked: /etc/apt/sources.list.d/kubernetes.list:1 ${shutDown}`,
      new RegExp(`^ {4}${replaceLine.replace('[', '\\[')}`),
    ],
  },
  {
    what: 'a key that is not there: one message for all nodes',
    inventory: withKey,
    says: [
      `${name}/${cp1}: identity file /nowhere/key: does not exist`,
      '    Correct identityFile in the inventory, or: ls -l /nowhere/key',
      `    the same on ${w1}`,
    ],
  },
  {
    what: 'a version that nobody offers: one message for all packages and nodes',
    to: '1.36.99',
    says: [
      new RegExp(
        `^${name}/${cp1}: blocked: the repository of v1\\.36 does not offer kubeadm 1\\.36\\.99 \\(it has .*1\\.36\\.3`,
      ),
      '    choose one of these with --to, or bring the mirror up to date',
      `    the same on ${w1}`,
    ],
  },
  {
    what: 'a way back: nothing else is said',
    to: '1.34.4',
    says: [`${name}: blocked: ${name} is on 1.35.4: 1.34.4 would be a way back`, /rollback/],
  },
  {
    what: 'two minors: nothing else is said',
    to: '1.37.1',
    says: [
      `${name}: blocked: 1.37.1 is 2 minors above 1.35.4, and kubeadm goes one at a time`,
      '    upgrade to a 1.36 version first',
    ],
  },
  {
    what: 'a line of the old repository beside a good one',
    breaks: [beside],
    says: [
      `${name}/${w1}: blocked: /etc/apt/sources.list.d/old.list:1 ${shutDown}`,
      '    remove that line: another source has the packages',
    ],
  },
  {
    what: 'a line of the old repository on every node: one message',
    breaks: [onlyOld(cp1), onlyOld(w1)],
    says: [
      `${name}/${cp1}: blocked: /etc/apt/sources.list.d/kubernetes.list:1 ${shutDown}`,
      new RegExp(`^ {4}${replaceLine.replace('[', '\\[')}.*core:/stable:/v1\\.36/deb/ /$`),
      `    the same on ${w1}`,
    ],
  },
  {
    what: 'no room for downloads',
    breaks: [smallCache],
    says: [
      new RegExp(`^${name}/${w1}: blocked: /var/cache/apt has \\d+ MiB left; the downloaded packages need 100 MiB$`),
      new RegExp(`^ {4}make room on ${w1}: apt-get clean`),
    ],
  },
  {
    what: 'several troubles of several nodes, all at once',
    breaks: [otherSystem(cp1), smallCache, beside],
    says: [
      new RegExp(`^${name}/${cp1}: blocked: ${cp1} runs Rocky Linux 9\\.5, which is not supported$`),
      /Debian or Ubuntu/,
      new RegExp(`^${name}/${w1}: blocked: /var/cache/apt has `),
      /make room/,
      `${name}/${w1}: blocked: /etc/apt/sources.list.d/old.list:1 ${shutDown}`,
      /remove that line/,
    ],
  },
  {
    what: 'a sudo password that sudo does not take',
    inventory: withPassword,
    breaks: [askingSudo],
    env: { LAB_SUDO: 'not-the-password' },
    says: [
      new RegExp(`^${name}/${w1}: ops@\\S+: sudo did not take the configured password`),
      /password: \{ prompt: true \}/,
    ],
  },
];

/** What is said, without what is counted and without the closing line, which are asserted for all. */
const told = (stderr: string): readonly string[] =>
  stderr.split('\n').filter((line) => line !== '' && line !== 'Nothing was changed.' && !/round trips/.test(line));

const matches = (line: string | undefined, expected: string | RegExp): boolean =>
  typeof expected === 'string' ? line === expected : expected.test(line ?? '');

/** Takes apt's lock as apt does, with fcntl(2), and holds it until it is stopped. */
const lockLikeApt = [
  'use Fcntl;',
  'open(my $lock, "+<", "/var/lib/dpkg/lock-frontend") or die;',
  'fcntl($lock, F_SETLK, pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0)) or die $!;',
  'sleep;',
].join(' ');

describe('what is wrong is said once, whole and in few words, and nothing is written', () => {
  const machine = operatorMachine();
  const folder = mkdtempSync(join(tmpdir(), 'nodeops-bad-input-'));
  let cluster: LabCluster;
  let original = '';
  let before: readonly string[] = [];

  const write = (text: string): string => {
    const file = join(folder, 'inventory.yaml');
    writeFileSync(file, text);
    return file;
  };
  const upgrade = (text: string, to = '1.36.3', env: Readonly<Record<string, string>> = {}) =>
    machine.nodeops(['upgrade', '--inventory', write(text), '--to', to, '--yes'], { SSH_AUTH_SOCK: '', ...env });
  const shell = (node: string, script: string) => cluster.exec(node, 'sh', '-c', script);

  /** A cluster that was just made still writes down how its pods came up. */
  const settled = async (): Promise<readonly string[]> => {
    let last = await digest(cluster);
    const still = await until(
      async () => {
        const next = await digest(cluster);
        const same = next.join('\n') === last.join('\n');
        last = next;
        return same;
      },
      120_000,
      2000,
    );
    expect(still, 'the cluster never came to rest').toBe(true);
    return last;
  };

  beforeAll(async () => {
    cluster = await freshCluster({ name, topology: '1+1', version: '1.35.4' });
    original = readFileSync(cluster.inventory, 'utf8');
    before = await settled();
  });
  afterAll(async () => {
    await cluster.dispose();
    machine.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(cases)('$what', async ({ says, to, inventory, breaks = [], env, code = 3 }) => {
    for (const { node, script } of breaks) await shell(node, script);
    const ended = await upgrade(inventory?.(original) ?? original, to, env);
    for (const { node, repair } of breaks.toReversed()) await shell(node, repair);
    const lines = told(ended.stderr);
    const wrong = says.flatMap((expected, index) => (matches(lines[index], expected) ? [] : [String(expected)]));
    expect(wrong, ended.stderr).toEqual([]);
    expect(lines, ended.stderr).toHaveLength(says.length);
    expect(ended.stderr).toContain('Nothing was changed.');
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(writesOf(ended)).toBe(0);
  });

  it('a sudo password whose variable is not set is bad input', async () => {
    await shell(w1, askingSudo.script);
    const ended = await upgrade(withPassword(original));
    await shell(w1, askingSudo.repair);
    expect(ended.stderr).toContain('LAB_SUDO');
    expect(ended.code, ended.stderr).toBe(2);
  });

  it('a dry run that is blocked shows the plan as well, and says the same', async () => {
    await shell(w1, beside.script);
    const shown = await machine.nodeops(['plan', '--inventory', write(original), '--to', '1.36.3']);
    await shell(w1, beside.repair);
    expect(shown.code).toBe(3);
    expect(shown.stdout).toContain('kubeadm upgrade apply v1.36.3');
    expect(shown.stderr).toContain('remove that line: another source has the packages');
  });

  it("apt's lock, held as apt holds it, beyond the time for it", async () => {
    await cluster.exec(w1, 'systemd-run', '--quiet', '--unit=like-apt', 'perl', '-e', lockLikeApt);
    const held = await until(
      async () => (await shell(w1, 'cat /proc/locks')).includes('POSIX  ADVISORY  WRITE'),
      10_000,
    );
    const ended = await upgrade(original.replace(/^ {4}nodes:/m, '    apt: { lockTimeout: 3s }\n    nodes:'));
    await shell(w1, 'systemctl stop like-apt');
    expect(held).toBe(true);
    expect(ended.code, ended.stdout).toBe(3);
    expect(ended.stdout).toMatch(/BLOCKED .*apt-lock/);
    expect(ended.stdout).toMatch(/still waiting after 3 s for: apt's lock, held by .*perl.* \(\d+\)/);
    expect(ended.stdout).toMatch(new RegExp(`let it finish, or stop it on ${w1} \\(ps -fp \\d+\\)`));
    expect(writesOf(ended)).toBe(0);
  });

  it('a version that is there already is no error', async () => {
    const ended = await upgrade(original, '1.35.4');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('nothing to do');
    expect(writesOf(ended)).toBe(0);
  });

  it('after all of that nodes and objects are as they were', async () => {
    expect(await digest(cluster)).toEqual(before);
  });
});
