import { z } from 'zod';
import { newHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** After its packages came: what a kubelet asks is there. */
export const readyHost = defineStep({
  id: 'ready-host',
  subject: 'node',
  title: () => 'a container runtime, and CNI plugins where it looks for them',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: newHost }),

  check: ({ host: { runtime, plugins } }, _wish, { node }) =>
    judged(
      [
        ...(runtime
          ? []
          : [
              {
                because: `containerd does not run on ${node}, or has no socket at /run/containerd/containerd.sock`,
                fix: `see why: journalctl -u containerd on ${node}`,
              },
            ]),
        ...(plugins.there
          ? []
          : [
              {
                because: `${node} has no CNI plugins in ${plugins.directory}, where its containerd looks for them (loopback is missing)`,
                fix: `the packages of Kubernetes bring them to /opt/cni/bin: bin_dir = "/opt/cni/bin" in /etc/containerd/config.toml on ${node}, and systemctl restart containerd`,
              },
            ]),
      ],
      [],
    ),

  explain: {
    why: 'Without the plug-in loopback no pod gets a network, and the node never becomes Ready.',
    source: 'kubernetes.io, Network Plugins, "Loopback CNI"',
    type: ['systemctl status containerd', 'ls /opt/cni/bin'],
  },
});
