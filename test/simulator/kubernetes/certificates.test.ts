import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SimulatorGap } from '../../../src/simulator/gap.ts';
import { allTools } from '../../../src/simulator/tools/toolbox.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import { hostOf, ours, pass, run, smallWorld } from './run-tool.ts';

const toolbox = allTools();
const typed = (host: Host, line: string) => run(host, ['sh', '-c', line], { toolbox });
const renew = (world: World) => run(hostOf(world, 'paris-cp1'), ['kubeadm', 'certs', 'renew', 'all']);
const pki = '/etc/kubernetes/pki';

const statesOf = (world: World, name: 'etcd' | 'kube-apiserver' | 'kube-scheduler') =>
  hostOf(world, 'paris-cp1').components.get(name);
const ask = (host: Host, url: string) => typed(host, `curl -skv --max-time 10 -o /dev/null ${url}`);

/** As the lab's kubeadm 1.35.4 said it. */
const said = `[renew] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...
[renew] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.

certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself renewed
certificate for serving the Kubernetes API renewed
certificate the apiserver uses to access etcd renewed
certificate for the API server to connect to kubelet renewed
certificate embedded in the kubeconfig file for the controller manager to use renewed
certificate for liveness probes to healthcheck etcd renewed
certificate for etcd nodes to communicate with each other renewed
certificate for serving etcd renewed
certificate for the front proxy client renewed
certificate embedded in the kubeconfig file for the scheduler manager to use renewed
certificate embedded in the kubeconfig file for the super-admin renewed

Done renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.
`;

describe('kubeadm certs renew all', () => {
  it('renews what kubeadm signed, with new keys, for the same subjects', () => {
    const world = smallWorld({ certificatesAge: 300, hasAuthority: true });
    const { files } = hostOf(world, 'paris-cp1');
    const before = { certificate: files.read(`${pki}/apiserver.crt`), key: files.read(`${pki}/apiserver.key`) };
    const authority = files.read(`${pki}/ca.crt`);
    expect(renew(world)).toMatchObject({ stdout: said, stderr: '', code: 0 });
    const [old, now] = [before.certificate, files.read(`${pki}/apiserver.crt`)].map(
      (text) => new X509Certificate(text),
    );
    expect(now?.subject).toBe(old?.subject);
    expect(Date.parse(now?.validTo ?? '') - world.kernel.now).toBeGreaterThan(364 * 86_400_000);
    expect(files.read(`${pki}/apiserver.key`)).not.toBe(before.key);
    expect(files.read(`${pki}/ca.crt`)).toBe(authority);
  });

  it.each([
    [
      'an authority elsewhere',
      `${pki}/front-proxy-ca.key`,
      "Detected external front-proxy-ca, certificate for the front proxy client can't be renewed",
    ],
    [
      'no super-admin.conf',
      '/etc/kubernetes/super-admin.conf',
      'MISSING! certificate embedded in the kubeconfig file for the super-admin',
    ],
  ])('says so of %s', (_what, path, line) => {
    const world = smallWorld({ hasAuthority: true });
    hostOf(world, 'paris-cp1').files.remove(path, ours);
    expect(renew(world)).toMatchObject({ code: 0, stdout: expect.stringContaining(`\n${line}\n`) });
  });

  it('goes on without an API server', () => {
    const world = smallWorld({ hasAuthority: true });
    const host = hostOf(world, 'paris-cp1');
    host.services.components.stop('kube-apiserver', ours);
    const { stdout, code } = renew(world);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '[renew] Error reading configuration from the Cluster. Falling back to default configuration\n',
    );
    expect(stdout).toContain('Done renewing certificates.');
  });

  it('is known in no other form', () => {
    expect(() => run(hostOf(smallWorld(), 'paris-cp1'), ['kubeadm', 'certs', 'renew', 'apiserver'])).toThrow(
      SimulatorGap,
    );
  });
});

