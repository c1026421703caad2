export const name = 'ci-bad-input';
export const [cp1, w1] = [`${name}-cp1`, `${name}-w1`];

export interface Broken {
  readonly node: string;
  readonly script: string;
  readonly repair: string;
}

export interface Case {
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
export const beside: Broken = {
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
export const askingSudo: Broken = {
  node: w1,
  script: "mv /etc/sudoers.d/ops /root/ops.sudoers; echo 'ops ALL=(ALL) ALL' > /etc/sudoers.d/ops",
  repair: 'mv /root/ops.sudoers /etc/sudoers.d/ops',
};
export const withPassword = (text: string): string =>
  text.replace('become: sudo', 'become: { method: sudo, password: { env: LAB_SUDO } }');
const withKey = (text: string): string => text.replace(/identityFile: .*/, 'identityFile: /nowhere/key');

const replaceLine = 'replace that line by: deb [signed-by=';
const shutDown = 'names https://apt.kubernetes.io/, which was shut down in 2024';

export const cases: readonly Case[] = [
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
        `^${name}/${cp1}: blocked: the repository of v1\\.36 does not offer kubeadm, kubelet, kubectl 1\\.36\\.99 \\(it has .*1\\.36\\.3`,
      ),
      '    choose one of these with --to, or bring the mirror up to date',
      `    the same on ${w1}`,
    ],
  },
  {
    what: 'a way back: nothing else is said',
    to: '1.34.4',
    says: [`${name}: blocked: ${name} is on 1.35.4: 1.34.4 would be a way back`, /never goes back/],
  },
  {
    what: 'a minor that nobody offers',
    to: '1.37.1',
    says: [
      new RegExp(
        `^${name}/${cp1}: blocked: the repository of v1\\.37 cannot be read: E: The repository .* does not have`,
      ),
      '    see which source it is with `nodeops facts`, and try `apt-get update` on the node',
      `    the same on ${w1}`,
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
      new RegExp(
        `^${name}/${w1}: blocked: the disk of /var/cache/apt has \\d+ MiB left; the downloaded packages need 100 MiB$`,
      ),
      new RegExp(`^ {4}make room on ${w1}: apt-get clean`),
    ],
  },
  {
    what: 'several troubles of several nodes, all at once',
    breaks: [otherSystem(cp1), smallCache, beside],
    says: [
      new RegExp(`^${name}/${cp1}: blocked: ${cp1} runs Rocky Linux 9\\.5, which is not supported$`),
      /Debian or Ubuntu/,
      new RegExp(`^${name}/${w1}: blocked: the disk of /var/cache/apt has `),
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
