import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ageCipher } from '../../src/adapters/age-cipher.ts';
import { createBackupPlaces } from '../../src/adapters/places/open-places.ts';
import { operatorsMachine } from '../../src/model/action.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import { performStorage } from '../../src/run/backup/perform-storage.ts';
import { backupStage } from '../backup/stage.ts';
import type { Answer, Script } from '../run/scripted.ts';
import { recordedOutput, told, type Surroundings } from './fake-parts.ts';

const id = '2026-11-21-093012-1f3a';
const url = 'https://172.31.4.11:2380';
/** The host whose certificate was recorded; its etcd is the one that was backed up. */
const node = 'hand-cp1';
const inventory = `apiVersion: nodeops/v1
kind: Inventory
defaults: { ssh: { user: ops } }
clusters:
  - name: paris
    nodes:
      - { name: ${node}, host: 10.0.0.11, role: control-plane }
      - { name: w1, host: 10.0.0.21, role: worker }
  - name: oslo
    nodes:
      - { name: cp9, host: 10.9.0.11, role: control-plane }
`;

const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'];
const looked = (...more: readonly string[]): Answer => ({
  stdout: [
    ...more,
    ...components.map((each) => `manifest ${each} here`),
    'flag name bk1-cp1',
    'flag data-dir /var/lib/etcd',
    `flag initial-advertise-peer-urls ${url}`,
    `flag initial-cluster bk1-cp1=${url}`,
    'process etcd 629',
    'member here',
    'room state /dev/sda1 10000000',
    'room data /dev/sda1 10000000',
    'end\n',
  ].join('\n'),
});
const etcdAt = (revision: number, cluster = '11430192284666932170'): Answer => ({
  stdout: `[{"Endpoint":"x","Status":{"header":{"cluster_id":${cluster},"member_id":7,"revision":${revision}},"version":"3.6.6","dbSize":1,"leader":7}}]\n`,
});
const silent: Answer = { code: 1, stderr: 'nodeops: etcd does not run on this control plane\n' };

const answers = (change: Readonly<Record<string, Answer>> = {}): Script => ({
  facts: (_node, key) => {
    const standard: Readonly<Record<string, Answer>> = {
      'etcd-restores': looked(),
      'etcd-answer': etcdAt(8211),
      'operating-system': recordedOutput('operating-system', 'control-plane'),
      'init-system': recordedOutput('init-system', 'control-plane'),
      'node-identity': recordedOutput('node-identity', 'control-plane'),
      'kubelet-unit': recordedOutput('kubelet-unit', 'control-plane'),
      'run-files': { stdout: '' },
    };
    return change[key] ?? standard[key];
  },
});

/** A backup of the lab's in a directory, and what is needed to read it. */
const stored = async (recipients: readonly string[] = []) => {
  const stage = backupStage({ recipients });
  await stage.gather(id);
  const action = { do: 'store', on: operatorsMachine, backup: id, places: [stage.place], objects: false } as const;
  expect(await performStorage(stage.session, stage.emit, action)).toMatchObject({ exit: { code: 0 } });
  const kept: NonNullable<Surroundings['kept']> = {
    artifacts: () => Promise.resolve(stage.artifacts),
    cipher: () => Promise.resolve(ageCipher),
    backupPlaces: () =>
      Promise.resolve(createBackupPlaces({ env: {}, transport: () => Promise.reject(new Error('no host')) })),
  };
  const restore = (argv: readonly string[], script: Script = answers(), around: Surroundings = {}) =>
    told(['restore', ...argv, '--inventory', 'prod.yaml', '--cluster', 'paris', '--from', stage.place], {
      files: { '/fleet/prod.yaml': inventory },
      script,
      kept,
      ...around,
    });
  return { ...stage, restore, file: (name: string) => join(stage.place, 'paris', id, name) };
};

/** One node cannot be connected to. */
const away = (name: string): Script => ({
  ...answers(),
  connect: (each) => {
    if (each === name) throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
  },
});

