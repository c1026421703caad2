import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindPlaybook } from '../../src/playbook/bind.ts';
import { composePlaybook, fillText, readPlaybookName, taskVerbs } from '../../src/practice/compose.ts';
import { loadTask } from '../../src/practice/load-task.ts';
import { leftOverDirectory, whole } from '../../src/practice/scripts.ts';
import { playbookSchema } from '../../src/playbook/schema.ts';
import { stepsOfPhases } from '../../src/steps/bound.ts';
import { makeCluster } from '../run/scripted.ts';

const folder = join(import.meta.dirname, '../../playbooks/practice');
const tasks = readdirSync(folder).map((file) => ({
  file,
  task: loadTask(readFileSync(join(folder, file), 'utf8'), file),
}));
const cluster = makeCluster('paris-cp1', 'paris-w1', 'paris-w2');
const parameters = { node: 'paris-w1', worker: 'paris-w1', controlPlane: 'paris-cp1' };

const bound = (playbook: ReturnType<typeof composePlaybook>) =>
  bindPlaybook(playbook, {
    cluster,
    selection: { nodes: cluster.nodes.map(({ name }) => name) },
    settings: { ...parameters, parameters },
  });

/** Said by the shell of nodes, where it is not understood. */
const parse = (script: string): string =>
  execFileSync('sh', ['-n'], { input: script, encoding: 'utf8', stdio: 'pipe' });

describe.each(tasks)('$file', ({ file, task }) => {
  it('is called as its file', () => expect(`${task.name}.yaml`).toBe(file));

  it.each(taskVerbs)('%s: its playbook is one, and every step of it can be bound', (verb) => {
    const playbook = composePlaybook(verb, task);
    expect(playbookSchema.safeParse(playbook).error).toBeUndefined();
    const [first, ...others] = bound(playbook);
    expect(first?.lanes.flatMap(({ items }) => items)).toMatchObject(
      cluster.nodes.map(() => ({ step: { id: 'practice-ground' } })),
    );
    expect(others.length).toBeGreaterThan(0);
    expect(readPlaybookName(playbook.name)).toEqual({ verb, task: task.name });
  });

  it('shows in no plan what it does', () => {
    const shown = taskVerbs.flatMap((verb) =>
      stepsOfPhases(bound(composePlaybook(verb, task))).flatMap(({ id, with: wish }) =>
        id.startsWith('run-practice') || id === 'practice-need' ? [Object.keys(wish)] : [],
      ),
    );
    expect(shown.flat().filter((name) => name === 'check' || name === 'command')).toEqual([]);
  });

  it('is written in a shell that nodes understand', () => {
    const { needs, setUp, checklist, reset, keeps, solution } = task;
    const scripts = [
      ...[...needs, ...checklist].map(({ check }) => check),
      ...[...setUp, ...reset].flatMap((part) => [part.check, part.do]),
      ...keeps.flatMap(({ returned }) => returned ?? []),
      ...solution.map(({ type }) => type),
    ];
    for (const script of scripts) expect(() => parse(whole(script)), script).not.toThrow();
    for (const verb of taskVerbs)
      for (const phase of composePlaybook(verb, task).phases)
        for (const step of phase.steps) {
          const { check = '', command = '' } = ('with' in step ? step.with : undefined) ?? {};
          expect(() => parse(String(check)), String(check)).not.toThrow();
          expect(() => parse(String(command)), String(command)).not.toThrow();
        }
  });

  it('names nobody whom the text does not fill in', () =>
    expect(fillText([task.text, task.title, ...task.hints].join('\n'), parameters)).not.toMatch(/\{(worker|control)/));

  it('names nobody where nothing is filled in: in the titles of its steps', () =>
    expect([...task.needs, ...task.reset].filter(({ name }) => name.includes('{'))).toEqual([]));
});

describe('tasks', () => {
  it('are twelve at least, and no two have one name', () => {
    expect(tasks.length).toBeGreaterThanOrEqual(12);
    expect(new Set(tasks.map(({ task }) => task.name)).size).toBe(tasks.length);
  });

  it('say everything that is wrong in one, each with its line', () =>
    expect(() =>
      loadTask('apiVersion: nodeops/v1\nkind: PracticeTask\nname: A b\nminutes: soon\n', 'mine.yaml'),
    ).toThrow(/mine\.yaml:3:7: name: expected lower-case letters, digits and hyphens, found "A b"/));

  it('leave what they put aside where no reset forgets it', () => expect(leftOverDirectory).not.toMatch(/practice\//));
});
