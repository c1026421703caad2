import { z } from 'zod';
import { refreshLists } from '../commands/os-updates.ts';
import { listsRefreshed } from '../facts/node-marks.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { maintenanceName } from './maintenance-name.ts';
import { defineStep } from './step.ts';

/** What the repositories offer is read once in a maintenance, by all nodes before the first of them is touched. */
export const refreshPackageLists = defineStep({
  id: 'refresh-package-lists',
  subject: 'node',
  title: () => "read the repositories' lists",
  with: z.strictObject({ maintenance: maintenanceName, lockSeconds: z.number() }),
  detect: ({ maintenance }, _on: NodeSubject) => ({ refreshed: listsRefreshed(maintenance) }),

  check: ({ refreshed }) => (refreshed ? satisfied : needed('apt-get update')),
  apply: (_seen, { maintenance, lockSeconds }, on) => [
    { do: 'exec', on: on.node, command: refreshLists(maintenance, lockSeconds) },
  ],
  expect: () => ({ refreshed: true }),

  preparing: true,
  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A node knows only what its lists say. A repository that cannot be read would leave it half up to date.',
    source: 'apt-get(8), "update"; apt.conf(5), APT::Update::Error-Mode',
    type: ['apt-get update'],
  },
});
