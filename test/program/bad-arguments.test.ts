import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operatorDirectory, tell, type Surroundings } from './fake-parts.ts';

const head = 'apiVersion: nodeops/v1\nkind: Inventory\n';
const nodes = `nodes:
  - { name: cp1, host: 10.0.0.11, role: control-plane }
  - { name: w1, host: 10.0.0.21, role: worker }
`;
const fleet = `${head}clusters:
  - name: paris
    version: 1.36.3
    nodes:
      - { name: cp1, host: 10.0.0.11, role: control-plane }
      - { name: w1, host: 10.0.0.21, role: worker }
  - name: oslo
    nodes:
      - { name: cp9, host: 10.9.0.11, role: control-plane }
`;

/** A playbook with one phase. */
const playbook = (on: string, ...steps: readonly string[]): string =>
  `apiVersion: nodeops/v1
kind: Playbook
name: mine
description: Mine.
parameters:
  words: { type: string }
  count: { type: number }
  sure: { type: boolean }
phases:
  - name: one
    on: ${on}
    steps:
${steps.map((line) => `      ${line}\n`).join('')}`;

interface Case extends Surroundings {
  readonly what: string;
  readonly argv: readonly string[];
  /** The whole of stderr. */
  readonly says: string;
}

/** An inventory alone: whatever it says is said by every command that takes one. */
const inventory = (what: string, text: string, says: string): Case => ({
  what,
  argv: ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes'],
  files: { 'prod.yaml': text },
  says,
});

const upgrade = (what: string, argv: readonly string[], says: string): Case => ({
  what,
  argv: ['upgrade', '-i', 'prod.yaml', '--yes', ...argv],
  files: { 'prod.yaml': fleet },
  says,
});

const run = (what: string, text: string, argv: readonly string[], says: string): Case => ({
  what,
  argv: ['run', './mine.yaml', '-i', 'prod.yaml', '--yes', ...argv],
  files: { 'prod.yaml': fleet, 'mine.yaml': text },
  says,
});

const shipped = (what: string, argv: readonly string[], says: string): Case => ({
  what,
  argv: ['run', 'upgrade', '-i', 'prod.yaml', '--yes', ...argv],
  files: { 'prod.yaml': fleet },
  says,
});

const plain = (what: string, argv: readonly string[], says: string): Case => ({
  what,
  argv,
  files: { 'prod.yaml': fleet },
  says,
});

