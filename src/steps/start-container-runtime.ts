import { z } from 'zod';
import { installContainerd, startContainerd } from '../commands/new-host.ts';
import { isMarked, newHost, unmarkedAs, type NewHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** There is none, or its package came, and what was to follow was cut off. */
const isToInstall = (host: NewHost, cluster: string): boolean =>
  (host.driver === undefined && !host.runtime) || isMarked(host, cluster, 'runtime');

/** containerd runs: one that is there as it is configured, otherwise that of the host's own repositories. */
export const startContainerRuntime = defineStep({
  id: 'start-container-runtime',
  subject: 'node',
  title: () => 'containerd',
  with: z.strictObject({ lockSeconds: z.number() }),
  detect: (_wish, _on: NodeSubject) => ({ host: newHost }),

  check: ({ host }, _wish, { cluster }) => {
    if (isToInstall(host, cluster))
      return needed('install containerd', 'control groups by systemd (SystemdCgroup = true)');
    return host.runtime ? satisfied : needed('start containerd, now and with the host');
  },
  apply: ({ host }, { lockSeconds }, { node, cluster }) => [
    {
      do: 'exec',
      on: node,
      command: isToInstall(host, cluster) ? installContainerd(cluster, lockSeconds) : startContainerd,
    },
  ],
  expect: ({ host }, _wish, { cluster }) => ({
    host: {
      ...unmarkedAs(host, cluster, 'runtime'),
      runtime: true,
      driver: isToInstall(host, cluster) ? 'systemd' : (host.driver ?? 'systemd'),
    },
  }),

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
