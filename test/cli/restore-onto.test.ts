import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createBackupPlaces } from '../../src/adapters/places/open-places.ts';
import { ageCipher } from '../../src/adapters/age-cipher.ts';
import { operatorsMachine } from '../../src/model/action.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import { performStorage } from '../../src/run/backup/perform-storage.ts';
import { readText, writeText } from '../../src/run/kept-text.ts';
import { backupStage } from '../backup/stage.ts';
import type { Answer, Script } from '../run/scripted.ts';
import { recordedOutput, told, type Surroundings } from './fake-parts.ts';

const id = '2026-11-21-093012-1f3a';
const inventory = `apiVersion: nodeops/v1
kind: Inventory
defaults: { ssh: { user: ops } }
clusters:
  - name: paris
    nodes:
      - { name: new-cp1, host: 10.0.0.11, role: control-plane }
      - { name: w1, host: 10.0.0.21, role: worker }
`;

const bare = (...more: readonly string[]): Answer => ({
  stdout: [...more, 'address 10.0.0.11', 'plugins /opt/cni/bin', 'runtime', 'end\n'].join('\n'),
});
const nothingRestored = (...more: readonly string[]): Answer => ({
  stdout: [...more, 'room state /dev/sda1 10000000', 'end\n'].join('\n'),
});

const answers = (change: Readonly<Record<string, Answer>> = {}): Script => ({
  facts: (_node, key) => {
    const standard: Readonly<Record<string, Answer>> = {
      'etcd-restores': nothingRestored(),
      'recovery-host': bare(),
      'addresses-of 10.0.0.11': { stdout: '10.0.0.11\nend\n' },
      'addresses-of 172.31.4.11': { stdout: '172.31.4.11\nend\n' },
      'apt-lock': recordedOutput('apt-lock', 'control-plane'),
      packages: recordedOutput('packages', 'control-plane'),
      'operating-system': recordedOutput('operating-system', 'control-plane'),
      'init-system': recordedOutput('init-system', 'control-plane'),
      'kubelet-unit': {
        stdout: 'LoadState=loaded\nActiveState=inactive\nSubState=dead\nNeedDaemonReload=no\nResult=success\n',
      },
      'run-files': { stdout: '' },
    };
    return change[key] ?? standard[key];
  },
});

/** A backup of the lab's in a directory; `configuration`: whether an API server answered when it was made. */
const stored = async (changeState: (text: string) => string = (text) => text) => {
  const stage = backupStage();
  await stage.gather(id);
  const name = `paris/${id}/cluster-state.json`;
  const text = (await readText(stage.artifacts, name)) ?? '';
  await writeText(stage.artifacts, name, changeState(text));
  const action = { do: 'store', on: operatorsMachine, backup: id, places: [stage.place], objects: false } as const;
  expect(await performStorage(stage.session, stage.emit, action)).toMatchObject({ exit: { code: 0 } });
  const around: NonNullable<Surroundings['kept']> = {
    artifacts: () => Promise.resolve(stage.artifacts),
    cipher: () => Promise.resolve(ageCipher),
    backupPlaces: () =>
      Promise.resolve(createBackupPlaces({ env: {}, transport: () => Promise.reject(new Error('no host')) })),
  };
  const restore = (argv: readonly string[], script: Script = answers()) =>
    told(['restore', 'last', '--onto', 'recovery.yaml', '--cluster', 'paris', '--from', stage.place, ...argv], {
      files: { '/fleet/recovery.yaml': inventory },
      script,
      kept: around,
    });
  return { ...stage, restore };
};

const here = ['--endpoint', '10.0.0.11:6443', '--dry-run'];

describe('nodeops restore --onto --dry-run', () => {
  it('says what becomes of the cluster, and shows every step', async () => {
    const { restore, artifacts } = await stored();
    const { code, stdout, sent } = await restore(here);
    expect([code, sent]).toEqual([0, []]);
    expect(stdout).toContain(`paris: restore of ${id}, taken `);
    expect(stdout).toContain(
      'Kubernetes 1.35.4; etcd is restored on new-cp1 (10.0.0.11); API servers are asked for at 10.0.0.11:6443 instead of 172.31.4.11:6443',
    );
    expect(stdout).toContain('1 control plane and 1 worker; the backup has 1 and 1');
    expect(stdout).toContain('node objects that are removed: cp1\n');
    for (const step of ['CA, front-proxy CA', 'restore as new-cp1', 'kubeadm init: kubelet-start', 'kubeadm join'])
      expect(stdout).toContain(step);
    expect(await artifacts.list('paris/restores')).toEqual([]);
  });

  it('goes on with what was begun on these hosts', async () => {
    const { restore } = await stored();
    const { code, stdout } = await restore(
      here,
      answers({
        'recovery-host': bare(`mark 1-${id} host`, `mark 1-${id} authorities`, 'remains /etc/kubernetes/pki/ca.crt'),
        'etcd-restores': nothingRestored(`restore 1-${id} -`),
      }),
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`paris: going on with the restore of ${id}`);
    expect(stdout).not.toContain('CA, front-proxy CA');
  });

  it('does nothing where it is done', async () => {
    const { restore } = await stored();
    const { code, stdout } = await restore(
      here,
      answers({
        'recovery-host': bare(`mark 1-${id} host`, `mark 1-${id} done`, 'remains /etc/kubernetes/pki/ca.crt'),
        'etcd-restores': nothingRestored(`restore 1-${id} 42 staged restored swapped kubelet done`),
      }),
    );
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`paris: nothing to do: ${id} was restored already (1-${id})`),
    ]);
  });

  it('begins anew on a host that was reset since', async () => {
    const { restore } = await stored();
    const marked = answers({
      'recovery-host': bare(`mark 1-${id} host`, `mark 1-${id} done`),
      'etcd-restores': nothingRestored(`restore 1-${id} 42 staged restored swapped kubelet done`),
    });
    const { code, stdout } = await restore([...here, '--output', 'json'], marked);
    expect(code).toBe(0);
    expect(stdout).toContain(`"restore":"2-${id}"`);
  });
});

