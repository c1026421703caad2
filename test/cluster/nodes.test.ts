import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { heldPackages, freshCluster, type LabCluster } from './lab-cluster.ts';
import { operatorMachine, type Ended } from './run-nodeops.ts';

const name = 'ci-nodes';
const [controlPlane, first, second] = [`${name}-cp1`, `${name}-w1`, `${name}-w2`];
const machine = operatorMachine();
let cluster: LabCluster;

const nodeops = (...args: readonly string[]): Promise<Ended> =>
  machine.nodeops([...args, '--inventory', cluster.inventory]);
const done = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await nodeops(...args, '--yes');
  expect(code, stderr + stdout).toBe(0);
  return stdout;
};
const inNode = (node: string, script: string): Promise<string> => cluster.exec(node, 'sh', '-c', script);
const boot = (node: string): Promise<string> => inNode(node, "sed 's/.*) //' /proc/1/stat | cut -d ' ' -f 20");
const cordons = async (): Promise<string> =>
  cluster.kubectl('get', 'nodes', '--output=jsonpath={range .items[?(@.spec.unschedulable)]}{.metadata.name} {end}');
const podsOn = async (node: string): Promise<string> =>
  cluster.kubectl('get', 'pods', `--field-selector=spec.nodeName=${node},status.phase=Running`, '--output=name');

/** A repository with a newer version of an installed package, which comes with one that asks for a restart. */
const repository = `set -eu
mkdir -p /srv/updates /tmp/build && cd /tmp/build
make() {
  rm -rf tree && mkdir -p tree/DEBIAN "tree/usr/share/$1"
  printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\nMaintainer: lab\\nDescription: lab\\n%s' "$1" "$2" "$3" > tree/DEBIAN/control
  [ -z "$4" ] || { printf '#!/bin/sh\\n%s\\n' "$4" > tree/DEBIAN/postinst; chmod 755 tree/DEBIAN/postinst; }
  dpkg-deb -b tree "/srv/updates/$1_$2_all.deb" >/dev/null
}
make lab-kernel 6.1 '' ''
make lab-other 1.0 '' ''
dpkg -i /srv/updates/*.deb >/dev/null
apt-mark auto lab-kernel >/dev/null
rm /srv/updates/*
make lab-image 6.2 '' 'touch /var/run/reboot-required'
make lab-kernel 6.2 'Depends: lab-image
' ''
make lab-other 1.1 '' ''
cd /srv/updates
for f in *.deb; do dpkg-deb -f "$f"; echo "Filename: ./$f"; echo "Size: $(stat -c %s "$f")"; echo "SHA256: $(sha256sum "$f" | cut -d' ' -f1)"; echo; done > Packages
echo 'deb [trusted=yes] file:/srv/updates ./' > /etc/apt/sources.list.d/updates.list
: > /etc/apt/sources.list`;
const versions = (node: string): Promise<string> =>
  inNode(node, "dpkg-query -W -f '${Package} ${Version}\\n' 'lab-*' | sort");

beforeAll(async () => {
  cluster = await freshCluster({ name, topology: '1+2', version: '1.35.4' });
});
afterAll(async () => {
  await cluster.dispose();
  machine.dispose();
});

describe('a node that is taken out', () => {
  it('stays out until it is given back, whatever else has to do with it', async () => {
    await done('drain', first);
    expect(await cordons()).toBe(`${first} `);
    expect(await podsOn(first)).not.toContain('web');
    const status = await nodeops('status', '--output', 'wide');
    expect(status.stdout).toContain(`${first} is cordoned by an operator (run `);

    // It counts as out: nobody takes the other one as well.
    const beside = await nodeops('reboot', second, '--yes');
    expect(beside.code).toBe(3);
    expect(await cordons()).toBe(`${first} `);

    const before = await boot(first);
    await done('reboot', first);
    expect(await boot(first)).not.toBe(before);
    expect(await cordons()).toBe(`${first} `);

    await done('uncordon', first);
    expect(await cordons()).toBe('');
  });

  it('is not given back where somebody else took it', async () => {
    await cluster.kubectl('cordon', first);
    const { code, stderr } = await nodeops('uncordon', first, '--yes');
    expect(code).toBe(3);
    expect(stderr).toContain(`${first} was cordoned by somebody else: it carries no mark of nodeops`);
    await cluster.kubectl('uncordon', first);
  });
});

describe('the packages of the operating system', () => {
  it('a repository that cannot be read stops it before a node is drained', async () => {
    await inNode(second, 'echo "deb http://192.0.2.1/debian bookworm main" > /etc/apt/sources.list.d/broken.list');
    const { code, stdout } = await nodeops('os-patch', '--only', 'workers', '--yes');
    expect(code).not.toBe(0);
    expect(stdout).toContain('refresh-package-lists');
    expect(await cordons()).toBe('');
    await inNode(second, 'rm /etc/apt/sources.list.d/broken.list');
  });

  it('are upgraded, and nodes restarted that ask for it, once each', async () => {
    for (const node of [first, second]) await inNode(node, repository);
    await inNode(controlPlane, ': > /etc/apt/sources.list');
    const held = await heldPackages(cluster, first);
    const boots = await Promise.all([controlPlane, first, second].map(boot));
    await machine.killedAt(`${name}/${first}  restart the machine`, [
      'os-patch',
      '--exclude',
      'lab-other',
      '--yes',
      '--inventory',
      cluster.inventory,
    ]);
    await done('os-patch', '--exclude', 'lab-other');
    for (const node of [first, second])
      expect(await versions(node)).toBe('lab-image 6.2\nlab-kernel 6.2\nlab-other 1.0');
    expect(await inNode(first, 'apt-mark showauto | grep ^lab-')).toBe('lab-image\nlab-kernel');
    expect(await heldPackages(cluster, first)).toEqual(held);
    const after = await Promise.all([controlPlane, first, second].map(boot));
    expect(after.map((each, index) => each !== boots[index])).toEqual([false, true, true]);
    expect(await cordons()).toBe('');
    const again = await nodeops('os-patch', '--exclude', 'lab-other', '--dry-run');
    expect(again.stdout).not.toContain('evict');
  });
});

