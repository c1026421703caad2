import { z } from 'zod';
import { acceptRuntime as accept, keptRuntimeConfiguration, runtimeBefore } from '../commands/container-runtime.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** The change has come to its end on this node: what was before is of use to people only. */
export const acceptRuntime = defineStep({
  id: 'accept-runtime',
  subject: 'node',
  title: () => 'its new containerd stays',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ daemon: runtimeDaemon }),

  check: ({ daemon }) =>
    daemon.kept === undefined
      ? satisfied
      : needed(`the configuration of before stays as ${keptRuntimeConfiguration}${runtimeBefore}`),
  apply: (_seen, _wish, on) => [{ do: 'exec', on: on.node, command: accept }],
  expect: ({ daemon: { kept: _accepted, ...daemon } }) => ({ daemon }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'The node runs well with it: the next run begins anew.',
    source: 'docs/runtime.md',
    type: ['ls /var/lib/nodeops/containerd.toml.before'],
  },
});
