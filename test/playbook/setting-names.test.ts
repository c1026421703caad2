import { expect, it } from 'vitest';
import { settingNames, givenTo } from '../../src/playbook/setting-names.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { settingsOf } from '../../src/run/run-settings.ts';
import { restarting } from '../cli/fake-parts.ts';
import { makeCluster } from '../run/scripted.ts';

const cluster = makeCluster('cp1', 'w1');
const playbook = loadPlaybook(restarting, 'mine.yaml');
const wish = { playbook, parameters: {}, selection: { nodes: ['cp1', 'w1'] }, run: 'r1' };

it('what `playbook validate` takes for given is what a run gives', () => {
  const given = Object.keys(settingsOf(cluster, wish, undefined));
  expect([...settingNames].toSorted()).toEqual(given.toSorted());
});

it('nothing that a run gives is called missing', () => {
  const etcdHosts = makeCluster('e1').nodes;
  const creation = {
    endpoint: 'a:6443',
    podSubnet: '10.0.0.0/16',
    serviceSubnet: '10.1.0.0/16',
    packages: 'https://pkgs.k8s.io/core:/stable:',
    configuration: { file: 'a', text: 'b' },
  };
  const backup = { ...cluster.backup, maxAgeMs: 1 };
  const hop = { version: '1.36.3', first: true, last: true, alone: true, workers: true, further: { w1: '1.36.3' } };
  const whole = settingsOf({ ...cluster, etcdHosts, creation, backup }, { ...wish, ignoreWindow: 'now' }, hop);
  const names = givenTo({ uses: 'restart-kubelet' }, { parameters: {}, hops: true });
  expect(Object.keys(whole).filter((name) => !names.has(name))).toEqual([]);
});
