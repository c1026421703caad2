import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playbooks, recordedOutput, told, type Surroundings } from './fake-parts.ts';

const head = 'apiVersion: nodeops/v1\nkind: Inventory\n';
const files = {
  '/fleet/shared.yaml': `${head}defaults: { ssh: { user: ops } }\nlimits: { perLabel: { region: 1 } }\n`,
  '/fleet/oslo.yaml': `${head}name: oslo\nlabels: { region: eu }\nnodes: [{ name: cp-o, host: 10.0.0.1, role: control-plane }]\n`,
  '/fleet/rome.yaml': `${head}name: rome\nlabels: { region: eu }\nnodes: [{ name: cp-r, host: 10.0.0.2, role: control-plane }]\n`,
};
const several = ['--inventory', 'shared.yaml', '--inventory', 'oslo.yaml,rome.yaml'];
const all = '/fleet/shared.yaml,/fleet/oslo.yaml,/fleet/rome.yaml';
const script = {
  facts: (_node: string, key: string) =>
    key === 'kubelet-unit' ? recordedOutput('kubelet-unit', 'needs-reload') : undefined,
};

describe('an inventory of several files', () => {
  it('is kept whole with what was asked for, and its limits are shown', async () => {
    const { wishes, stdout } = await told(['run', 'mine.yaml', ...several, '--yes'], { files, script });
    expect(wishes.slice(0, 2)).toMatchObject([
      { cluster: 'oslo', inventory: all },
      { cluster: 'rome', inventory: all },
    ]);
    expect(stdout).toContain('side by side, at most 1 at a time of the same region\n');
  });

  it.each([
    ['by the run', ['r0']],
    ['by its own files', several],
    ['by the same files, seen from the root', ['--inventory', all]],
  ])('is gone on with %s', async (_how, argv) => {
    const wish = {
      format: 1,
      cluster: 'oslo',
      command: 'run',
      playbook: '/fleet/mine.yaml',
      parameters: {},
      inventory: all,
    };
    const stored: NonNullable<Surroundings['stored']> = {
      list: () => Promise.resolve(['r0']),
      read: () =>
        Promise.resolve({ id: 'r0', directory: '/s', writer: 'gone', clusters: ['oslo'], transitions: [], notes: [] }),
      readWish: () => Promise.resolve(JSON.stringify(wish)),
    };
    const { wishes, stderr } = await told(['resume', ...argv, '--yes'], { files, script, stored });
    expect(stderr).not.toContain('recorded here, and was not about');
    expect(wishes).toMatchObject([{ cluster: 'oslo', inventory: all, resumes: 'r0' }]);
  });

  it('is named whole in the units of a timer', async () => {
    const { code, stdout } = await told(['backup', 'timer', ...several, '--cluster', 'oslo'], { files });
    expect([code, stdout]).toEqual([0, expect.stringContaining(`--inventory ${all} --cluster oslo`)]);
  });

  it('is named whole in what is to be typed next', async () => {
    const upgrade = {
      ...files,
      [`${playbooks}/upgrade.yaml`]: `apiVersion: nodeops/v1
kind: Playbook
name: upgrade
description: Restart kubelets.
parameters: { version: { type: version, required: true } }
phases: [{ name: nodes, on: every-node, steps: [{ uses: restart-kubelet }] }]
`,
    };
    const argv = ['plan', ...several, '--cluster', 'rome', '--to', '1.36.3', '--out', 'p.plan'];
    const { stderr } = await told(argv, { files: upgrade, script });
    expect(stderr).toContain('nodeops upgrade --plan p.plan --inventory shared.yaml,oslo.yaml,rome.yaml\n');
  });
});

const secrets = `${head}defaults:
  ssh: { user: ops, passphrase: { env: SSH_PASSPHRASE }, jump: { host: gate, user: gate, password: { prompt: true } } }
  become: { method: sudo, password: { env: SUDO_PASSWORD } }
  webhooks: [{ url: { env: SLACK_URL }, format: slack, secret: { env: HOOK_KEY } }]
  drain: { timeout: 5m }
  hooks: [{ name: lb, before: [./lb, --token, s3cr3t], on: control-plane }]
environments:
  prod: { drain: { timeout: 20m, deleteEmptyDirData: true }, kubelet: { configuration: { maxPods: 50 } } }
regions:
  eu: { backup: { to: [/srv/backup, ssh://backup@attic/srv], ssh: { port: 2222 }, keep: { within: 30d } } }
clusters:
  - name: paris
    labels: { environment: prod, region: eu }
    version: 1.36.3
    drain: { timeout: 1m }
    addons: [{ name: x, command: [helm, --token, s3cr3t], check: [sh, -c, 'PASSWORD=s3cr3t ask'] }]
    nodes:
      - { name: cp1, host: 10.0.0.1, role: control-plane }
      - { name: w1, host: 10.0.0.2, role: worker, become: none, taints: [dedicated=gpu:NoSchedule] }
  - name: oslo
    labels: { environment: prod, region: eu }
    nodes: [{ name: cp9, host: 10.0.0.9, role: control-plane }]
`;
const env = {
  USER: 'ana',
  SSH_PASSPHRASE: 'tr0ub4dor',
  SUDO_PASSWORD: 'tr0ub4dor',
  SLACK_URL: 'tr0ub4dor',
  HOOK_KEY: 'tr0ub4dor',
};
const show = (...argv: readonly string[]) =>
  told(['inventory', 'show', '-i', 's.yaml', '--cluster', 'paris', ...argv], {
    files: { '/fleet/s.yaml': secrets },
    env,
  });
