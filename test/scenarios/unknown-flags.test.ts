import { describe, expect, it } from 'vitest';
import { simulate } from '../../scripts/simulation/simulate.ts';
import { byCluster } from '../../src/simulator/world/actor.ts';
import type { World } from '../../src/simulator/world/host.ts';
import { seedThat } from './seed-that.ts';

const write = ({ hosts }: World, node: string, path: string, text: string): void =>
  hosts.get(node)?.files.write(path, text, byCluster, { mode: 0o644 });

/** As a line of JSON has it. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

const edited = ({ objects }: World, name: string, from: string, to: string): void => {
  const found = objects.get('ConfigMap', 'kube-system', name);
  const before = JSON.stringify(found);
  const after = before.replace(escaped(from), () => escaped(to));
  if (found === undefined || after === before) throw new Error(`${name} has no ${from}`);
  const changed: object = JSON.parse(after);
  objects.put({ ...found, ...changed }, byCluster);
};

const gates = 'featureGates:\n  InTreePluginPortworxUnregister: true\n';

/** One hop of a cluster of 1 + 1, by one operator. */
const seedOf = (way: string): number =>
  seedThat(
    `the way ${way}`,
    ({ from, to, workers, controlPlanes, otherMachine, dryRunFirst, goesBack }) =>
      `${from} to ${to}` === way &&
      workers === 1 &&
      controlPlanes === 1 &&
      !otherMachine &&
      !dryRunFirst &&
      goesBack === undefined,
  );

describe('what the target does not know stops a run before anything is touched', { timeout: 60_000 }, () => {
  it.each([
    [
      'a flag of a kubelet',
      '1.34.2 to 1.35.4',
      (world: World) =>
        write(world, 'sim-w1', '/etc/default/kubelet', 'KUBELET_EXTRA_ARGS="--pod-infra-container-image=x"\n'),
      'sim-w1: blocked: kubelet 1.35.4 does not know --pod-infra-container-image (/etc/default/kubelet), and would not start',
    ],
    [
      'a feature gate of a kubelet',
      '1.35.4 to 1.36.3',
      (world: World) => {
        edited(world, 'kubelet-config', 'fileCheckFrequency', `${gates}fileCheckFrequency`);
        const files = world.hosts.get('sim-cp1')?.files;
        const path = '/var/lib/kubelet/config.yaml';
        write(world, 'sim-cp1', path, `${files?.read(path) ?? ''}${gates}`);
      },
      'sim-cp1: blocked: kubelet 1.36.3 does not take the feature gate InTreePluginPortworxUnregister=true (featureGates in /var/lib/kubelet/config.yaml)',
    ],
    [
      'a feature gate of the API server',
      '1.35.4 to 1.36.3',
      (world: World) => {
        const gate = 'InTreePluginPortworxUnregister=true';
        edited(
          world,
          'kubeadm-config',
          'apiServer: {}\n',
          `apiServer:\n  extraArgs:\n  - name: feature-gates\n    value: ${gate}\n`,
        );
        const path = '/etc/kubernetes/manifests/kube-apiserver.yaml';
        const text = world.hosts.get('sim-cp1')?.files.read(path) ?? '';
        write(world, 'sim-cp1', path, text.replace(/^ {4}image: /m, `    - --feature-gates=${gate}\n    image: `));
      },
      'sim-cp1: blocked: kube-apiserver 1.36.3 does not take the feature gate InTreePluginPortworxUnregister=true (apiServer.extraArgs in kubeadm-config)',
    ],
  ])('%s', async (_what, way, before, says) => {
    const { said, trace } = await simulate(seedOf(way), { kinds: [] }, { faults: [], traced: true, before });
    expect(said).toContain(says);
    expect(said).toMatch(/nothing was changed/i);
    const ends = trace.filter((line) => / ends: /.test(line));
    expect(ends.length).toBeGreaterThan(0);
    for (const line of ends) expect(line).toContain('{"code":3}');
    expect(trace.filter((line) => /"type":"(kubeadm-started|package|kubelet-st)/.test(line))).toEqual([]);
  });
});
