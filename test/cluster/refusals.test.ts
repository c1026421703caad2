import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../docker/until.ts';
import { digestAfter, owners, settledDigest, withoutOwner } from './digest.ts';
import { freshCluster, type LabCluster } from './lab-cluster.ts';
import { journalledWrites, operatorMachine, writesOf } from './run-nodeops.ts';

const name = 'ci-refusals';
const [cp1, w1, w2] = [`${name}-cp1`, `${name}-w1`, `${name}-w2`];

interface Refusal {
  readonly what: string;
  /** Words that the message must have: what, where, and what to type next. */
  readonly says: readonly string[];
  readonly to?: string;
  /** The inventory as it is, changed. */
  readonly inventory?: (text: string) => string;
  /** Done to a node before, and undone after. */
  readonly breaks?: { readonly node: string; readonly script: string; readonly repair: string };
}

const addressOf = (text: string, node: string): string =>
  new RegExp(`name: ${node}\\s+host: (\\S+)`).exec(text)?.[1] ?? '';
const withHost = (text: string, node: string, host: string): string =>
  text.replace(new RegExp(`(name: ${node}\\s+host: )\\S+`), `$1${host}`);

const refusals: readonly Refusal[] = [
  { what: 'a version below the current one', to: '1.34.4', says: ['1.35.4', 'an upgrade never goes back'] },
  {
    what: 'a minor at the end of the way that the repository does not have',
    to: '1.37.1',
    says: ['the repository of v1.37 cannot be read', `the same on ${w1}, ${w2}`],
  },
  {
    what: 'a version that the repository does not offer',
    to: '1.36.99',
    says: ['does not offer kubeadm, kubelet, kubectl 1.36.99', '1.36.3'],
  },
  {
    what: 'a minor that has no repository',
    to: '1.36.3',
    breaks: {
      node: w1,
      script: "sed -i.before 's#core:/stable:#core:/nowhere:/core:/stable:#' /etc/apt/sources.list.d/kubernetes.list",
      repair: 'mv /etc/apt/sources.list.d/kubernetes.list.before /etc/apt/sources.list.d/kubernetes.list',
    },
    says: [w1, 'cannot be read'],
  },
  {
    what: 'an address where nobody is',
    inventory: (text) => withHost(text, w2, '172.31.250.250'),
    says: [`${name}/${w2}`, '172.31.250.250'],
  },
  {
    what: 'a closed port',
    inventory: (text) => text.replace(`name: ${w2}`, `name: ${w2}\n        ssh: { port: 2222 }`),
    says: [`${name}/${w2}`, ':2222'],
  },
  {
    what: 'a node of the inventory that the cluster does not have',
    inventory: (text) => text.replaceAll(w2, `${name}-w9`),
    says: [`not in the cluster: ${name}-w9`, `not in the inventory: ${w2}`, 'kubectl get nodes'],
  },
  {
    what: 'a node of the cluster that the inventory does not have',
    inventory: (text) => text.replace(new RegExp(`\\s+- name: ${w2}\\s+host: \\S+\\s+role: worker`), ''),
    says: [`not in the inventory: ${w2}`],
  },
  {
    what: 'two hosts swapped',
    inventory: (text) => {
      const [first, second] = [addressOf(text, w1), addressOf(text, w2)];
      return withHost(withHost(text, w1, second), w2, first);
    },
    says: [`the host behind ${w1} is ${w2}`, `the host behind ${w2} is ${w1}`],
  },
  {
    what: 'a node of another cluster',
    breaks: {
      node: w1,
      script:
        'cp -p /etc/kubernetes/pki/ca.crt /root/ca.before; openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -out /etc/kubernetes/pki/ca.crt -days 9 -subj /CN=kubernetes 2>/dev/null',
      repair: 'mv /root/ca.before /etc/kubernetes/pki/ca.crt',
    },
    says: [`the host behind ${w1} belongs to another cluster`],
  },
  {
    what: 'an operating system that is not supported',
    breaks: {
      node: w2,
      script:
        'cp -a /etc/os-release /root/os-release.before; rm /etc/os-release; printf \'ID=slackware\\nNAME=Slackware\\nPRETTY_NAME="Slackware 15.0"\\nVERSION_ID=15.0\\n\' > /etc/os-release',
      repair: 'rm /etc/os-release; cp -a /root/os-release.before /etc/os-release; rm /root/os-release.before',
    },
    says: [w2, 'Slackware 15.0', 'not supported'],
  },
  {
    what: 'a source line of the old repository',
    breaks: {
      node: w2,
      script:
        "mv /etc/apt/sources.list.d/kubernetes.list /root/; echo 'deb https://apt.kubernetes.io/ kubernetes-xenial main' > /etc/apt/sources.list.d/kubernetes.list",
      repair: 'mv /root/kubernetes.list /etc/apt/sources.list.d/kubernetes.list',
    },
    says: ['kubernetes.list:1', 'apt.kubernetes.io', 'replace that line by: deb [signed-by='],
  },
  {
    what: 'a repository key that has expired',
    breaks: {
      node: w1,
      script: [
        'export GNUPGHOME=$(mktemp -d); keyring=/etc/apt/keyrings/kubernetes-apt-keyring.gpg; mv $keyring /root/',
        'gpg -q --batch --faked-system-time 20240101T000000 --passphrase "" --quick-gen-key old@example.invalid rsa2048 sign 30d 2>/dev/null',
        'gpg -q --batch --export > $keyring; rm -rf "$GNUPGHOME"',
      ].join('; '),
      repair: 'mv /root/kubernetes-apt-keyring.gpg /etc/apt/keyrings/kubernetes-apt-keyring.gpg',
    },
    says: [w1, 'expired on 2024-01-31', 'gpg --dearmor'],
  },
  {
    what: 'a disk that is too small',
    breaks: {
      node: cp1,
      // The same files on a small file system: nothing but the room changes.
      script:
        'mkdir -p /mnt/small; mount -t tmpfs -o size=30m tmpfs /mnt/small; cp -a /etc/kubernetes/. /mnt/small/; mount --bind /mnt/small /etc/kubernetes',
      repair: 'umount /etc/kubernetes; umount /mnt/small; rmdir /mnt/small',
    },
    says: [cp1, '/etc/kubernetes has', "kubeadm's copies of etcd need", 'make room'],
  },
  {
    what: 'a flag that neither the kubelet of now nor that of the target knows',
    breaks: {
      node: w1,
      script: `cp -p /etc/default/kubelet /root/; echo 'KUBELET_EXTRA_ARGS="--pod-infra-container-image=x"' > /etc/default/kubelet`,
      repair: 'mv /root/kubelet /etc/default/kubelet',
    },
    says: [w1, 'does not know --pod-infra-container-image', 'take it out of /etc/default/kubelet'],
  },
];

