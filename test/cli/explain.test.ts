import { describe, expect, it } from 'vitest';
import { explainedPlaybook } from '../../src/cli/explained-playbook.ts';
import { courseNotes, notesOf } from '../../src/playbook/course-notes.ts';
import { findStep, stepNames } from '../../src/playbook/known.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import type { PlaybookItem } from '../../src/playbook/schema.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playbooks, told } from './fake-parts.ts';

const shipped = readdirSync(playbooks).filter((file) => file.endsWith('.yaml'));
const load = (file: string) => loadPlaybook(readFileSync(join(playbooks, file), 'utf8'), file);
const mine = (...steps: readonly string[]) =>
  `apiVersion: nodeops/v1\nkind: Playbook\nname: mine\ndescription: Mine.\nphases:\n  - name: one\n    on: workers\n    steps:\n${steps
    .map((line) => `      ${line}\n`)
    .join('')}`;

/** What a playbook uses, in the order of its text. */
const uses = (items: readonly PlaybookItem[]): readonly string[] =>
  items.flatMap((item) => ('uses' in item ? [item.uses] : uses(item.steps)));

describe.each(shipped)('%s', (file) => {
  const playbook = load(file);
  const { phases } = explainedPlaybook(playbook);
  const steps = phases.flatMap((phase) => phase.steps);

  it('every step is told, in order, between what its brackets do', () => {
    const plain = steps.filter(({ bracket }) => bracket === undefined).map(({ step }) => step);
    expect(plain).toEqual(playbook.phases.flatMap((phase) => uses(phase.steps)));
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_step, index) => index + 1));
  });

  it('each says what is typed, and why, or where that was said', () => {
    for (const step of steps) {
      expect(step.type.length).toBeGreaterThan(0);
      const first = steps.find(({ step: name }) => name === step.step);
      expect(step.as).toBe(first === step ? undefined : first?.number);
    }
  });

  it('a bracket begins before what it is around, and ends after it', () => {
    const wrong = steps.filter(({ number, bracket }) => {
      if (bracket === undefined) return false;
      const { side, until } = bracket;
      return side === 'enter' ? until <= number || until > steps.length : until !== number - 1;
    });
    expect(wrong).toEqual([]);
  });

  it('is no name of a step', () => expect(stepNames).not.toContain(playbook.name));
});

describe('nodeops explain PLAYBOOK', () => {
  it('packages and components are those that the playbook names', async () => {
    const { stdout } = await told(['explain', 'upgrade']);
    expect(stdout).toContain("apt-get install -y kubelet='1.36.3-*' kubectl='1.36.3-*'\n");
    expect((await told(['explain', 'rollback'])).stdout).toContain(
      "apt-get install -y --allow-downgrades kubelet='1.35.4-*' kubectl='1.35.4-*'\n",
    );
    expect((await told(['explain', 'restore'])).stdout).toContain(
      '$ mv /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/manifests/kube-controller-manager.yaml /etc/kubernetes/manifests/kube-scheduler.yaml /root/\n',
    );
  });

  it('a file, brackets told before and after', async () => {
    const text = mine('- within: drained', '  steps:', '    - uses: restart-kubelet', '- uses: verify-node');
    const { code, stdout } = await told(['explain', './mine.yaml'], { files: { '/fleet/mine.yaml': text } });
    expect(code).toBe(0);
    const headings = stdout.split('\n').filter((line) => /^ +\d+  /.test(line));
    expect(headings).toEqual([
      '   1  drain-node: before what follows up to 2, where something of that is needed (drained)',
      '   2    restart-kubelet',
      '   3  uncordon-node: after that (drained)',
      '   4  verify-node: looks',
    ]);
    expect(stdout).toContain('one (workers; one after the other)\n');
  });

  it('as an object', async () => {
    const { stdout } = await told(['explain', 'upgrade', '--output', 'json']);
    const { playbook, phases, courses } = JSON.parse(stdout);
    expect([playbook, phases[0].name]).toEqual(['upgrade', 'cluster gates']);
    expect(courses.map(({ step }: { readonly step: string }) => step)).toContain('apply-upgrade');
    const all = JSON.parse((await told(['explain', '--output', 'json'])).stdout);
    expect(all.steps.map(({ name }: { readonly name: string }) => name)).toEqual(stepNames);
    expect(JSON.parse((await told(['explain', 'drain-node', '-o', 'json'])).stdout)).toMatchObject({
      step: 'drain-node',
    });
  });
});

describe('what courses teach otherwise', () => {
  it.each(courseNotes.map((note) => [note.taught, note] as const))('%s', (_taught, note) => {
    expect(findStep(note.step)?.id).toBe(note.step);
    for (const said of [note.taught, note.today, note.why, note.source]) expect(said.length).toBeGreaterThan(10);
    expect(note.today).not.toBe(note.taught);
  });

  it('belongs to what is explained', async () => {
    expect((await told(['explain', 'restore'])).stdout).toContain('they say: ETCDCTL_API=3 etcdctl snapshot restore');
    expect((await told(['explain', 'restore-etcd-data'])).stdout).toContain('today:    etcdutl snapshot restore');
    expect((await told(['explain', 'cordon'])).stdout).not.toContain('Where courses teach it otherwise');
  });

  it('the order of an upgrade is not that of the way back', async () => {
    const drained = 'they say: kubectl drain NODE, then kubeadm upgrade apply';
    expect((await told(['explain', 'upgrade'])).stdout).toContain(drained);
    const { stdout } = await told(['explain', 'rollback']);
    expect(stdout).toContain('kubeadm upgrade apply');
    expect(stdout).not.toContain(drained);
  });

  it('is told once where several steps have it', () => {
    expect(notesOf(['snapshot-etcd', 'save-etcd'], true)).toHaveLength(1);
  });
});