describe('a host that was reset', () => {
  it('in the middle is begun anew, whatever was noted of it', async () => {
    const { restore } = await stored();
    const { code, stdout } = await restore(
      [...here, '--output', 'json'],
      answers({
        'recovery-host': bare(`mark 1-${id} host`, `mark 1-${id} authorities`),
        'etcd-restores': nothingRestored(`restore 1-${id} - staged`),
      }),
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`"restore":"2-${id}"`);
  });
});

const refused = async (argv: readonly string[], script?: Script, change?: (text: string) => string) => {
  const { restore, artifacts } = await stored(change);
  const { code, stderr, sent } = await restore(argv, script);
  expect([code, sent]).toEqual([3, []]);
  expect(stderr).toContain('Nothing was changed.');
  expect(await artifacts.list('paris/restores'), 'no key is left on this machine').toEqual([]);
  return stderr;
};

describe('nodeops restore --onto is refused', () => {
  it('over what another cluster has', async () =>
    expect(
      await refused(
        ['--endpoint', '10.0.0.11:6443', '--yes'],
        answers({ 'recovery-host': bare('remains /etc/kubernetes/manifests/etcd.yaml') }),
      ),
    ).toContain('new-cp1 is or was a node of a cluster: /etc/kubernetes/manifests/etcd.yaml'));

  it('where the endpoint leads to a machine that is gone', async () =>
    expect(await refused(['--yes'])).toContain(
      'the cluster’s endpoint 172.31.4.11:6443 does not lead to the first control plane, 10.0.0.11',
    ));

  it('where a host is not reached, be it a worker', async () =>
    expect(
      await refused(here, {
        ...answers(),
        connect: (name) => {
          if (name === 'w1') throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
        },
      }),
    ).toContain('paris/w1: cannot connect'));

  it('where a host says nothing of its address', async () =>
    expect(
      await refused(here, answers({ 'recovery-host': { stdout: 'plugins /opt/cni/bin\nruntime\nend\n' } })),
    ).toContain('it has no route that says which address it is reached at'));

  it.each([
    [
      'lacks kubeadm’s ConfigMaps',
      (text: string) => text.replace(/,"configuration":[^]*,"apiTrouble"/, ',"configuration":null,"apiTrouble"'),
      'lacks kubeadm’s ConfigMaps, by which a control plane is configured',
    ],
    [
      'was made in the middle of an upgrade',
      (text: string) => text.replaceAll('kubernetesVersion: v1.35.4', 'kubernetesVersion: v1.34.4'),
      'kubeadm-config says 1.34.4, an API server was 1.35.4',
    ],
    [
      'is of an external etcd',
      (text: string) =>
        text.replaceAll(
          String.raw`etcd:\n  local:\n    dataDir: /var/lib/etcd`,
          String.raw`etcd:\n  external:\n    endpoints: []`,
        ),
      'its etcd was external: that is not restored by nodeops yet',
    ],
    [
      'tells a component an address of before',
      (text: string) =>
        text.replaceAll('scheduler: {}', String.raw`scheduler:\n  extraArgs: [{name: a, value: 172.31.4.11}]`),
      'gives 172.31.4.11, an address of a machine of before, to a component',
    ],
  ])('where the backup %s', async (_what, change, says) =>
    expect(await refused(here, undefined, change)).toContain(says),
  );

  it('where the backup is damaged, before any host is looked at', async () => {
    const { restore, place } = await stored();
    rmSync(`${place}/paris/${id}/node-cp1.tar`);
    const { code, stderr, sent } = await restore(here);
    expect([code, sent]).toEqual([1, []]);
    expect(stderr).toContain('this backup is not restored. Nothing was changed.');
  });
});