describe('nodeops restore --dry-run', () => {
  it('says what will be lost, and shows every step', async () => {
    const { restore, artifacts } = await stored();
    const { code, stdout, sent } = await restore(['last', '--dry-run']);
    expect([code, sent]).toEqual([0, []]);
    expect(stdout).toContain(`✓ ${id} in `);
    expect(stdout).toContain(`paris: restore of ${id}, taken `);
    expect(stdout).toContain('LOST: 5681 changes since ');
    expect(stdout).toContain('(etcd is at revision 8211, the backup at 2530)');
    expect(stdout).toContain('etcd has quorum and serves: restore only where what it holds is worse than the backup');
    for (const step of [
      'save revision 8211',
      'take away kube-apiserver.yaml',
      'take away etcd.yaml',
      'restore as bk1-cp1',
    ])
      expect(stdout).toContain(step);
    expect(await artifacts.list('paris/restores')).toEqual([]);
  });

  it('says so where no etcd can tell what is lost', async () => {
    const { restore } = await stored();
    const { code, stdout } = await restore([id, '--dry-run'], answers({ 'etcd-answer': silent }));
    expect(code).toBe(0);
    expect(stdout).toContain('no etcd answers: what was written since cannot be told, and is lost');
  });

  it('looks into an encrypted backup with its key', async () => {
    const identity = await generateX25519Identity();
    const { restore } = await stored([await identityToRecipient(identity)]);
    const files = { '/fleet/prod.yaml': inventory, '/fleet/key.txt': `${identity}\n` };
    const { code, stdout } = await restore(['last', '--dry-run', '--identity', 'key.txt'], answers(), { files });
    expect(code).toBe(0);
    expect(stdout).toContain('(etcd is at revision 8211, the backup at 2530)');
  });

  it('goes on with what was begun with the same backup', async () => {
    const { restore } = await stored();
    const begun = looked(`restore 3-${id} 11430192284666932170 staged restored swapped`);
    const { code, stdout } = await restore(['--dry-run'], answers({ 'etcd-restores': begun }));
    expect(code).toBe(0);
    expect(stdout).toContain(`paris: going on with the restore of ${id}`);
    expect(stdout).not.toContain('take away');
  });
});

