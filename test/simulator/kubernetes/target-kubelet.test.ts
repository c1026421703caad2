import { describe, expect, it } from 'vitest';
import { targetKubelet } from '../../../src/facts/target-kubelet.ts';
import { allTools } from '../../../src/simulator/tools/toolbox.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import { hostOf, run, smallWorld } from './run-tool.ts';

const node = 'paris-w1';
const archive = '/var/cache/apt/archives/kubelet_1.36.3-1.1_amd64.deb';
const fact = targetKubelet('1.36.3');
const toolbox = allTools();

const worldWith = (files: Readonly<Record<string, string>>) => {
  const world = smallWorld();
  const host = hostOf(world, node);
  for (const [path, text] of Object.entries({ [archive]: 'kubelet_1.36.3-1.1_amd64.deb\n', ...files })) {
    host.files.makeDirectory(path.slice(0, path.lastIndexOf('/')), byCluster, { parents: true });
    host.files.write(path, text, byCluster, { mode: 0o644 });
  }
  host.files.makeDirectory('/var/lib/nodeops', byCluster, { parents: true });
  return { host, world };
};

const ask = ({ host }: ReturnType<typeof worldWith>) => {
  if (fact.source.kind !== 'command') throw new Error('it is read by a command');
  const { argv } = fact.source.command({ node, apiServer: '' });
  return fact.source.parse(run(host, argv, { toolbox }));
};

const config =
  'cgroupDriver: systemd\nfailSwapOn: false\nfeatureGates:\n  InTreePluginPortworxUnregister: true\n  AllAlpha: false\nfileCheckFrequency: 0s\n';

describe('the kubelet of the target, asked on a simulated node', () => {
  it('has nothing against a node as kubeadm made it, and leaves nothing there but what another question left', () => {
    const left = '/var/lib/nodeops/asked-kubelet.killed/usr/bin/kubelet';
    const there = worldWith({ [left]: 'left' });
    expect(ask(there)).toEqual({ value: { flags: [], gates: [], plugins: [], refused: [] }, keepMs: 300_000 });
    expect(there.host.files.list('/var/lib/nodeops')).toEqual(['asked-kubelet.killed']);
    expect(there.host.files.stat(left)?.kind).toBe('file');
  });

  it('names every flag and every feature gate that it does not take', () => {
    const there = worldWith({
      '/etc/default/kubelet':
        'KUBELET_EXTRA_ARGS="--pod-infra-container-image=x --feature-gates=KubeletTracing=false,AllBeta=true"\n',
      '/var/lib/kubelet/config.yaml': config,
    });
    expect(ask(there)).toEqual({
      value: {
        flags: ['--pod-infra-container-image'],
        gates: [
          {
            where: 'config',
            name: 'InTreePluginPortworxUnregister',
            value: 'true',
            says: 'unrecognized feature gate: InTreePluginPortworxUnregister',
          },
          {
            where: 'flags',
            name: 'KubeletTracing',
            value: 'false',
            says: 'cannot set feature gate KubeletTracing to false, feature is locked to true',
          },
        ],
        plugins: [],
        refused: [],
      },
    });
  });

  it('is not asked where its archive is not there, or it is installed already', () => {
    const away = worldWith({});
    away.host.files.remove(archive, byCluster);
    const installed = worldWith({});
    installed.host.packages.set('kubelet', { name: 'kubelet', version: '1.36.3-1.1', status: 'installed', held: true });
    expect([ask(away), ask(installed)]).toEqual([{ absent: true }, { absent: true }]);
  });
});