const config = (node: string): Promise<string> => inNode(node, "grep '^maxPods:' /var/lib/kubelet/config.yaml || :");

const configure = (...args: readonly string[]): Promise<Ended> =>
  nodeops('kubelet', 'config', '--drain', 'none', '--yes', ...args);

describe('the configuration of the kubelets', () => {
  it('is refused where a kubelet would pass over it', async () => {
    const { code, stderr } = await configure('--set', 'maxPodz=150');
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(
      'its kubelet does not take that configuration: strict decoding error: unknown field "maxPodz"',
    );
  });

  it('comes to every node, once', async () => {
    expect((await configure('--set', 'maxPods=150')).code).toBe(0);
    for (const node of [controlPlane, first, second]) expect(await config(node)).toBe('maxPods: 150');
    expect((await configure('--set', 'maxPods=150')).stdout).toContain('nothing to do');
  });
});

describe('certificates', () => {
  it('are renewed and shown to whoever asks; the programs that use them began anew', async () => {
    const ends = (): Promise<string> =>
      inNode(controlPlane, "curl -skv https://127.0.0.1:6443/readyz 2>&1 | sed -n 's/^\\* *expire date: //p'");
    // kubeadm's own way to short lives: ClusterConfiguration, certificateValidityPeriod.
    await inNode(
      controlPlane,
      `kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system get cm kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}' | sed 's/^certificateValidityPeriod.*/certificateValidityPeriod: 240h0m0s/' > /root/short.yaml
kubeadm certs renew all --config /root/short.yaml`,
    );
    expect((await nodeops('certs', 'check')).code).toBe(1);
    const stdout = await done('certs', 'renew');
    expect(stdout).toContain('restart etcd, kube-apiserver, kube-controller-manager, kube-scheduler');
    expect((await nodeops('certs', 'check')).code).toBe(0);
    expect(Date.parse(await ends())).toBeGreaterThan(Date.now() + 300 * 86_400_000);
    expect((await nodeops('certs', 'renew', '--dry-run')).stdout).toMatch(/(\d+) steps: \1 satisfied/);
  });
});

const states = async (): Promise<string> =>
  (
    await Promise.all(
      [controlPlane, first, second].map((node) =>
        inNode(
          node,
          'systemctl is-active kubelet; systemctl is-enabled kubelet; apt-mark showhold | sort; ls -d /opt/nodeops-practice /var/lib/nodeops-practice 2>/dev/null || :',
        ),
      ),
    )
  ).join('\n');

const marked = async (): Promise<number> => (await nodeops('practice', 'check')).code;

describe('practice', () => {
  const steps = z.array(z.object({ on: z.string(), type: z.string() }));

  it('breaks nothing where nobody allowed it', async () => {
    const { code, stderr } = await nodeops('practice', 'start', 'kubelet-stopped', '--yes');
    expect(code).toBe(3);
    expect(stderr).toContain(`${controlPlane} is not there to practise on`);
    expect(stderr).toMatch(/ 0 writes$/m);
  });

  it.each(['kubelet-stopped', 'packages-unheld'])('%s is unsolved, solved, and taken back', async (task) => {
    const before = await states();
    await done('practice', 'allow', '--cluster', name);
    await done('practice', 'start', task);
    expect(await marked()).toBe(1);
    const { stdout } = await nodeops('practice', 'solution', '--output', 'json');
    for (const { on, type } of steps.parse(JSON.parse(stdout)))
      for (const node of on === 'every node' ? [controlPlane, first, second] : [on]) await inNode(node, type);
    const watched = await nodeops('practice', 'watch');
    expect(watched.stdout).toMatch(/solved \(.*, no hint\)$/);
    await done('practice', 'reset');
    expect(await states()).toBe(before);
    expect(await marked()).toBe(3);
  });

  it('is taken back unsolved, and no other task is set up meanwhile', async () => {
    const before = await states();
    await done('practice', 'start', 'kubelet-stopped');
    const beside = await nodeops('practice', 'start', 'packages-unheld', '--yes');
    expect([beside.code, beside.stderr]).toEqual([3, expect.stringContaining('the task kubelet-stopped is set up')]);
    expect((await nodeops('practice', 'hint')).stdout).toContain('Hint 1 of 3');
    expect((await nodeops('practice', 'hint')).stdout).toContain('Hint 2 of 3');
    expect((await nodeops('practice', 'forbid', '--yes')).code).toBe(3);
    await done('practice', 'reset');
    expect(await states()).toBe(before);
    await done('practice', 'forbid');
    expect((await nodeops('practice', 'start', 'kubelet-stopped', '--yes')).code).toBe(3);
  });
});
