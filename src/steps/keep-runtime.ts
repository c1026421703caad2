import { z } from 'zod';
import { keepRuntime as keep, runtimeConfigurationFile } from '../commands/container-runtime.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** What is kept already is from before a change that was begun: it is not replaced by what that change brought. */
export const keepRuntime = defineStep({
  id: 'keep-runtime',
  subject: 'node',
  title: () => 'keep version and configuration of containerd',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ daemon: runtimeDaemon }),

  check: ({ daemon }) => (daemon.kept === undefined ? needed(`keep ${runtimeConfigurationFile} as it is`) : satisfied),
  apply: ({ daemon }, _wish, on) => [{ do: 'exec', on: on.node, command: keep(daemon.program) }],
  expect: ({ daemon }) => ({ daemon: { ...daemon, kept: daemon.installed ?? daemon.running ?? '0' } }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A containerd of before does not read the form of the new one: with the old file there is a way back.',
    source: 'containerd, RELEASES.md, "Daemon Configuration"',
    type: ['cp -p /etc/containerd/config.toml /root/config.toml.before', 'containerd --version'],
  },
});