const commands: readonly Case[] = [
  plain('an unknown command', ['upgrad'], ''),
  plain('an unknown command that is near nothing', ['frobnicate'], ''),
  plain('an unknown option', ['upgrade', '-i', 'prod.yaml', '--too', '1.36.3'], ''),
  plain('an option without its value', ['upgrade', '-i', 'prod.yaml', '--to'], ''),
  plain('a word too many', ['upgrade', 'paris', '-i', 'prod.yaml'], ''),
  plain('no playbook', ['run', '-i', 'prod.yaml'], ''),
  plain('an unknown format', ['plan', '-i', 'prod.yaml', '--output', 'xml'], ''),
  plain('an unknown role', ['plan', '-i', 'prod.yaml', '--only', 'masters'], ''),
  plain('an unknown step to explain', ['explain', 'drain-nod'], ''),
  plain('a step to explain that is near nothing', ['explain', 'frobnicate'], ''),
  plain('nobody to ask', ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3'], ''),
];

const selections: readonly Case[] = [
  plain('no inventory to upgrade', ['upgrade', '--to', '1.36.3', '--yes'], ''),
  plain('no inventory to plan', ['plan', '--to', '1.36.3'], ''),
  plain('no inventory to run on', ['run', 'upgrade'], ''),
  plain('no inventory to look at', ['facts'], ''),
  plain('no inventory to validate', ['inventory', 'validate'], ''),
  plain('an inventory that is not there', ['upgrade', '-i', 'prd.yaml', '--yes'], ''),
  { ...plain('an inventory that is a directory', ['facts', '-i', 'd'], ''), files: { 'd/': '' } },
  upgrade('an unknown cluster', ['--cluster', 'pariss'], ''),
  upgrade('an unknown cluster that is near nothing', ['--cluster', 'tokyo'], ''),
  upgrade('an unknown node', ['--limit', 'w7'], ''),
  upgrade('a node of another cluster', ['--cluster', 'oslo', '--limit', 'w1'], ''),
  upgrade('--limit and --only with nothing in common', ['--limit', 'w1', '--only', 'control-plane'], ''),
  upgrade('--only with nothing in the cluster', ['--cluster', 'oslo', '--only', 'workers'], ''),
  upgrade('no version anywhere', ['--cluster', 'oslo'], ''),
];

const versions: readonly Case[] = [
  '1.36', 'v1.36', '1', 'abc', '1.36.3+build', '=1.36.3', 'vv1.36.3', ' 1.36.3', '01.36.3', '1.36.3-1.1', '2.0.0', '',
].map((text) => upgrade(`--to ${JSON.stringify(text)}`, ['--to', text], ''));

const inventories: readonly Case[] = [
  inventory('an empty file', '', ''),
  inventory('only comments', '# nothing yet\n', ''),
  inventory('no map', '- paris\n', ''),
  inventory('YAML that is none', `${head}nodes: [\n`, ''),
  inventory('a tab', `${head}nodes:\n\t- name: cp1\n`, ''),
  inventory('a playbook in its place', playbook('workers', '- uses: restart-kubelet'), ''),
  inventory('no apiVersion', 'kind: Inventory\n' + nodes, ''),
  inventory('an unknown key', `${head}verison: 1.36.3\n${nodes}`, ''),
  inventory('an unknown key that is near nothing', `${head}colour: blue\n${nodes}`, ''),
  inventory('a key twice', `${head}version: 1.36.3\nversion: 1.35.4\n${nodes}`, ''),
  inventory('a node name twice', `${head}${nodes}  - { name: w1, host: 10.0.0.22, role: worker }\n`, ''),
  inventory('a host twice', `${head}${nodes}  - { name: w2, host: 10.0.0.21, role: worker }\n`, ''),
  inventory('a host twice, in two clusters', fleet.replace('10.9.0.11', '10.0.0.11'), ''),
  inventory('a cluster name twice', fleet.replace('oslo', 'paris'), ''),
  inventory('no control plane', `${head}nodes:\n  - { name: w1, host: 10.0.0.21, role: worker }\n`, ''),
  inventory('no nodes', `${head}nodes: []\n`, ''),
  inventory('an unknown role', `${head}${nodes.replace('role: worker', 'role: wroker')}`, ''),
  inventory('no host', `${head}${nodes.replace('host: 10.0.0.21, ', '')}`, ''),
  inventory('a duration without its unit', `${head}drain: { timeout: 600 }\n${nodes}`, ''),
  inventory('no duration', `${head}drain: { timeout: soon }\n${nodes}`, ''),
  inventory('a percentage above all', `${head}workers: { maxUnavailable: "150%" }\n${nodes}`, ''),
  inventory('no percentage', `${head}workers: { maxUnavailable: half }\n${nodes}`, ''),
  inventory('nobody at once', `${head}workers: { maxUnavailable: 0 }\n${nodes}`, ''),
  inventory('a password written out', `${head}ssh: { user: ops, password: hunter2 }\n${nodes}`, ''),
  inventory('a password of sudo written out', `${head}become: { method: sudo, password: hunter2 }\n${nodes}`, ''),
  inventory('a manifest that is not there', `${head}addons: [{ name: x, manifest: ./x.yaml }]\n${nodes}`, ''),
  inventory('an environment variable that is not set', `${head}ssh: { user: "\${OPS_USER}" }\n${nodes}`, ''),
  ...['1.36', 'abc', '1.36.3+build', '=1.36.3', 'vv1.36.3', '1.36.3-1.1', '2.0.0'].map((text) =>
    inventory(`version: ${text}`, `${head}version: ${text}\n${nodes}`, ''),
  ),
  inventory('several problems', `${head}version: 1.36\n${nodes.replace('role: worker', 'role: wroker')}`, ''),
];

const ok = '- uses: restart-kubelet';
const playbooks: readonly Case[] = [
  plain('an unknown playbook', ['run', 'upgrad', '-i', 'prod.yaml'], ''),
  plain('an unknown playbook that is near nothing', ['run', 'frobnicate', '-i', 'prod.yaml'], ''),
  plain('a playbook that is not there', ['run', './x.yaml', '-i', 'prod.yaml'], ''),
  { ...plain('a playbook that is a directory', ['run', './d', '-i', 'prod.yaml'], ''), files: { 'prod.yaml': fleet, 'd/': '' } },
  run('an empty file', '', [], ''),
  run('YAML that is none', 'phases: [\n', [], ''),
  run('an inventory in its place', fleet, [], ''),
  run('an unknown key', `${playbook('workers', ok)}phase: []\n`, [], ''),
  run('an unknown target', playbook('worker', ok), [], ''),
  run('an unknown step', playbook('workers', '- uses: restart-kublet'), [], ''),
  run('an unknown parameter of a step', playbook('workers', '- uses: install-packages', '  with: { package: [kubeadm] }'), [], ''),
  run('a parameter of a step that takes none', playbook('workers', ok, '  with: { force: true }'), [], ''),
  run('a parameter of a step of another type', playbook('workers', '- uses: install-packages', '  with: { packages: kubeadm }'), [], ''),
  run('an unknown bracket', playbook('workers', '- within: draind', '  steps: [{ uses: restart-kubelet }]'), [], ''),
  run('a step about a node in a phase about the cluster', playbook('cluster', ok), [], ''),
  run('a bracket in a phase about the cluster', playbook('cluster', '- within: drained', '  steps: [{ uses: verify-rollouts }]'), [], ''),
  run('a step without what it needs', playbook('first-control-plane', '- uses: plan-upgrade'), [], ''),
  run('--set without a value', playbook('workers', ok), ['--set', 'count'], ''),
  run('--set without a name', playbook('workers', ok), ['--set', '=3'], ''),
  run('--set of an unknown name', playbook('workers', ok), ['--set', 'cuont=3'], ''),
  run('--set of no number', playbook('workers', ok), ['--set', 'count=many'], ''),
  run('--set of neither true nor false', playbook('workers', ok), ['--set', 'sure=yes'], ''),
  run('--set where there is nothing to set', playbook('workers', ok).replace(/parameters:\n(?: .*\n)+/, ''), ['--set', 'a=b'], ''),
  shipped('a required parameter is missing', [], ''),
  shipped('--set of no version', ['--set', 'version=1.36'], ''),
];

const groups: readonly (readonly [string, readonly Case[]])[] = [
  ['commands and options', commands],
  ['which clusters and nodes', selections],
  ['the version', versions],
  ['the inventory', inventories],
  ['playbooks', playbooks],
];

describe.each(groups)('%s', (_group, cases) => {
  it.each(cases)('$what', async ({ argv, says, ...around }) => {
    const told = await tell(argv, around);
    expect(told).toEqual({ code: 2, stdout: '', stderr: says, reached: [], wrote: false });
  });
});
