import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesOf } from '../../src/facts/addresses-of.ts';
import { aptLock } from '../../src/facts/apt-lock.ts';
import { archives } from '../../src/facts/archives.ts';
import { bootIdentity } from '../../src/facts/boot-identity.ts';
import { certificateUsersThere, servedCertificates } from '../../src/facts/certificate-users.ts';
import { leaderHealth } from '../../src/facts/leader-health.ts';
import { certificates } from '../../src/facts/certificates.ts';
import { cgroupVersion } from '../../src/facts/cgroup-version.ts';
import { componentVersions } from '../../src/facts/component-versions.ts';
import { containerRuntime } from '../../src/facts/container-runtime.ts';
import { oldCopies } from '../../src/facts/old-copies.ts';
import { diskSpace } from '../../src/facts/disk-space.ts';
import { freeInodes } from '../../src/facts/free-inodes.ts';
import { etcdHere } from '../../src/facts/etcd-here.ts';
import { etcdOnNode } from '../../src/facts/etcd-on-node.ts';
import { etcdRestores } from '../../src/facts/etcd-restores.ts';
import type { Fact, Output } from '../../src/facts/fact.ts';
import { handEdits } from '../../src/facts/hand-edits.ts';
import { hostClock } from '../../src/facts/host-clock.ts';
import { initSystem } from '../../src/facts/init-system.ts';
import { kernel } from '../../src/facts/kernel.ts';
import { keptEtcd } from '../../src/facts/kept-etcd.ts';
import { kubeadmInstalled } from '../../src/facts/kubeadm-installed.ts';
import { kubeletConf } from '../../src/facts/kubelet-conf.ts';
import { kubeletFiles } from '../../src/facts/kubelet-files.ts';
import { kubeletFlags } from '../../src/facts/kubelet-flags.ts';
import { serviceUnits } from '../../src/facts/service-units.ts';
import { staticPodLogs } from '../../src/facts/static-pod-logs.ts';
import { unitLog } from '../../src/facts/unit-log.ts';
import { kubeletVerdictOn } from '../../src/facts/kubelet-judgement.ts';
import { kubeletUnit } from '../../src/facts/kubelet-unit.ts';
import { kubeletVersions } from '../../src/facts/kubelet-versions.ts';
import { firstOf } from '../../src/facts/newer-objects.ts';
import { kubeletStart } from '../../src/facts/kubelet-start.ts';
import { machineStart } from '../../src/facts/machine-start.ts';
import { newHost } from '../../src/facts/new-host.ts';
import { nodeEpoch } from '../../src/facts/node-epoch.ts';
import { nodeIdentity } from '../../src/facts/node-identity.ts';
import { certificatesRenewed, listsRefreshed, nodeRestart } from '../../src/facts/node-marks.ts';
import { offeredNow } from '../../src/facts/offered-now.ts';
import { offeredPackages } from '../../src/facts/offered-packages.ts';
import { operatingSystem } from '../../src/facts/operating-system.ts';
import { osUpdates } from '../../src/facts/os-updates.ts';
import { otherApiServer } from '../../src/facts/other-api-server.ts';
import { ownApiServer } from '../../src/facts/own-api-server.ts';
import { ownCheck } from '../../src/facts/own-check.ts';
import { packagePins } from '../../src/facts/package-pins.ts';
import { packageRepository } from '../../src/facts/package-repository.ts';
import { packages } from '../../src/facts/packages.ts';
import { placedFile } from '../../src/facts/placed-file.ts';
import { rebootRequired } from '../../src/facts/reboot-required.ts';
import { recoveryHost } from '../../src/facts/recovery-host.ts';
import { recordedCommands } from '../../src/facts/recorded-commands.ts';
import { repositoryKey } from '../../src/facts/repository-key.ts';
import { restorePoints } from '../../src/facts/restore-points.ts';
import { refusedFlag } from '../../src/facts/refused-flag.ts';
import { runFiles } from '../../src/facts/run-files.ts';
import { runtimeRegistries } from '../../src/facts/runtime-registries.ts';
import { runtimeConfiguration } from '../../src/facts/runtime-configuration.ts';
import { runtimeDaemon } from '../../src/facts/runtime-daemon.ts';
import { runtimeDeprecations } from '../../src/facts/runtime-deprecations.ts';
import { migrationBy } from '../../src/facts/runtime-migration.ts';
import { fetchedRuntime, runtimeOffers } from '../../src/facts/runtime-offers.ts';
import { servedApis, servedThenApis } from '../../src/facts/served-apis.ts';
import { stagedImages } from '../../src/facts/staged-images.ts';
import { staticPods } from '../../src/facts/static-pods.ts';
import { targetComponents } from '../../src/facts/target-components.ts';
import { targetKubelet } from '../../src/facts/target-kubelet.ts';
import { ownCheck as ownCheckLine } from '../../src/commands/own-command.ts';
import { recorded } from './recorded.ts';

const mutatingPolicies = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'mutatingadmissionpolicies',
};

