import { expect, it } from 'vitest';
import { operatingSystem } from '../../src/facts/operating-system.ts';
import { createWorld } from '../../src/plan/world.ts';
import { bindPlaybook } from '../../src/playbook/bind.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { look } from '../../src/run/look.ts';
import { stepsOfPhases } from '../../src/steps/bound.ts';
import { makeCluster, stage } from './scripted.ts';

const cluster = makeCluster('cp1', 'w1');
const names = cluster.nodes.map(({ name }) => name);
const playbook = (when: string) =>
  loadPlaybook(
    `apiVersion: nodeops/v1
kind: Playbook
name: mine
description: Mine.
phases:
  - name: one
    on: every-node
    steps:
      - uses: run-command
        when: ${when}
        with: { name: a, check: frobnicate --look, command: frobnicate }
`,
    'mine.yaml',
  );

/** Which nodes were asked the operator's own question. */
const askedAt = async (when: string, text: string): Promise<readonly string[]> => {
  const asked: string[] = [];
  const { session } = stage(cluster, {
    facts: (node, key) => {
      if (key.startsWith('own-check ')) asked.push(node);
      return key === operatingSystem.key ? { stdout: node === 'w1' ? text : 'ID=debian\n' } : { code: 1 };
    },
  });
  const phases = bindPlaybook(playbook(when), { cluster, selection: { nodes: names }, settings: {} });
  await look(session, stepsOfPhases(phases), createWorld());
  return asked.toSorted();
};

it.each([
  ['where it holds, everywhere', 'node.os.id == "debian"', 'ID=debian\n', ['cp1', 'w1']],
  ['not where it does not hold', 'node.os.id == "debian"', 'ID=alpine\n', ['cp1']],
  ['not where that cannot be told', 'node.os.id == "debian"', '', ['cp1']],
  ['what the inventory knows settles it as well', 'node.role == "worker"', 'ID=debian\n', ['w1']],
])('what the operator wrote is asked %s', async (_what, when, text, expected) => {
  expect(await askedAt(when, text)).toEqual(expected);
});
