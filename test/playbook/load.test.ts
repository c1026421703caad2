import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../src/model/errors.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';

const folder = join(import.meta.dirname, '../../playbooks');
const problemsOf = (text: string): readonly string[] => {
  try {
    loadPlaybook(text, 'mine.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map(
      ({ file, line, column, path, message, hint }) =>
        `${file}:${line}:${column} ${path}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
    );
  }
};

const head = 'apiVersion: nodeops/v1\nkind: Playbook\nname: mine\ndescription: Mine.\nphases:\n';
const steps = (...lines: readonly string[]): string =>
  `${head}  - name: p\n    on: workers\n    steps:\n${lines.map((line) => `      ${line}\n`).join('')}`;

describe('the shipped playbooks', () => {
  it.each(readdirSync(folder).filter((file) => file.endsWith('.yaml')))('%s loads', (file) => {
    const playbook = loadPlaybook(readFileSync(join(folder, file), 'utf8'), file);
    expect(`${playbook.name}.yaml`).toBe(file);
  });
});

describe('what is wrong in a playbook is told with its place', () => {
  it('nothing is wrong with this one', () => expect(problemsOf(steps('- uses: restart-kubelet'))).toEqual([]));

  it.each([
    [
      'an unknown step',
      steps('- uses: restart-kublet'),
      ['mine.yaml:9:15 phases[0].steps[0].uses: no step is called "restart-kublet" (did you mean "restart-kubelet"?)'],
    ],
    [
      'an unknown parameter',
      steps('- uses: install-packages', '  with: { package: [kubeadm] }'),
      [
        'mine.yaml:10:17 phases[0].steps[0].with.package: install-packages has no parameter "package" (did you mean "packages"?)',
      ],
    ],
    [
      'an unknown bracket',
      steps('- within: draind', '  steps: [{ uses: restart-kubelet }]'),
      ['mine.yaml:9:17 phases[0].steps[0].within: no bracket is called "draind" (did you mean "drained"?)'],
    ],
    [
      'an unknown step in a bracket',
      steps('- within: drained', '  steps:', '    - uses: restart-kublet'),
      [
        'mine.yaml:11:19 phases[0].steps[0].steps[0].uses: no step is called "restart-kublet" (did you mean "restart-kubelet"?)',
      ],
    ],
    [
      'an unknown key',
      `${steps('- uses: restart-kubelet')}phase: 1\n`,
      ['mine.yaml:10:1 phase: unknown key (did you mean "phases"?)'],
    ],
    [
      'a step about a node in a phase about the cluster',
      `${head}  - name: p\n    on: cluster\n    steps:\n      - uses: restart-kubelet\n`,
      ['mine.yaml:9:15 phases[0].steps[0].uses: restart-kubelet is about a node, and this phase is `on: cluster`'],
    ],
    [
      'a bracket in a phase about the cluster',
      `${head}  - name: p\n    on: cluster\n    steps:\n      - within: drained\n        steps: [{ uses: verify-rollouts }]\n`,
      [
        'mine.yaml:9:17 phases[0].steps[0].within: the bracket drained is about a node, and this phase is `on: cluster`',
      ],
    ],
  ])('%s', (_what, text, expected) => expect(problemsOf(text)).toEqual(expected));

  it.each([
    [
      'a target that there is not',
      `${head}  - name: p\n    on: worker\n    steps: [{ uses: restart-kubelet }]\n`,
      '7:9 phases[0].on: expected every-node, first-control-plane, other-control-planes, control-planes, etcd-members, etcd-hosts, workers, named-node, cluster, found "worker"',
    ],
    [
      'no steps',
      `${head}  - name: p\n    on: workers\n    steps: []\n`,
      '8:12 phases[0].steps: expected a list of steps, found an empty list',
    ],
    [
      'no phases',
      'apiVersion: nodeops/v1\nkind: Playbook\nname: mine\ndescription: Mine.\n',
      '1:1 phases: missing; expected a list of phases',
    ],
    [
      'another kind',
      steps('- uses: restart-kubelet').replace('Playbook', 'Inventory'),
      '2:7 kind: expected Playbook, found "Inventory"',
    ],
    [
      'nobody at once',
      `${head}  - name: p\n    on: workers\n    parallel: 0\n    steps: [{ uses: restart-kubelet }]\n`,
      '8:15 phases[0].parallel: expected a whole number from 1 on, all or max-unavailable, found 0',
    ],
    [
      'a name with blanks',
      steps('- uses: restart-kubelet').replace('name: mine', 'name: My Playbook'),
      '3:7 name: expected lower-case letters, digits and hyphens, found "My Playbook"',
    ],
    [
      'no step at all',
      steps('- 7'),
      '9:9 phases[0].steps[0]: expected a step (`uses:`) or a bracket (`within:`), found 7',
    ],
    [
      'a slip in a step',
      steps('- use: restart-kubelet'),
      '9:9 phases[0].steps[0].use: unknown key (did you mean "uses"?)',
    ],
  ])('%s', (_what, text, expected) => expect(problemsOf(text)).toEqual([`mine.yaml:${expected}`]));

  it('all of it at once', () => {
    expect(
      problemsOf(steps('- uses: restart-kublet', '- uses: drain-nod', '- within: x', '  steps: [{ uses: y }]')),
    ).toHaveLength(4);
  });

  it.each(['', 'phases: [', '- 1\n', 'a: 1\na: 2\n'])('text that is no playbook: %j', (text) => {
    expect(problemsOf(text)).not.toEqual([]);
  });
});