describe('nodeops restore refuses', () => {
  it.each<[string, readonly string[], string]>([
    ['a name that is none', ['yesterday', '--yes'], '"yesterday" is no name of a backup: expected one such as'],
    ['a backup that is not there', ['2026-11-21-093012-1f3b', '--yes'], 'there is no backup 2026-11-21-093012-1f3b in'],
    ['nobody to ask', ['last'], 'there is no terminal to type the name of paris at: say --yes --cluster paris'],
    ['a secret key that is not there', ['last', '--yes', '--identity', 'key.txt'], '--identity key.txt does not exist'],
    ['a gate that is none', ['last', '--yes', '--waive', 'x=y'], 'no gate is called "x"'],
  ])('%s: exit code 2', async (_what, argv, says) => {
    const { restore } = await stored();
    const { code, stderr, sent } = await restore(argv);
    expect([code, sent]).toEqual([2, []]);
    expect(stderr).toContain(says);
  });

  it('several clusters at once, and a place that is none', async () => {
    const files = { '/fleet/prod.yaml': inventory };
    const several = await told(['restore', '-i', 'prod.yaml', '--from', '/b', '--yes'], { files });
    expect([several.code, several.transports]).toEqual([2, []]);
    expect(several.stderr).toContain('one cluster is restored at a time: name it with --cluster (paris, oslo)');
    const nowhere = await told(['restore', '-i', 'prod.yaml', '--cluster', 'paris', '--from', 'ftp://x', '--yes'], {
      files,
    });
    expect(nowhere.stderr).toContain('--from ftp://x: expected a directory');
  });

  it('a backup that was changed, or never finished', async () => {
    const changed = await stored();
    writeFileSync(changed.file('etcd-snapshot.db'), 'snapshot of etcD');
    const told1 = await changed.restore(['last', '--yes']);
    expect([told1.code, told1.sent]).toEqual([1, []]);
    expect(told1.stdout).toContain('etcd-snapshot.db was changed or damaged');
    expect(told1.stderr).toContain('paris: this backup is not restored. Nothing was changed.');
    rmSync(changed.file('checksums.json'));
    expect(await changed.restore([id, '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`the backup ${id} was never finished`),
    });
    expect(readFileSync(changed.file('etcd-snapshot.db'), 'utf8')).toBe('snapshot of etcD');
  });

  it('an encrypted one without its key', async () => {
    const { restore } = await stored(['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p']);
    expect(await restore(['last', '--yes'])).toMatchObject({
      code: 2,
      sent: [],
      stderr: expect.stringContaining(`the backup ${id} is encrypted: give its secret key with --identity FILE`),
    });
  });

  it('that of another etcd: exit code 3, unless it is waived', async () => {
    const { restore } = await stored();
    const foreign = answers({ 'etcd-answer': etcdAt(8211, '42') });
    const refused = await restore(['last', '--yes'], foreign);
    expect([refused.code, refused.sent]).toEqual([3, []]);
    expect(refused.stderr).toContain('is of etcd cluster 11430192284666932170, and the etcd that answers on');
    expect(
      await restore(['last', '--dry-run', '--waive', 'backup-of-cluster=it was founded anew'], foreign),
    ).toMatchObject({
      code: 0,
    });
  });

  it('external etcd, and says how it is done by hand', async () => {
    const { restore } = await stored();
    const { code, stderr } = await restore(['last', '--yes'], answers({ 'etcd-restores': { stdout: 'end\n' } }));
    expect(code).toBe(3);
    expect(stderr).toContain('has no manifest of etcd: external etcd is not restored by nodeops yet');
    expect(stderr).toContain('by hand: stop every API server');
  });

  it('a control plane that is away; a worker is left out', async () => {
    const { restore } = await stored();
    const refused = await restore(['last', '--yes'], away(node));
    expect([refused.code, refused.sent]).toEqual([3, []]);
    expect(refused.stderr).toContain('all control planes are restored from the same snapshot, at once');
    const left = await restore(['last', '--dry-run'], away('w1'));
    expect(left.code).toBe(0);
    expect(left.stderr).toContain(
      'paris/w1: left out: cannot connect\n    once it is back: systemctl restart kubelet on w1',
    );
  });

  it('to do the same a second time, unless it is asked for', async () => {
    const { restore } = await stored();
    const done = answers({ 'etcd-restores': looked(`restore 2-${id} 7 staged restored swapped kubelet done`) });
    expect(await restore(['last', '--yes'], done)).toMatchObject({
      code: 0,
      sent: [],
      stdout: expect.stringContaining(`paris: nothing to do: ${id} was restored already (2-${id})`),
    });
    const again = await restore(['last', '--again', '--dry-run', '--output', 'json'], done);
    expect(again.stdout).toContain(`"restore":"3-${id}"`);
  });
});

describe('the name of the cluster', () => {
  it.each(['', 'yes', 'oslo'])('has to be typed: %j does not begin it', async (typed) => {
    const { restore, artifacts } = await stored();
    const asked: string[] = [];
    const types = (question: string): string => (asked.push(question), typed);
    const { code, stdout, sent } = await restore(['last'], answers(), { terminal: true, types });
    expect([code, sent]).toEqual([2, []]);
    expect(asked).toEqual(['The control plane of paris goes down for it. Type its name to begin: ']);
    expect(stdout).toContain('Nothing was changed.');
    expect(await artifacts.list('paris/restores'), 'the snapshot, decrypted').toEqual([]);
  });

  it.each<[string, readonly string[], Surroundings, string]>([
    ['typed', [], { terminal: true, types: () => 'paris' }, 'typed name'],
    ['given twice', ['--yes'], {}, '--yes'],
    ['confirmed', ['--confirm', 'paris'], {}, '--confirm'],
  ])('%s: it begins', async (_what, argv, around, confirmedBy) => {
    const { restore } = await stored();
    const { events, wishes } = await restore(['last', ...argv], answers(), around);
    expect(events[0]).toMatchObject({ type: 'run-started', playbook: 'restore', confirmedBy });
    expect(wishes).toMatchObject([
      {
        playbook: 'restore',
        parameters: {
          restore: `1-${id}`,
          members: `bk1-cp1=${url}`,
          backupMembers: `bk1-cp1=${url}`,
          backupClusterId: '11430192284666932170',
          revision: 2530,
        },
      },
    ]);
  });
});
