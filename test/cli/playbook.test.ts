import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { restarting, playbooks, told } from './fake-parts.ts';

const mine = restarting
  .replace('name: restarting', 'name: mine')
  .replace('count: { type: number }', 'count: { type: number, default: 3, description: How many }');
const own = `${mine}  - name: own
    on: workers
    when: node.role == "worker" && parameters.count > 2
    steps:
      - within: drained
        steps:
          - uses: copy-file
            when: node.os.id == "debian"
            with: { from: a.conf, path: /etc/a.conf, secret: true }
`;
const files = {
  '/fleet/own/mine.yaml': own,
  '/fleet/own/a.conf': 'token abcd-1234\n',
  '/fleet/own/wrong.yaml': mine.replace('restart-kubelet', 'restart-kublet'),
};

describe('nodeops playbook list', () => {
  it('tells what each changes and takes', async () => {
    const { code, stdout } = await told(['playbook', 'list']);
    expect(code).toBe(0);
    const lines = stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));
    expect(lines).toContain('playbook | mode | changes | parameters');
    expect(lines).toContain('restore-test | rolling | nodes, cluster | snapshot bytes');
    expect(lines).toContain('reset | outage | nodes | authority');
    expect(lines).toContain('reboot | rolling | nodes, cluster | maintenance [reboot] [drain]');
  });

  it('as objects, with the steps that do something', async () => {
    const { stdout } = await told(['playbook', 'list', '--output', 'json']);
    const { playbooks: all, unread } = JSON.parse(stdout);
    expect(unread).toEqual([]);
    const drain = all.find(({ playbook }: { playbook: string }) => playbook === 'drain');
    expect(drain).toMatchObject({ mode: 'rolling', changes: { nodes: ['keep-node-out', 'drain-node'], cluster: [] } });
  });
});

describe('nodeops playbook show', () => {
  it('parameters, phases and steps of a file, without what is in the files that it names', async () => {
    const { code, stdout } = await told(['playbook', 'show', 'own/mine.yaml'], { files });
    expect(code).toBe(0);
    expect(stdout).not.toContain('abcd-1234');
    expect(stdout).toContain('  count    number   otherwise 3  How many\n');
    expect(stdout.slice(stdout.indexOf('own (workers'))).toBe(
      [
        'own (workers; one after the other)',
        '  when node.role == "worker" && parameters.count > 2',
        '    within drained',
        '      copy-file',
        '        when node.os.id == "debian"',
        '        from: a.conf',
        '        path: /etc/a.conf',
        '        secret: true',
        '',
      ].join('\n'),
    );
  });

  it('the file as it is', async () => {
    const { stdout } = await told(['playbook', 'show', 'os-patch', '--output', 'yaml']);
    expect(stdout).toBe(readFileSync(join(playbooks, 'os-patch.yaml'), 'utf8'));
  });
});

describe('nodeops playbook validate', () => {
  it('says what is right', async () => {
    expect(await told(['playbook', 'validate', 'own/mine.yaml'], { files })).toMatchObject({
      code: 0,
      stdout: 'own/mine.yaml: mine, 2 phases, is valid\n',
    });
  });

  it('connects to nothing', async () => {
    const { code, transports } = await told(['playbook', 'validate', 'own/wrong.yaml'], { files });
    expect([code, transports]).toEqual([2, []]);
  });
});

it('a default is what a parameter is where nobody gives it', async () => {
  const argv = [
    'run',
    'own/mine.yaml',
    '--inventory',
    'prod.yaml',
    '--cluster',
    'oslo',
    '--dry-run',
    '--output',
    'json',
  ];
  const { stdout } = await told(argv, { files });
  expect(JSON.parse(stdout)).toMatchObject({ parameters: { count: 3 } });
  const given = JSON.parse((await told([...argv, '--set', 'count=7'], { files })).stdout);
  expect(given).toMatchObject({ parameters: { count: 7 } });
});