/** Each fact as it was asked when the case called `name` was recorded. */
const nodeFacts: readonly ((name: string) => Fact<unknown>)[] = [
  () => etcdHere,
  () => etcdOnNode,
  () => etcdRestores,
  () => operatingSystem,
  () => kernel,
  () => initSystem,
  () => cgroupVersion,
  () => packages,
  () => packagePins,
  () => packageRepository,
  () => repositoryKey,
  (name) => offeredPackages(name === 'no-such-minor' ? '1.99' : '1.36'),
  () => offeredNow,
  () => runtimeRegistries,
  () => componentVersions,
  () => kubeletVersions,
  () => kubeletUnit,
  () => serviceUnits,
  () => unitLog('kubelet'),
  () => staticPodLogs,
  () => containerRuntime,
  () => staticPods,
  () => kubeletFlags,
  () => diskSpace,
  () => freeInodes,
  () => oldCopies,
  () => rebootRequired,
  () => machineStart,
  () => kubeletStart,
  () => nodeRestart('m1'),
  () => listsRefreshed('m1'),
  () => certificatesRenewed('m1'),
  () => certificateUsersThere,
  () => servedCertificates,
  () => leaderHealth,
  () => osUpdates({ kept: ['kubeadm'], securityOnly: false }),
  () => hostClock,
  () => aptLock,
  () => bootIdentity,
  () => nodeIdentity,
  () => ownApiServer,
  () => archives,
  () => runtimeDaemon,
  () => runtimeOffers,
  () => fetchedRuntime,
  () => runtimeConfiguration,
  () => runtimeDeprecations,
  () => migrationBy('2', '/usr/bin/containerd', { name: 'containerd', version: '2.1.5-1' }),
  () => stagedImages,
  () => otherApiServer,
  () => kubeletConf,
  () => recordedCommands,
  () => kubeadmInstalled,
  () => runFiles,
  () => restorePoints,
  () => keptEtcd,
  () => servedApis,
  () => servedThenApis('1.34.4'),
  () => firstOf('1.35.4', [mutatingPolicies]),
  () => nodeEpoch,
  () => certificates,
  () => refusedFlag,
  () => targetKubelet('1.36.3'),
  () => targetComponents('1.36.3', undefined),
  () => handEdits(undefined),
  () => newHost,
  () => recoveryHost,
  () =>
    ownCheck('probe', ownCheckLine(['true'], { cluster: 'paris', node: 'w1', controlPlane: false, parameters: {} })),
  (name) =>
    placedFile({
      path: '/etc/sysctl.d/90-keepalive.conf',
      mode: '0644',
      owner: 'root:root',
      content: 'a = 1\n',
      secret: name === 'secret',
    }),
  (name) => kubeletFiles(name.includes('patches') ? '/etc/kubernetes/patches' : undefined),
  () => kubeletVerdictOn('maxPods: 150\n', { maxPods: 150 }),
  (name) => addressesOf(name === 'address' ? '172.31.1.11' : name),
];

const parse = (fact: Fact<unknown>, output: Output): object => {
  if (fact.source.kind !== 'command') throw new Error(`${fact.id} is not read by a command`);
  return fact.source.parse(output);
};

const cases = nodeFacts.flatMap((fact) =>
  recorded(fact('').id).map(({ name, output, parsed }) => ({
    id: fact('').id,
    fact: fact(name),
    name,
    output,
    parsed,
  })),
);

const answer = expect.toSatisfy(
  (parsed: object) => ['value', 'absent', 'unreadable', 'unavailable'].filter((kind) => kind in parsed).length === 1,
  'one of the four answers',
);

describe.each(cases)('$id: $name', ({ fact, output, parsed }) => {
  it('is read as recorded', () => expect(parse(fact, output)).toEqual(parsed));

  it('is answered also when cut short or changed', () => {
    fc.assert(
      fc.property(fc.nat(output.stdout.length), fc.nat(output.stdout.length), fc.string(), (from, to, noise) => {
        const stdout = output.stdout.slice(0, from) + noise + output.stdout.slice(to);
        expect(parse(fact, { ...output, stdout })).toEqual(answer);
        expect(parse(fact, { ...output, stdout, code: output.code === 0 ? 1 : 0 })).toEqual(answer);
      }),
      { numRuns: 30 },
    );
  });
});

describe.each(nodeFacts.map((fact) => fact('')))('$id', (fact) => {
  it('answers to anything', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string());
    fc.assert(
      fc.property(anything, anything, fc.nat(255), (stdout, stderr, code) => {
        expect(parse(fact, { stdout, stderr, code })).toEqual(answer);
      }),
    );
  });

  it('changes nothing on the node', () => {
    if (fact.source.kind !== 'command') return;
    const { effect, lifetime } = fact.source.command({ node: 'cp1', apiServer: 'https://10.0.0.11:6443' });
    expect({ effect, lifetime }).toEqual({
      effect: [
        'repository-key',
        'offered-packages',
        'offered-now',
        'hand-edits',
        'target-kubelet',
        'target-components',
        'kubelet-judgement',
        'runtime-migration',
        'os-updates',
      ].includes(fact.id)
        ? 'scratch'
        : 'read',
      lifetime: 'attached',
    });
  });

  it('has recorded answers', () => expect(recorded(fact.id).length).toBeGreaterThan(1));
});

it('reads no private key', () => {
  for (const { output } of cases) expect(output.stdout + output.stderr).not.toContain('PRIVATE KEY');
});

it.each(['1', '1.36.3', 'v1.36', '1.36; rm -rf /', ''])('offers nothing for %j, which is no minor', (minor) => {
  expect(() => offeredPackages(minor)).toThrow(TypeError);
});

it('tells questions about several minors apart', () => {
  expect(offeredPackages('1.36').key).toBe('offered-packages 1.36');
  expect(offeredPackages('1.37').key).toBe('offered-packages 1.37');
});