const rowOf = (text: string, key: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))
    .find((line) => line.startsWith(`${key} | `));

describe('inventory show', () => {
  it.each([
    ['version', '1.36.3 | cluster | s.yaml:16'],
    ['drain.timeout', '1m | cluster | s.yaml:17'],
    ['drain.deleteEmptyDirData', 'true | environment prod | s.yaml:10'],
    ['workers.maxUnavailable', '1 | default'],
    ['kubelet.configuration.maxPods', '50 | environment prod | s.yaml:10'],
    ['backup.to', '["/srv/backup","ssh://backup@attic/srv"] | region eu | s.yaml:12'],
    ['backup.ssh.user', 'ops | defaults | s.yaml:4'],
    ['backup.ssh.port', '2222 | region eu | s.yaml:12'],
    ['backup.keep.within', '30d | region eu | s.yaml:12'],
    ['backup.maxAge', '26h | default'],
    [
      'webhooks',
      '[{"url":{"env":"SLACK_URL"},"format":"slack","events":["announced","started","slow","evictions","paused","continued","stopped","failed","finished"],"secret":{"env":"HOOK_KEY"}}] | defaults | s.yaml:6',
    ],
    [
      'hooks',
      '[{"name":"lb","of":"node","before":["./lb","--token","(hidden)"],"on":"control-plane","timeout":"5m","always":false}] | defaults | s.yaml:8',
    ],
    ['ssh.passphrase', '{"env":"SSH_PASSPHRASE"} | defaults | s.yaml:4'],
    ['ssh.jump', 'gate@gate:22 | defaults | s.yaml:4'],
    ['ssh.port', '22 | default'],
    ['become', '{"method":"sudo","password":{"env":"SUDO_PASSWORD"}} | defaults | s.yaml:5'],
    ['taints', '["dedicated=gpu:NoSchedule"] | node | s.yaml:21'],
  ])('says where %s comes from', async (key, row) => {
    const { code, stdout, transports } = await show('--resolved');
    expect([code, rowOf(stdout, key), transports]).toEqual([0, `${key} | ${row}`, []]);
  });

  it('each node has its own', async () => {
    const { stdout } = await show('--resolved');
    const worker = stdout.slice(stdout.indexOf('node w1'));
    expect(rowOf(worker, 'become')).toBe('become | none | node | s.yaml:21');
  });

  it.each([['text'], ['json'], ['yaml']])('as %s it shows only where secrets come from', async (output) => {
    for (const resolved of [[], ['--resolved']]) {
      const { stdout } = await show('-o', output, ...resolved);
      expect(stdout).toContain('SUDO_PASSWORD');
      expect(stdout).not.toMatch(/tr0ub4dor|s3cr3t/);
      expect(stdout).not.toContain('oslo');
    }
  });

  it('without --resolved: what anybody says, all layers in one, as an inventory has it', async () => {
    const { stdout } = await show('-o', 'json');
    const document: unknown = JSON.parse(stdout);
    expect(document).toMatchObject({
      clusters: [
        {
          name: 'paris',
          source: 's.yaml:14',
          drain: { timeout: '1m', deleteEmptyDirData: true },
          nodes: [
            { name: 'cp1', ssh: { user: 'ops' } },
            { name: 'w1', become: 'none' },
          ],
        },
      ],
    });
    expect(stdout).not.toContain('lockTimeout');
  });

  it('as JSON with --resolved: one value a row', async () => {
    const { stdout } = await show('-o', 'json', '--resolved');
    const document: unknown = JSON.parse(stdout);
    const rows: unknown = expect.arrayContaining([
      { key: 'drain.timeout', value: '1m', layer: 'cluster', at: 's.yaml:17' },
      { key: 'apt.lockTimeout', value: '5m', layer: 'default' },
    ]);
    expect(document).toMatchObject({ clusters: [{ settings: rows }] });
  });

  it('is shown by the page as it is', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/inventory.md'), 'utf8');
    const [, text = '', command = '', printed = ''] =
      /^## Layers$.*?^```yaml\n(.*?)^```.*?^```\n\$ nodeops (.*?)\n(.*?)^```/ms.exec(page) ?? [];
    const { stdout } = await told(command.split(' '), { files: { '/fleet/prod.yaml': text } });
    const lines = stdout.split('\n');
    expect(printed.trimEnd().split('\n').length).toBeGreaterThan(5);
    expect(
      printed
        .trimEnd()
        .split('\n')
        .filter((line) => !lines.includes(line)),
    ).toEqual([]);
  });
});