interface Provocation {
  readonly gate: string;
  readonly what: string;
  readonly verdict: 'warn' | 'block';
  readonly node: string;
  readonly script: string;
  readonly repair: string;
  readonly says: RegExp;
}

const kubeletConfig = 'kubectl -n kube-system get configmap kubelet-config -o yaml';
const kubeadmConfig = 'kubectl -n kube-system get configmap kubeadm-config -o yaml';
const certificates = '/etc/containerd/certs.d';
const sourceList = '/etc/apt/sources.list.d/kubernetes.list';
const archives = '/var/cache/apt/archives';

/** What `nodeops check` alone is asked about: each is seen, and what it says. */
const provocations: readonly Provocation[] = [
  {
    gate: 'hand-edits',
    what: 'a manifest that was edited by hand',
    verdict: 'block',
    node: cp1,
    script:
      "cp -p /etc/kubernetes/manifests/kube-scheduler.yaml /root/; sed -i 's/^    - --leader-elect=true/&\\n    - --v=1/' /etc/kubernetes/manifests/kube-scheduler.yaml",
    repair: 'mv /root/kube-scheduler.yaml /etc/kubernetes/manifests/kube-scheduler.yaml',
    says: /manifest of kube-scheduler was edited by hand[^]*\+ *- --v=1/,
  },
  {
    gate: 'certificates',
    what: 'a certificate that has expired',
    verdict: 'block',
    node: cp1,
    script: [
      'cd /etc/kubernetes/pki; cp -p front-proxy-client.crt /root/',
      'openssl req -new -key front-proxy-client.key -subj /CN=front-proxy-client -out /root/old.csr',
      'openssl x509 -req -in /root/old.csr -CA front-proxy-ca.crt -CAkey front-proxy-ca.key -days -1 -out front-proxy-client.crt 2>/dev/null',
    ].join('; '),
    repair:
      'mv /root/front-proxy-client.crt /etc/kubernetes/pki/front-proxy-client.crt; rm -f /root/old.csr /etc/kubernetes/pki/*.srl',
    says: /front-proxy-client\.crt expired on \d{4}-/,
  },
  {
    gate: 'certificates',
    what: 'an authority whose key is elsewhere',
    verdict: 'warn',
    node: cp1,
    script: 'mv /etc/kubernetes/pki/front-proxy-ca.key /root/',
    repair: 'mv /root/front-proxy-ca.key /etc/kubernetes/pki/',
    says: /no key of front-proxy-ca is here/,
  },
  {
    gate: 'cgroup-version',
    what: 'a kubelet that would refuse the control groups of the host',
    verdict: 'block',
    node: cp1,
    script: `${kubeletConfig} > /root/kubelet-config.yaml; ${kubeletConfig} | sed '/failCgroupV1/d' | kubectl replace -f - >/dev/null`,
    repair:
      "sed -i '/resourceVersion/d' /root/kubelet-config.yaml; kubectl replace -f /root/kubelet-config.yaml >/dev/null; rm /root/kubelet-config.yaml",
    says: /cgroup v1, on which a kubelet 1\.36 does not start/,
  },
  {
    gate: 'clock-skew',
    what: 'a clock that is ahead',
    verdict: 'block',
    node: w1,
    script:
      'printf \'#!/bin/sh\\nexec /usr/bin/date -d "+2 minutes" "$@"\\n\' > /usr/local/sbin/date; chmod 755 /usr/local/sbin/date',
    repair: 'rm /usr/local/sbin/date',
    says: /its clock is 1\d\d s ahead of that of the control planes/,
  },
  {
    gate: 'target-packages',
    what: 'a pin',
    verdict: 'warn',
    node: w2,
    script: "printf 'Package: kube*\\nPin: version 1.35.*\\nPin-Priority: 1001\\n' > /etc/apt/preferences.d/kubernetes",
    repair: 'rm /etc/apt/preferences.d/kubernetes',
    says: /kube\* is pinned to version 1\.35\.\* \(\/etc\/apt\/preferences\.d\/kubernetes:1, priority 1001\)/,
  },
  {
    gate: 'container-runtime',
    what: 'a runtime that the target does not list',
    verdict: 'warn',
    node: w2,
    script: 'true',
    repair: 'true',
    says: /containerd 1\.6\.20~ds1; Kubernetes 1\.36\.3 lists 2\.2\.0\+/,
  },
  {
    gate: 'image-registry',
    what: 'a registry that does not answer',
    verdict: 'block',
    node: w1,
    script: `cp -a ${certificates} /root/certs.before; sed -i 's/:5000/:9/' ${certificates}/registry.k8s.io/hosts.toml`,
    repair: `rm -r ${certificates}; mv /root/certs.before ${certificates}`,
    says: /kube-proxy:v1\.36\.3 cannot be had: http:\/\/\S+:9: \(7\) Failed to connect/,
  },
  {
    gate: 'image-registry',
    what: 'a repository of images that nobody has',
    verdict: 'block',
    node: cp1,
    script: `${kubeadmConfig} > /root/kubeadm-config.yaml; sed 's#imageRepository: .*#&/nowhere#' /root/kubeadm-config.yaml | kubectl replace -f - >/dev/null`,
    repair:
      "sed -i '/resourceVersion/d' /root/kubeadm-config.yaml; kubectl replace -f /root/kubeadm-config.yaml >/dev/null; rm /root/kubeadm-config.yaml",
    says: /nowhere\/kube-apiserver:v1\.36\.3, \S+.* cannot be had: http:\/\/\S+ does not have it/,
  },
  {
    gate: 'way-back-packages',
    what: 'a mirror that has only a newer patch of the version of now',
    verdict: 'warn',
    node: w2,
    script: [
      `set -e; mv ${sourceList} /root/; mv ${archives} /root/; mkdir -p ${archives}/partial`,
      'for v in 1.35 1.36; do d=/srv/core:/stable:/v$v/deb; mkdir -p $d; curl -fsS https://pkgs.k8s.io/core:/stable:/v$v/deb/Packages > $d/Packages; done',
      "sed -i 's/1\\.35\\.4-1\\.1/1.35.9-1.1/' /srv/core:/stable:/v1.35/deb/Packages",
      `echo 'deb [trusted=yes] file:/srv/core:/stable:/v1.35/deb/ /' > ${sourceList}`,
    ].join('; '),
    repair: `rm -r ${archives} /srv/core:; mv /root/archives ${archives}; mv /root/kubernetes.list ${sourceList}`,
    says: /could not install kubeadm 1\.35\.4-1\.1, kubelet 1\.35\.4-1\.1, kubectl 1\.35\.4-1\.1: the repository of v1\.35 does not offer them/,
  },
];

