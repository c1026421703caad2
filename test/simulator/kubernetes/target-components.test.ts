import { describe, expect, it } from 'vitest';
import { targetComponents } from '../../../src/facts/target-components.ts';
import { allTools } from '../../../src/simulator/tools/toolbox.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import { hostOf, run, smallWorld } from './run-tool.ts';

const fact = targetComponents('1.36.3', undefined);
const toolbox = allTools();
const nothing = { flags: [], gates: [], plugins: [], refused: [] };
const names = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** A control plane whose packages and images were fetched. */
const stagedWorld = (configuration = '') => {
  const world = smallWorld();
  const host = hostOf(world, 'paris-cp1');
  const files = {
    '/var/cache/apt/archives/kubeadm_1.36.3-1.1_amd64.deb': 'kubeadm_1.36.3-1.1_amd64.deb\n',
    '/var/lib/nodeops/staged-images': '1.36.3\n',
  };
  for (const [path, text] of Object.entries(files)) {
    host.files.makeDirectory(path.slice(0, path.lastIndexOf('/')), byCluster, { parents: true });
    host.files.write(path, text, byCluster, { mode: 0o644 });
  }
  for (const name of names) host.images.add(`registry.k8s.io/${name}:v1.36.3`);
  const config = world.objects.get('ConfigMap', 'kube-system', 'kubeadm-config');
  if (config === undefined) throw new Error('no kubeadm-config');
  const changed: object = JSON.parse(
    JSON.stringify(config).replace(/apiServer: \{\}\\n/, () =>
      JSON.stringify(configuration || 'apiServer: {}\n').slice(1, -1),
    ),
  );
  world.objects.put({ ...config, ...changed }, byCluster);
  return { world, host };
};

const ask = ({ host }: Pick<ReturnType<typeof stagedWorld>, 'host'>) => {
  if (fact.source.kind !== 'command') throw new Error('it is read by a command');
  const { argv } = fact.source.command({ node: host.name, apiServer: '' });
  return fact.source.parse(run(host, argv, { toolbox }));
};

describe('the control plane of the target, asked on a simulated node', () => {
  it('has nothing against what kubeadm writes, and leaves nothing there but what another question left', () => {
    const there = stagedWorld();
    const left = '/var/lib/nodeops/asked-components.killed/kube-apiserver';
    there.host.files.makeDirectory(left, byCluster, { parents: true });
    expect(ask(there)).toEqual({
      value: Object.fromEntries(names.map((name) => [name, nothing])),
      keepMs: 300_000,
    });
    expect(there.host.files.list('/var/lib/nodeops')).toEqual(['asked-components.killed', 'staged-images']);
    expect(there.host.files.stat(left)?.kind).toBe('directory');
  });

  it('names every flag, feature gate and admission plug-in that it does not take', () => {
    const there = stagedWorld(`apiServer:
  extraArgs:
  - name: no-such-flag
    value: "1"
  - name: feature-gates
    value: InTreePluginPortworxUnregister=true,KubeletTracing=false
  - name: enable-admission-plugins
    value: NodeRestriction,PodSecurityPolicy
`);
    expect(ask(there)).toEqual({
      value: {
        'kube-apiserver': {
          flags: ['--no-such-flag'],
          gates: [
            {
              where: 'flags',
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
          plugins: ['PodSecurityPolicy'],
          refused: [],
        },
        'kube-controller-manager': nothing,
        'kube-scheduler': nothing,
      },
    });
    expect(there.host.files.list('/var/lib/nodeops')).toEqual(['staged-images']);
  });

  it('is not asked on a worker, nor where an image is gone', () => {
    const there = stagedWorld();
    there.host.images.delete('registry.k8s.io/kube-scheduler:v1.36.3');
    expect([ask(there), ask({ host: hostOf(there.world, 'paris-w1') })]).toEqual([{ absent: true }, { absent: true }]);
    expect(there.host.files.list('/var/lib/nodeops')).toEqual(['staged-images']);
  });
});