describe('a program of a static pod that is ended', () => {
  it('is started again where it is, as another process, with the certificates that lie there by then', () => {
    const world = smallWorld({ hasAuthority: true });
    const host = hostOf(world, 'paris-cp1');
    const { pid = 0, certificates } = statesOf(world, 'etcd') ?? {};
    renew(world);
    expect(certificates?.get(`${pki}/etcd/server.crt`)).not.toBe(host.files.read(`${pki}/etcd/server.crt`));
    expect(typed(host, `kill -TERM ${pid}; cat /proc/${pid}/comm`)).toMatchObject({ code: 0, stdout: 'etcd\n' });
    expect(statesOf(world, 'etcd')?.state).toBe('ending');
    pass(world, 30_000);
    expect(statesOf(world, 'etcd')).toMatchObject({ state: 'running' });
    expect(statesOf(world, 'etcd')?.pid).not.toBe(pid);
    expect(statesOf(world, 'etcd')?.certificates.get(`${pki}/etcd/server.crt`)).toBe(
      host.files.read(`${pki}/etcd/server.crt`),
    );
  });

  it('takes a minute to end where it is an API server that nobody kills, and none where somebody does', () => {
    const world = smallWorld();
    const host = hostOf(world, 'paris-cp1');
    const { pid = 0 } = statesOf(world, 'kube-apiserver') ?? {};
    typed(host, `kill -TERM ${pid}`);
    pass(world, 50_000);
    expect(statesOf(world, 'kube-apiserver')).toMatchObject({ state: 'ending', pid });
    typed(host, `kill -KILL ${pid}`);
    expect(statesOf(world, 'kube-apiserver')?.state).toBe('stopped');
  });

  it('waits longer each time: 10 s from the second time on', () => {
    const world = smallWorld();
    const host = hostOf(world, 'paris-cp1');
    const kill = (): void => void typed(host, `kill -KILL ${statesOf(world, 'kube-scheduler')?.pid ?? 0}`);
    kill();
    pass(world, 2500);
    expect(statesOf(world, 'kube-scheduler')?.state).not.toBe('stopped');
    pass(world, 20_000);
    kill();
    pass(world, 9000);
    expect(statesOf(world, 'kube-scheduler')?.state).toBe('stopped');
    pass(world, 8000);
    expect(statesOf(world, 'kube-scheduler')?.state).toBe('running');
  });

  it('is not to be ended by anybody but root, nor by another signal', () => {
    const host = hostOf(smallWorld(), 'paris-cp1');
    const pid = host.components.get('etcd')?.pid ?? 0;
    expect(() => typed(host, `kill -HUP ${pid}`)).toThrow(SimulatorGap);
    expect(typed(host, `kill -TERM 99999`).code).toBe(1);
  });
});

describe('what is shown to whoever asks', () => {
  it('is what lies on the disk, before any restart', () => {
    const world = smallWorld({ certificatesAge: 300, hasAuthority: true });
    const host = hostOf(world, 'paris-cp1');
    const dates = (): readonly string[] =>
      ['https://127.0.0.1:6443/readyz', 'https://127.0.0.1:2379/health'].map(
        (url) => /^\* {2}expire date: (.*)$/m.exec(ask(host, url).stderr)?.[1] ?? '',
      );
    const before = dates();
    renew(world);
    for (const [index, date] of dates().entries())
      expect(Date.parse(date)).toBeGreaterThan(Date.parse(before[index] ?? ''));
  });

  it('ends as on the lab: etcd wants a certificate, and where nobody listens nobody answers', () => {
    const host = hostOf(smallWorld(), 'paris-cp1');
    expect(ask(host, 'https://127.0.0.1:6443/readyz').code).toBe(0);
    expect(ask(host, 'https://127.0.0.1:2379/health').code).toBe(55);
    host.services.components.stop('kube-apiserver', ours);
    expect(ask(host, 'https://127.0.0.1:6443/readyz').code).toBe(7);
    expect(() => ask(host, 'https://127.0.0.1:9999/')).toThrow(SimulatorGap);
  });

  it('controller manager and scheduler tell whether they are well', () => {
    const host = hostOf(smallWorld(), 'paris-cp1');
    const healthz = (port: number): number =>
      typed(host, `curl -skf --max-time 5 -o /dev/null https://127.0.0.1:${port}/healthz`).code;
    expect([healthz(10_257), healthz(10_259)]).toEqual([0, 0]);
    host.services.components.stop('kube-scheduler', ours);
    expect([healthz(10_257), healthz(10_259)]).toEqual([0, 7]);
  });
});