/** Changes a ConfigMap of kubeadm by sed, and puts it back. */
const configured = (configMap: string, expression: string) => ({
  node: cp1,
  script: `kubectl -n kube-system get configmap ${configMap} -o yaml > /root/${configMap}.yaml; sed '${expression}' /root/${configMap}.yaml | kubectl replace -f - >/dev/null`,
  repair: `sed -i '/resourceVersion/d' /root/${configMap}.yaml; kubectl replace -f /root/${configMap}.yaml >/dev/null; rm /root/${configMap}.yaml`,
});

interface Unknown {
  readonly what: string;
  readonly breaks: readonly { readonly node: string; readonly script: string; readonly repair: string }[];
  readonly more?: readonly string[];
  readonly says: readonly string[];
}

const gone = 'InTreePluginPortworxUnregister';

/** What only the target's own programs can say, once they were fetched. */
const unknown: readonly Unknown[] = [
  {
    what: 'a feature gate of a kubelet that the target has no longer',
    breaks: [
      configured('kubelet-config', `s/^    fileCheckFrequency:/    featureGates:\\n      ${gone}: true\\n&/`),
      {
        node: w2,
        script: `cp -p /var/lib/kubelet/config.yaml /root/; printf 'featureGates:\\n  ${gone}: true\\n' >> /var/lib/kubelet/config.yaml`,
        repair: 'mv /root/config.yaml /var/lib/kubelet/config.yaml',
      },
    ],
    says: [
      `kubelet 1.36.3 does not take the feature gate ${gone}=true (featureGates in /var/lib/kubelet/config.yaml), and would not start: unrecognized feature gate: ${gone}`,
      w2,
      'kubectl -n kube-system edit configmap kubelet-config',
    ],
  },
  {
    what: 'a flag, a feature gate and an admission plug-in of the API server',
    breaks: [
      configured(
        'kubeadm-config',
        `s/^    apiServer: {}$/    apiServer:\\n      extraArgs:\\n      - name: no-such-flag\\n        value: "1"\\n      - name: feature-gates\\n        value: ${gone}=true\\n      - name: enable-admission-plugins\\n        value: NodeRestriction,PodSecurityPolicy/`,
      ),
    ],
    // No manifest has them: the API server of now would not start with them either.
    more: ['--waive', 'hand-edits=only kubeadm-config was changed'],
    says: [
      `kube-apiserver 1.36.3 does not know --no-such-flag (apiServer.extraArgs in kubeadm-config), and would not start`,
      `does not take the feature gate ${gone}=true (apiServer.extraArgs in kubeadm-config), and would not start: unrecognized feature gate: ${gone}`,
      'kube-apiserver 1.36.3 has no admission plug-in PodSecurityPolicy, and would not start',
    ],
  },
];

