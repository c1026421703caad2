import { write } from '../../../src/commands/build.ts';
import { moveLeader } from '../../../src/commands/etcdctl.ts';
import { lendApiServer, readKubeletConf, returnApiServer } from '../../../src/commands/kubelet-conf.ts';
import { downloadPackages, pullImages } from '../../../src/commands/stage.ts';
import type { Command } from '../../../src/model/command.ts';
import type { RecordCase } from './case.ts';

/** What would run as a unit, as a line of its own. */
const attached = ({ argv, stdin, env }: Command): Command =>
  write(argv, {
    timeoutMs: 600_000,
    ...(stdin === undefined ? {} : { stdin }),
    ...(env === undefined ? {} : { env }),
  });

const configuration = (version: string): string =>
  `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v${version}\n`;

const minorOf = (version: string): string => version.split('.', 2).join('.');

/**
 * In this order: the later ones find what the former left. What apt and the runtime hold is no part of a recorded state:
 * only what does not depend on it is recorded.
 */
export const highAvailabilityCases: readonly RecordCase[] = [
  { name: 'ha: leadership for a member that is none', on: 'cp1', line: () => moveLeader('1234abcd') },
  { name: 'ha: kubelet.conf as it was', on: 'w1', line: () => readKubeletConf },
  {
    name: 'ha: another API server lent',
    on: 'w1',
    line: ({ api }) => lendApiServer(api.apiServer),
    patienceMs: 25_000,
  },
  { name: 'ha: kubelet.conf while another is lent', on: 'w1', line: () => readKubeletConf },
  {
    name: 'ha: the API server given back',
    on: 'w1',
    line: () => returnApiServer({ restart: true }),
    patienceMs: 25_000,
  },
  { name: 'ha: nothing to give back', on: 'w1', line: () => returnApiServer({ restart: true }) },
  {
    name: 'ha: packages downloaded',
    on: 'cp1',
    line: ({ to }) =>
      attached(
        downloadPackages(
          ['kubeadm', 'kubelet', 'kubectl'].map((name) => ({ name, version: `${to}-1.1` })),
          { minor: minorOf(to), lockSeconds: 60 },
        ),
      ),
  },
  {
    name: 'ha: images of a kubeadm that was not downloaded',
    on: 'cp1',
    line: () => attached(pullImages('1.36.9', 'kubeadm_1.36.9-1.1_amd64.deb', configuration('1.36.9'))),
  },
];
