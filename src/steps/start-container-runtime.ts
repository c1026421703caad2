import { z } from 'zod';
import { installContainerd, startContainerd } from '../commands/new-host.ts';
import { newHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** containerd runs: one that is there as it is configured, otherwise that of the host's own repositories. */
export const startContainerRuntime = defineStep({
  id: 'start-container-runtime',
  subject: 'node',
  title: () => 'containerd',
  with: z.strictObject({ lockSeconds: z.number() }),
  detect: (_wish, _on: NodeSubject) => ({ host: newHost }),

  check: ({ host: { runtime, driver } }) => {
    if (runtime) return satisfied;
    return driver === undefined
      ? needed('install containerd', 'control groups by systemd (SystemdCgroup = true)')
      : needed('start containerd, now and with the host');
  },
  apply: ({ host: { driver } }, { lockSeconds }, { node }) => [
    { do: 'exec', on: node, command: driver === undefined ? installContainerd(lockSeconds) : startContainerd },
  ],
  expect: ({ host }) => ({ host: { ...host, runtime: true, driver: host.driver ?? 'systemd' } }),

  explain: {
    why: 'A kubelet starts containers through it; both have to agree on who manages control groups.',
    source: 'kubernetes.io, Container Runtimes, "containerd" and "Cgroup drivers"',
    type: [
      'apt-get install -y containerd',
      "containerd config default | sed 's/SystemdCgroup = false/SystemdCgroup = true/' > /etc/containerd/config.toml",
      'systemctl restart containerd; systemctl enable containerd',
    ],
  },
});
