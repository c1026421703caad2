import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
import type { Component, Host } from '../../world/host.ts';

/** Recorded on the lab, 1.35.4: what listens where such a program runs; 10249 and 10256 are kube-proxy's. */
const componentPorts: Readonly<Record<Component['name'], readonly string[]>> = {
  etcd: ['127.0.0.1:2379', 'OWN:2379', 'OWN:2380', '127.0.0.1:2381'],
  'kube-apiserver': ['*:6443'],
  'kube-controller-manager': ['127.0.0.1:10257'],
  'kube-scheduler': ['127.0.0.1:10259'],
};
const nodePorts = ['127.0.0.1:10248', '127.0.0.1:10249', '*:10250', '*:10256'];

const listening = (host: Host): readonly string[] => [
  '0.0.0.0:22',
  '[::]:22',
  ...host.machine.listeners.map((port) => `0.0.0.0:${port}`),
  ...(host.kubelet.running === undefined ? [] : nodePorts),
  ...[...host.components.values()]
    .filter(({ state }) => state !== 'stopped')
    .flatMap(({ name }) => componentPorts[name].map((at) => at.replace('OWN', host.address))),
];

/** ss(8) of iproute2 6.1, `-Hltn`: TCP sockets that listen, without a heading. */
export const ss: Tool = (call) => {
  if (call.argv.slice(1).join(' ') !== '-Hltn') throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
  for (const at of listening(call.host)) call.out(`LISTEN 0      4096         ${at}      0.0.0.0:*          \n`);
  return 0;
};
