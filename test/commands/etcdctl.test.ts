import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  alarmList,
  endpointHealth,
  endpointStatus,
  memberList,
  quotaFlag,
  writtenSince,
} from '../../src/commands/etcdctl.ts';
import { EtcdSandbox } from './etcd-sandbox.ts';

const access = (sandbox: EtcdSandbox, endpoint = 'https://127.0.0.1:2379'): string => {
  const pki = `${sandbox.path('proc/42/root')}/etc/kubernetes/pki/etcd`;
  return `etcdctl --endpoints=${endpoint} --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key`;
};

describe('etcdctl', () => {
  it.each([
    [endpointHealth, 'endpoint health --cluster --write-out=json'],
    [endpointStatus, 'endpoint status --cluster --write-out=json'],
    [memberList, 'member list --write-out=json'],
    [alarmList, 'alarm list --write-out=json'],
  ])('is that of etcd’s image, with what etcd was started with: %#', async (command, words) => {
    const sandbox = new EtcdSandbox();
    expect(await sandbox.run(command)).toMatchObject({ code: 0, stderr: '' });
    expect(sandbox.calls).toEqual([`${access(sandbox)} ${words}`]);
    expect(command.effect).toBe('read');
  });

  it('passes on what it ends with', async () => {
    const sandbox = new EtcdSandbox({ etcdctl: 'echo "Error: unhealthy cluster" >&2; exit 1' });
    expect(await sandbox.run(endpointHealth)).toMatchObject({ code: 1, stderr: 'Error: unhealthy cluster\n' });
  });

  it('asks at the address that etcd advertises where it listens on all of them', async () => {
    const sandbox = new EtcdSandbox({ listen: 'https://0.0.0.0:2379' });
    await sandbox.run(memberList);
    expect(sandbox.calls[0]).toContain(access(sandbox, 'https://10.0.0.11:2379'));
  });

  it('is never that of another etcd on the same host', async () => {
    const sandbox = new EtcdSandbox({ dataDir: '/var/lib/somebody-elses' });
    const ended = await sandbox.run(memberList);
    expect(ended).toMatchObject({ code: 1, stderr: 'nodeops: etcd does not run on this control plane\n' });
    expect(sandbox.calls).toEqual([]);
  });

  it('tells a control plane without etcd from one whose etcd is stopped', async () => {
    const sandbox = new EtcdSandbox();
    rmSync(sandbox.path('proc/42'), { recursive: true });
    expect((await sandbox.run(memberList)).stderr).toBe('nodeops: etcd does not run on this control plane\n');
    rmSync(sandbox.path('manifests/etcd.yaml'));
    expect((await sandbox.run(memberList)).stderr).toBe('nodeops: this control plane has no etcd manifest\n');
  });

  it('is not kept from it by processes that end while it looks', async () => {
    const sandbox = new EtcdSandbox();
    mkdirSync(sandbox.path('proc/17'));
    symlinkSync(sandbox.path('nowhere'), sandbox.path('proc/17/comm'));
    expect(await sandbox.run(memberList)).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['8589934592', '8589934592\n'],
    ['', '\n'],
  ])('tells the quota that etcd was started with: %j', async (quota, said) => {
    const sandbox = new EtcdSandbox({ quota });
    expect((await sandbox.run(quotaFlag)).stdout).toBe(said);
  });
});

const keys = (...all: readonly string[]): string => `printf '${all.map((key) => `/registry/${key}\\n\\n`).join('')}'`;
const answering = (count: number, made: string, written: string): string =>
  [
    'case "$*" in',
    `*' --count-only --write-out=fields') echo '"Revision" : 99'; echo '"Count" : ${count}' ;;`,
    `*' get /registry/ --prefix --keys-only --min-create-rev=11') ${made} ;;`,
    `*' get /registry/ --prefix --keys-only --min-mod-rev=11') ${written} ;;`,
    '*) exit 9 ;;',
    'esac',
  ].join('\n');

describe('what was written since a revision', () => {
  it('is counted by type, custom resources with their group', async () => {
    const made = keys('pods/default/a.b', 'pods/kube-system/c', 'example.com/widgets/default/w');
    const written = keys(
      'pods/default/a.b',
      'pods/kube-system/c',
      'services/specs/default/s',
      'example.com/widgets/x/y',
    );
    const sandbox = new EtcdSandbox({ etcdctl: answering(5, made, written) });
    expect(await sandbox.run(writtenSince(10))).toMatchObject({
      code: 0,
      stdout:
        'create 1 example.com/widgets\ncreate 2 pods\nmod 1 example.com/widgets\nmod 2 pods\nmod 1 services\nend\n',
      stderr: '',
    });
  });

  it('is nothing', async () => {
    const sandbox = new EtcdSandbox({ etcdctl: answering(5, ':', ':') });
    expect(await sandbox.run(writtenSince(10))).toMatchObject({ code: 0, stdout: 'end\n' });
  });

  it.each([
    ['there is too much of it', answering(100_001, ':', ':'), 'many\nend\n'],
    [
      'etcdctl is too old',
      answering(5, 'echo "Error: unknown flag: --min-create-rev" >&2; exit 1', ':'),
      'unasked\nend\n',
    ],
  ])('is not gone through: %s', async (_what, etcdctl, stdout) =>
    expect(await new EtcdSandbox({ etcdctl }).run(writtenSince(10))).toMatchObject({ code: 0, stdout }),
  );

  it('is not known where etcd does not answer', async () => {
    const failing = 'echo "Error: context deadline exceeded" >&2; exit 1';
    for (const etcdctl of [failing, answering(5, failing, ':')]) {
      const ended = await new EtcdSandbox({ etcdctl }).run(writtenSince(10));
      expect(ended).toMatchObject({ code: 1, stdout: '', stderr: 'Error: context deadline exceeded\n' });
    }
  });
});
