import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../run/scripted.ts';
import { inventory, playbooks, recordedOutput, told, type Surroundings } from './fake-parts.ts';
import { nodeLine, well } from './well-cluster.ts';

const spare = inventory.replace(
  '      - { name: w1, host: 10.0.0.21, role: worker }\n',
  `      - { name: w1, host: 10.0.0.21, role: worker }
      - { name: s1, host: 10.0.0.31, role: worker, spare: true }
      - { name: s2, host: 10.0.0.32, role: worker, spare: true }
`,
);

const book = (name: string, phases: string, parameters: string): string =>
  `apiVersion: nodeops/v1\nkind: Playbook\nname: ${name}\ndescription: Look.\nparameters: ${parameters}\nphases: [${phases}]\n`;
const phase = (on: string): string => `{ name: ${on}, on: ${on}, steps: [{ uses: restart-kubelet }] }`;

/** Playbooks of the same names that do less. */
const files = {
  '/fleet/prod.yaml': spare,
  [`${playbooks}/upgrade.yaml`]: book(
    'upgrade',
    `${phase('control-planes')}, ${phase('workers')}`,
    '{ version: { type: version, required: true } }',
  ),
  [`${playbooks}/node-add.yaml`]: book(
    'node-add',
    phase('every-node'),
    '{ version: { type: version, required: true }, joinedThrough: { type: string, required: true } }',
  ),
  [`${playbooks}/node-remove.yaml`]: book(
    'node-remove',
    phase('named-node'),
    '{ node: { type: string, required: true }, gone: { type: string, required: true } }',
  ),
};

const nodesAt = (versions: Readonly<Record<string, string>>): Answer => {
  const lines = Object.entries(versions).map(([name, version]) =>
    JSON.stringify({ ...JSON.parse(nodeLine), name, kubeletVersion: `v${version}` }),
  );
  return { stdout: `${[...lines, String(lines.length)].join('\n')}\n` };
};

const surge = (versions: Readonly<Record<string, string>>, argv: readonly string[], around: Surroundings = {}) => {
  const restarted = new Set<string>();
  return told(
    ['upgrade', '--inventory', 'prod.yaml', '--cluster', 'paris', '--to', '1.36.3', '--strategy', 'surge', ...argv],
    {
      files,
      script: {
        facts: (node, key) => {
          if (key === 'nodes') return nodesAt(versions);
          if (key === 'kubelet-unit')
            return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
          if (key === 'kubelet-versions')
            return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
          return key === 'kubelet-log' ? { stdout: '' } : well[key];
        },
        commands: (node, line) => {
          if (line.includes('restart kubelet')) restarted.add(node);
          return undefined;
        },
      },
      ...around,
    },
  );
};

const behind = { cp1: '1.35.4', w1: '1.35.4' };

/** What was planned, in order; the first of them only to be shown. What had nothing to do is among them. */
const planned = (stdout: string): readonly string[] =>
  [...stripVTControlCharacters(stdout).matchAll(/^paris: (upgrade|node-add|node-remove)\b/gm)].map(
    ([, name = '']) => name,
  );

describe('nodeops upgrade --strategy surge', () => {
  it('control planes, spare machines join, workers, spare machines leave; asked for once', async () => {
    const questions: string[] = [];
    const { code, wishes, stdout } = await surge(behind, [], {
      terminal: true,
      answer: true,
      onQuestion: (question) => questions.push(question),
    });
    expect(questions).toEqual(['Begin with paris?']);
    expect(stdout).toContain('Then: s1 join; workers are upgraded, as many at once as are spare; s1 leave again.');
    expect(planned(stdout)).toEqual(['upgrade', 'upgrade', 'node-add', 'upgrade', 'node-remove']);
    expect(wishes).toMatchObject([
      { playbook: 'upgrade', only: 'control-plane' },
      { playbook: 'node-add', limit: ['s1'], spares: ['s1'], parameters: { joinedThrough: 'cp1' } },
      { playbook: 'upgrade', only: 'workers', spares: ['s1'] },
    ]);
    expect(wishes[0]).not.toHaveProperty('spares');
    expect(code).toBe(0);
  });

  it('takes so many machines as it is told', async () => {
    const { wishes, stdout } = await surge(behind, ['--yes', '--max-surge', '2']);
    expect(planned(stdout)).toEqual(['upgrade', 'upgrade', 'node-add', 'upgrade', 'node-remove', 'node-remove']);
    expect(wishes.slice(1)).toMatchObject([{ limit: ['s1', 's2'] }, { spares: ['s1', 's2'] }]);
  });

  it('changes nothing where nobody says yes, and in a dry run', async () => {
    const no = await surge(behind, [], { terminal: true, answer: false });
    expect([no.code, no.wishes, no.sent]).toEqual([0, [], []]);
    expect(no.stdout).toContain('Nothing was changed.');
    const dry = await surge(behind, ['--dry-run']);
    expect([dry.code, dry.wishes, dry.sent]).toEqual([0, [], []]);
    expect(dry.stdout).toContain('Then: s1 join;');
  });

  it('goes on: a machine that joined already is seen to first', async () => {
    const { stdout } = await surge({ cp1: '1.36.3', w1: '1.35.4', s1: '1.36.3' }, ['--yes']);
    expect(planned(stdout)).toEqual(['node-add', 'node-add', 'upgrade', 'node-add', 'upgrade', 'node-remove']);
  });

  it('goes on: nothing is left but to take the machine out', async () => {
    const { stdout, wishes } = await surge({ cp1: '1.36.3', w1: '1.36.3', s1: '1.36.3' }, ['--yes']);
    expect(planned(stdout)).toEqual(['node-remove', 'node-remove']);
    expect(wishes).toMatchObject([{ playbook: 'node-remove', limit: ['s1'], parameters: { node: 's1', gone: 's1' } }]);
  });

  it('lets no machine join where every worker is there', async () => {
    const { stdout } = await surge({ cp1: '1.35.4', w1: '1.36.3' }, ['--yes']);
    expect(planned(stdout)).toEqual(['upgrade', 'upgrade']);
  });
});

describe('maxUnavailable: 0', () => {
  const text = spare.replace('    version: 1.36.3\n', '    version: 1.36.3\n    workers: { maxUnavailable: 0 }\n');

  it('lets no worker be taken out', async () => {
    const outing = {
      ...files,
      '/fleet/prod.yaml': text,
      '/fleet/mine.yaml': book(
        'mine',
        `{ name: all, on: workers, parallel: max-unavailable, steps: [{ uses: restart-kubelet }] }`,
        '{}',
      ),
    };
    const { code, stderr } = await told(
      ['run', './mine.yaml', '--inventory', 'prod.yaml', '--cluster', 'paris', '--yes'],
      {
        files: outing,
        script: { facts: (_node, key) => well[key] },
      },
    );
    expect(code).toBe(2);
    expect(stderr).toContain('nodeops: no worker of paris may be out of service (maxUnavailable: 0, prod.yaml:5)');
  });
});