const findings = z.object({
  findings: z.array(
    z.object({
      gate: z.string(),
      node: z.string().optional(),
      verdict: z.string(),
      blocks: z.array(z.object({ because: z.string() })),
      warnings: z.array(z.object({ because: z.string() })),
    }),
  ),
});

describe('what stands in the way is said, and nothing is written', () => {
  const machine = operatorMachine();
  const folder = mkdtempSync(join(tmpdir(), 'nodeops-refusals-'));
  let cluster: LabCluster;
  let original = '';
  let before: readonly string[] = [];

  const upgrade = (
    inventory: string,
    to = '1.36.3',
    env: Readonly<Record<string, string>> = {},
    more: readonly string[] = [],
  ) => {
    const file = join(folder, 'inventory.yaml');
    writeFileSync(file, inventory);
    return machine.nodeops(['upgrade', '--inventory', file, '--to', to, '--yes', ...more], env);
  };
  const shell = (node: string, script: string) => cluster.exec(node, 'sh', '-c', script);

  beforeAll(async () => {
    cluster = await freshCluster({ name, topology: '1+2', version: '1.35.4' });
    original = readFileSync(cluster.inventory, 'utf8');
    before = await settledDigest(cluster);
  });
  afterAll(async () => {
    await cluster.dispose();
    machine.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(refusals)('$what', async ({ inventory, to, breaks, says }) => {
    if (breaks !== undefined) await shell(breaks.node, breaks.script);
    const ended = await upgrade(inventory?.(original) ?? original, to);
    if (breaks !== undefined) await shell(breaks.node, breaks.repair);
    expect(ended.code, `${ended.stdout}\n${ended.stderr}`).toBe(3);
    for (const words of says) expect(ended.stderr).toContain(words);
    expect(writesOf(ended)).toBe(0);
  });

  it('a host key that known_hosts does not have', async () => {
    const empty = join(folder, 'no_hosts');
    writeFileSync(empty, '');
    const ended = await upgrade(original.replace(/knownHostsFile: .*/, `knownHostsFile: ${empty}`));
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toMatch(/SHA256:/);
    expect(ended.stderr).toContain('ssh-keyscan');
  });

  it('a host key that has changed', async () => {
    const changed = join(folder, 'changed_hosts');
    const known = readFileSync(/knownHostsFile: (.*)/.exec(original)?.[1] ?? '', 'utf8')
      .trim()
      .split('\n');
    const keys = known.map((line) => line.split(' ').slice(1).join(' '));
    // Each host gets its neighbour's key.
    writeFileSync(
      changed,
      known.map((line, index) => `${line.split(' ')[0]} ${keys[(index + 1) % keys.length]}\n`).join(''),
    );
    const ended = await upgrade(original.replace(/knownHostsFile: .*/, `knownHostsFile: ${changed}`));
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toContain(`${changed}:1`);
    expect(ended.stderr).toContain('ssh-keygen -R');
  });

  it('a key that the nodes do not take', async () => {
    const key = join(folder, 'stranger');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const ended = await upgrade(original.replace(/identityFile: .*/, `identityFile: ${key}`), '1.36.3', {
      SSH_AUTH_SOCK: '',
    });
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toContain(`ssh -i ${key}`);
  });

  it('sudo that asks for a password', async () => {
    await shell(w1, "mv /etc/sudoers.d/ops /root/ops.sudoers; echo 'ops ALL=(ALL) ALL' > /etc/sudoers.d/ops");
    const ended = await upgrade(original);
    await shell(w1, 'mv /root/ops.sudoers /etc/sudoers.d/ops');
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toContain(`${name}/${w1}`);
    expect(ended.stderr).toContain('password: { prompt: true }');
  });

  it('a version that is there already is no error', async () => {
    const ended = await upgrade(original, '1.35.4');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('nothing to do');
    expect(writesOf(ended)).toBe(0);
  });

  it.each(provocations)('check, $gate: $what', async ({ gate, verdict, node, script, repair, says }) => {
    await shell(node, script);
    const ended = await machine.nodeops([
      'check',
      '--inventory',
      cluster.inventory,
      '--to',
      '1.36.3',
      '--output',
      'json',
    ]);
    await shell(node, repair);
    const found = findings
      .parse(JSON.parse(ended.stdout))
      .findings.find((each) => each.gate === gate && each.node === node);
    expect(found?.verdict, ended.stdout).toBe(verdict);
    const told = verdict === 'block' ? found?.blocks : found?.warnings;
    expect(told?.map(({ because }) => because).join('\n')).toMatch(says);
    expect(ended.code, ended.stderr).toBe(verdict === 'block' ? 3 : 0);
    expect(writesOf(ended)).toBe(0);
  });

  it.each([
    [
      '{ ">=3.30 <3.32": "1.32 - 1.35", ">=3.32": "1.33 - 1.36" }',
      'block',
      /calico 3\.30\.1 goes with Kubernetes 1\.32 - 1\.35, not with 1\.36\.3/,
    ],
    ['{ ">=3.32": "1.33 - 1.36" }', 'warn', /the inventory has no range for calico 3\.30\.1/],
  ])('check, addon-compatibility: ranges %s', async (ranges, verdict, says) => {
    const calico = ['-n', 'kube-system', 'deployment', 'calico'];
    await cluster.kubectl('create', ...calico, '--image=quay.io/calico/node:v3.30.1', '--replicas=0');
    const file = join(folder, 'compatibility.yaml');
    const listed = `    compatibility: [{ name: calico, image: "*/calico/node", kubernetes: ${ranges} }]\n    nodes:`;
    writeFileSync(file, original.replace(/^ {4}nodes:/m, listed));
    const ended = await machine.nodeops(['check', '--inventory', file, '--to', '1.36.3', '--output', 'json']);
    await cluster.kubectl('delete', ...calico, '--wait=true');
    const found = findings.parse(JSON.parse(ended.stdout)).findings.find(({ gate }) => gate === 'addon-compatibility');
    expect(found?.verdict, ended.stdout).toBe(verdict);
    expect([...(found?.blocks ?? []), ...(found?.warnings ?? [])].map(({ because }) => because).join()).toMatch(says);
    expect(ended.code, ended.stderr).toBe(verdict === 'block' ? 3 : 0);
  });

  it('after all of that nodes and objects are as they were', async () => {
    expect(await digestAfter(cluster, before)).toEqual(before);
  });

  it('a node that is not Ready', async () => {
    await shell(w2, 'systemctl stop kubelet');
    const ready = '{.status.conditions[?(@.type=="Ready")].status}';
    const lost = await until(
      async () => (await cluster.kubectl('get', 'node', w2, '-o', `jsonpath=${ready}`)) === 'Unknown',
      300_000,
      2000,
    );
    const ended = await upgrade(original);
    await shell(w2, 'systemctl start kubelet');
    const back = await until(
      async () => (await cluster.kubectl('get', 'node', w2, '-o', `jsonpath=${ready}`)) === 'True',
      300_000,
      1000,
    );
    expect([lost, back]).toEqual([true, true]);
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toContain(`not ready: ${w2} (Ready Unknown)`);
    expect(writesOf(ended)).toBe(0);
  });

  it('a lock of apt that is not given back in time', async () => {
    await shell(w1, 'systemd-run --quiet --unit=holds-apt flock /var/lib/dpkg/lock-frontend sleep 600');
    const held = await until(
      async () => (await shell(w1, 'flock --nonblock /var/lib/dpkg/lock-frontend true || echo held')).includes('held'),
      60_000,
    );
    const ended = await upgrade(original.replace(/^ {4}nodes:/m, '    apt: { lockTimeout: 3s }\n    nodes:'));
    await shell(w1, 'systemctl stop holds-apt');
    expect(held).toBe(true);
    expect(ended.code, ended.stdout).toBe(3);
    expect(ended.stdout).toMatch(/still waiting after 3 s for: apt's lock, held by \S*flock/);
    // What takes its time is waited for by a run, which owns the cluster meanwhile: it has written that, and nothing else.
    const [{ run, addresses } = { run: '', addresses: [] }, ...others] = journalledWrites(machine);
    expect([others, new Set(addresses), addresses.length]).toEqual([[], new Set(['lease']), writesOf(ended)]);
    const after = await digestAfter(cluster, before, withoutOwner);
    expect(withoutOwner(after)).toEqual(withoutOwner(before));
    expect(owners(after)).toEqual([...[cp1, w1, w2].map((node) => `${node} owner 1 ${run}`), 'lease owner 1 []']);
  });

  it.each(unknown)('once the target was fetched: $what', async ({ breaks, more, says }) => {
    for (const { node, script } of breaks) await shell(node, script);
    const ended = await upgrade(original, '1.36.3', {}, more);
    for (const { node, repair } of breaks) await shell(node, repair);
    const told = `${ended.stdout}\n${ended.stderr}`;
    expect(ended.code, told).toBe(3);
    for (const words of says) expect(told).toContain(words);
    expect(told).toMatch(/nothing was changed/i);
    const nodes = await cluster.kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].spec.unschedulable}');
    expect(nodes).toBe('');
    expect(await shell(cp1, "dpkg-query -W -f='${Version}' kubeadm")).toBe('1.35.4-1.1');
  });

  it('check asks what was fetched, and finds it repaired; nothing of it is left on a node', async () => {
    const asked = ['check', '--inventory', cluster.inventory, '--to', '1.36.3', '--output', 'json'];
    const found = findings.parse(JSON.parse((await machine.nodeops(asked)).stdout)).findings;
    const gates = found.filter(({ gate }) => gate.endsWith('-takes-flags'));
    expect(gates.map(({ gate, node, verdict }) => `${gate} ${node} ${verdict}`).toSorted()).toEqual([
      `control-plane-takes-flags ${cp1} pass`,
      ...[cp1, w1, w2].map((node) => `kubelet-takes-flags ${node} pass`),
    ]);
    for (const node of [cp1, w1, w2])
      expect(await shell(node, 'ls /var/lib/nodeops | grep asked; grep asked /proc/self/mounts; :')).toBe('');
    expect(await shell(cp1, 'ctr -n k8s.io snapshots ls | grep asked; ctr -n k8s.io leases ls | grep asked; :')).toBe(
      '',
    );
  });
});
