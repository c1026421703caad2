import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alarmList, endpointHealth, endpointStatus, memberList, quotaFlag } from '../../src/commands/etcdctl.ts';
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
