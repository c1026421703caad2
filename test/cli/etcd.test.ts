import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../src/ports/transport.ts';
import type { Answer, Script } from '../run/scripted.ts';
import { inventory, recordedOutput, told } from './fake-parts.ts';

const facts = ['etcd-members', 'etcd-health', 'etcd-status', 'etcd-alarms', 'etcd-quota'];

/** Control planes answer as one of the lab's did. */
const as =
  (name: string, more: Readonly<Record<string, Answer>> = {}): NonNullable<Script['facts']> =>
  (_node, key) =>
    more[key] ?? (facts.includes(key) ? recordedOutput(key, name) : undefined);

const looked = (what: readonly string[], script: Script, json = false) =>
  told(['etcd', ...what, '--inventory', 'prod.yaml', '--cluster', 'paris', ...(json ? ['--output', 'json'] : [])], {
    script,
  });

describe('nodeops etcd', () => {
  it('status: every member, its role, health and size', async () => {
    const { code, stdout, transports } = await looked(['status'], { facts: as('three-control-planes-1.35.4') });
    expect(code).toBe(0);
    expect(stdout).toBe(`paris: etcd 3.6.6, 3 members, led by hetcd3-cp1
  member      role    health   version  raft index  applied  database                   in use
  hetcd3-cp3  voter   healthy  3.6.6    1858        1858     2.2 MiB (0 % of 2048 MiB)  2.2 MiB
  hetcd3-cp2  voter   healthy  3.6.6    1858        1858     2.2 MiB (0 % of 2048 MiB)  2.2 MiB
  hetcd3-cp1  leader  healthy  3.6.6    1858        1858     2.2 MiB (0 % of 2048 MiB)  2.2 MiB
`);
    expect(transports).toEqual([{ refuseWrites: true, acceptNewHostKeys: false }]);
  });

  it('members: IDs as etcdctl takes them, also of one that has not started', async () => {
    const { code, stdout } = await looked(['members'], { facts: as('learner-started') });
    expect(code).toBe(0);
    expect(stdout).toContain(
      'hetcd3-cp3  ea10e07ef15cabd4  learner  https://172.31.2.13:2380  https://172.31.2.13:2379\n',
    );
  });

  it.each([[['alarms']], [['alarms', 'list']]])('%j: which are raised', async (words) => {
    const none = await looked(words, { facts: as('three-control-planes-1.35.4') });
    expect(none).toMatchObject({ code: 0, stdout: 'paris: no alarms\n' });
    const { code, stdout } = await looked(words, { facts: as('no-space') });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'paris: alarms\n  NOSPACE  hetcd3-cp1\n' });
  });

  it('is one object a cluster for a program', async () => {
    const { stdout } = await looked(['status'], { facts: as('learner-started') }, true);
    expect(JSON.parse(stdout)).toMatchObject({
      cluster: 'paris',
      alone: [],
      members: [
        { name: 'hetcd3-cp3', id: 'ea10e07ef15cabd4', role: 'learner', healthy: false, quotaBytes: 2_147_483_648 },
        { name: 'hetcd3-cp2', role: 'leader', healthy: true, alarms: [] },
        { name: 'hetcd3-cp1', role: 'voter' },
      ],
    });
  });

  it('names a control plane whose etcd founded a cluster of its own', async () => {
    const answers = as('three-control-planes-1.35.4');
    const alone = recordedOutput('etcd-here', 'no-quorum-1.35.4');
    const stdoutOf = alone.stdout.replace(/"cluster_id":\d+/, '"cluster_id":42');
    const { code, stdout } = await looked(['status'], {
      facts: (node, key) => (key === 'etcd-here' ? { ...alone, stdout: stdoutOf } : answers(node, key)),
    });
    expect(code).toBe(3);
    expect(stdout).toContain('  cp1: etcd 3.6.6 answers as another cluster, revision ');
  });

  it('tells what each control plane says for itself where there is no quorum', async () => {
    const { code, stdout } = await looked(['status'], {
      facts: as('no-quorum-1.35.4', { 'etcd-here': recordedOutput('etcd-here', 'no-quorum-1.35.4') }),
    });
    expect({ code, stdout }).toEqual({
      code: 3,
      stdout:
        'paris: etcd does not answer, or has no quorum (context deadline exceeded)\n' +
        '  cp1: etcd 3.6.6 answers for itself, without a leader: too few members answer\n',
    });
  });

  it('says that there is none to ask', async () => {
    const { code, stdout } = await looked(['members'], { facts: as('no-etcd-on-this-node') });
    expect(code).toBe(3);
    expect(stdout).toContain(
      'paris: no control plane runs etcd as a static pod: where it has hosts of its own, name them in the inventory (`role: etcd`; docs/etcd.md, "External etcd")\n',
    );
  });

  it('asks the hosts of etcd, and no control plane, where it has some', async () => {
    const asked: string[] = [];
    const answers = as('three-control-planes-1.35.4');
    const external = `${inventory.slice(0, inventory.indexOf('  - name: oslo'))}      - { name: e1, host: 10.0.0.31, role: etcd }\n`;
    const { code, stdout } = await told(['etcd', 'status', '--inventory', 'prod.yaml'], {
      files: { '/fleet/prod.yaml': external },
      script: {
        facts: (node, key) => {
          if (key.startsWith('etcd-')) asked.push(`${node} ${key}`);
          return answers(node, key);
        },
      },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('paris: etcd 3.6.6, 3 members, led by hetcd3-cp1\n');
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.filter((each) => !each.startsWith('e1 '))).toEqual([]);
  });

  it('names a node that it does not reach, and asks the others', async () => {
    const { code, stdout, stderr } = await looked(['alarms'], {
      facts: as('three-control-planes-1.35.4'),
      connect: (node) => {
        if (node === 'w1') throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
      },
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'paris: no alarms\n' });
    expect(stderr).toContain('paris/w1: ');
  });

  it.each([
    [['etcd'], /Usage: nodeops etcd/],
    [['etcd', 'statu'], /unknown command 'statu'/],
    [['etcd', 'status'], /which clusters\? Name the inventory/],
    [['etcd', 'defrag', '--inventory', 'prod.yaml'], /there is no terminal to ask at/],
    [
      ['etcd', 'alarms', 'disarm', '--inventory', 'prod.yaml', '--cluster', 'rome', '--yes'],
      /there is no cluster "rome"/,
    ],
    [
      ['etcd', 'snapshot', '--inventory', 'prod.yaml', '--yes', '--out', 'nowhere'],
      /--out nowhere: there is no folder of that name; make it first/,
    ],
  ])('%j is refused before anything is connected to', async (argv, message) => {
    const { code, stderr, stdout, transports } = await told(argv);
    expect(code).toBe(2);
    expect(stderr + stdout).toMatch(message);
    expect(transports).toEqual([]);
  });

  it.each([
    ['etcd', '--help'],
    ['etcd', 'status', '--help'],
    ['etcd', 'members', '--help'],
    ['etcd', 'alarms', 'disarm', '--help'],
    ['etcd', 'defrag', '--help'],
    ['etcd', 'snapshot', '--help'],
  ])('%s %s %s helps', async (...words) => {
    const { code, stdout } = await told(words.filter((word) => word !== undefined));
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}nodeops etcd |status \[options\]/);
  });
});
