import { describe, expect, it } from 'vitest';
import { detached, read, scratch, write } from '../../src/commands/build.ts';
import { upgradeApply, upgradeNode, upgradePlan } from '../../src/commands/kubeadm.ts';
import { apply, diff, drain, get, getRaw, patchNode } from '../../src/commands/kubectl.ts';
import { quote } from '../../src/commands/quote.ts';
import { daemonReload, restart } from '../../src/commands/systemctl.ts';
import type { Command } from '../../src/model/command.ts';

const place = { node: 'cp1', apiServer: 'https://10.0.0.11:6443' };
const kubectl = 'kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://10.0.0.11:6443 --request-timeout=15s';
const patient = 'kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://10.0.0.11:6443';
const plain = { ignorePreflightErrors: [] };
const everything = {
  ignorePreflightErrors: ['Swap', 'NumCPU'],
  patches: '/etc/kubeadm/patches',
  config: '/etc/kubeadm/up.yaml',
};
const minute = 60_000;

/** What is typed, and how: effect, lifetime, minutes. */
const cases: readonly (readonly [Command, string, ...(readonly [Command['effect'], Command['lifetime'], number])])[] = [
  [upgradePlan('1.36.3', plain), 'kubeadm upgrade plan v1.36.3', 'write', 'detached', 10],
  [
    upgradePlan('1.36.3', everything),
    'kubeadm upgrade plan v1.36.3 --ignore-preflight-errors=Swap,NumCPU',
    'write',
    'detached',
    10,
  ],
  [upgradeApply('1.36.3', plain, {}), 'kubeadm upgrade apply v1.36.3 --yes', 'write', 'detached', 45],
  [
    upgradeApply('1.36.3', everything, {}),
    'kubeadm upgrade apply v1.36.3 --yes --ignore-preflight-errors=Swap,NumCPU --patches=/etc/kubeadm/patches --config=/etc/kubeadm/up.yaml',
    'write',
    'detached',
    45,
  ],
  [upgradeNode(plain, {}), 'kubeadm upgrade node', 'write', 'detached', 45],
  [
    upgradeNode(everything, {}),
    'kubeadm upgrade node --ignore-preflight-errors=Swap,NumCPU --patches=/etc/kubeadm/patches --config=/etc/kubeadm/up.yaml',
    'write',
    'detached',
    45,
  ],
  [daemonReload(), 'systemctl daemon-reload', 'write', 'attached', 2],
  [restart('kubelet'), 'systemctl restart kubelet', 'write', 'attached', 2],
  [get(place, 'nodes', '--output=name'), `${kubectl} get nodes --output=name`, 'read', 'attached', 0.5],
  [getRaw(place, '/readyz'), `${kubectl} get --raw /readyz`, 'read', 'attached', 0.5],
  [
    patchNode(place, 'w1', [{ op: 'test', path: '/spec/unschedulable', value: null }]),
    `${kubectl} patch node w1 --type=json '--patch=[{"op":"test","path":"/spec/unschedulable","value":null}]'`,
    'write',
    'attached',
    2,
  ],
  [
    drain(place, 'w1', { timeoutMs: 90_500, deleteEmptyDirData: false }),
    `${patient} drain w1 --ignore-daemonsets --timeout=91s`,
    'write',
    'detached',
    150_500 / minute,
  ],
  [
    drain(place, 'w1', { timeoutMs: 600_000, deleteEmptyDirData: true }),
    `${patient} drain w1 --ignore-daemonsets --delete-emptydir-data --timeout=600s`,
    'write',
    'detached',
    11,
  ],
  [
    apply(place, 'kind: Namespace'),
    `${kubectl} apply --server-side --field-manager=nodeops --force-conflicts --filename=-`,
    'write',
    'attached',
    2,
  ],
  [
    diff(place, 'kind: Namespace'),
    `${kubectl} diff --server-side --field-manager=nodeops --force-conflicts --filename=-`,
    'read',
    'attached',
    0.5,
  ],
];

describe('what is typed', () => {
  it.each(cases.map(([command, line, ...how]) => ({ command, line, how })))('$line', ({ command, line, how }) => {
    expect(quote(command.argv)).toBe(line);
    expect([command.effect, command.lifetime, command.timeoutMs / minute]).toEqual(how);
    expect(command.become).toBe(true);
  });

  it('manifests travel on standard input', () => {
    expect([apply(place, 'a: 1').stdin, diff(place, 'a: 1').stdin]).toEqual(['a: 1', 'a: 1']);
  });

  it('kubeadm gets the proxies of the running manifests, and no environment where there are none', () => {
    const proxies = { https_proxy: 'http://proxy:3128', NO_PROXY: '10.0.0.0/8' };
    expect(upgradeApply('1.36.3', plain, proxies).env).toEqual(proxies);
    expect(upgradeNode(plain, proxies).env).toEqual(proxies);
    expect([upgradeApply('1.36.3', plain, {}), upgradeNode(plain, {})].some((command) => 'env' in command)).toBe(false);
  });
});

describe('builders', () => {
  it.each([
    [read(['a']), 'read', 'attached', 30_000],
    [scratch(['a']), 'scratch', 'attached', 120_000],
    [write(['a']), 'write', 'attached', 120_000],
    [detached(['a']), 'write', 'detached', 1_800_000],
    [read(['a'], { timeoutMs: 5 }), 'read', 'attached', 5],
  ])('%#', (command, effect, lifetime, timeoutMs) => {
    expect(command).toEqual({ argv: ['a'], effect, lifetime, timeoutMs, become: true });
  });

  it('may be told not to become root', () => expect(read(['id'], { become: false }).become).toBe(false));
});
