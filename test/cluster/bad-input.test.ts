import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../docker/until.ts';
import { askingSudo, beside, cases, cp1, name, w1, withPassword } from './bad-inputs.ts';
import { digestAfter, owners, settledDigest, withoutOwner } from './digest.ts';
import { freshCluster, type LabCluster } from './lab-cluster.ts';
import { journalledWrites, operatorMachine, writesOf } from './run-nodeops.ts';

/** What is said, without what is counted and without the closing line, which are asserted for all. */
const told = (stderr: string): readonly string[] =>
  stderr.split('\n').filter((line) => line !== '' && line !== 'Nothing was changed.' && !/round trips/.test(line));

const matches = (line: string | undefined, expected: string | RegExp): boolean =>
  typeof expected === 'string' ? line === expected : expected.test(line ?? '');

/** Takes apt's lock as apt does, with fcntl(2), and holds it until it is stopped. */
const lockLikeApt = [
  'use Fcntl;',
  'open(my $file, "+<", "/var/lib/dpkg/lock-frontend") or die;',
  'my $lock = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);',
  'fcntl($file, F_SETLK, $lock) or die $!;',
  'sleep;',
].join(' ');

describe('what is wrong is said once, whole and in few words, and nothing is written', () => {
  const machine = operatorMachine();
  const folder = mkdtempSync(join(tmpdir(), 'nodeops-bad-input-'));
  let cluster: LabCluster;
  let original = '';
  let before: readonly string[] = [];

  const write = (text: string): string => {
    const file = join(folder, 'inventory.yaml');
    writeFileSync(file, text);
    return file;
  };
  const upgrade = (text: string, to = '1.36.3', env: Readonly<Record<string, string>> = {}) =>
    machine.nodeops(['upgrade', '--inventory', write(text), '--to', to, '--drain', 'none', '--yes'], {
      SSH_AUTH_SOCK: '',
      ...env,
    });
  const shell = (node: string, script: string) => cluster.exec(node, 'sh', '-c', script);

  beforeAll(async () => {
    cluster = await freshCluster({ name, topology: '1+1', version: '1.35.4' });
    original = readFileSync(cluster.inventory, 'utf8');
    before = await settledDigest(cluster);
  });
  afterAll(async () => {
    await cluster.dispose();
    machine.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(cases)('$what', async ({ says, to, inventory, breaks = [], env, code = 3 }) => {
    for (const { node, script } of breaks) await shell(node, script);
    const ended = await upgrade(inventory?.(original) ?? original, to, env);
    for (const { node, repair } of breaks.toReversed()) await shell(node, repair);
    const lines = told(ended.stderr);
    const wrong = says.flatMap((expected, index) => (matches(lines[index], expected) ? [] : [String(expected)]));
    expect(wrong, ended.stderr).toEqual([]);
    expect(lines, ended.stderr).toHaveLength(says.length);
    expect(ended.stderr).toContain('Nothing was changed.');
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(writesOf(ended)).toBe(0);
  });

  it('a sudo password whose variable is not set is bad input', async () => {
    await shell(w1, askingSudo.script);
    const ended = await upgrade(withPassword(original));
    await shell(w1, askingSudo.repair);
    expect(ended.stderr).toContain('LAB_SUDO');
    expect(ended.code, ended.stderr).toBe(2);
  });

  it('a dry run that is blocked shows the plan as well, and says the same', async () => {
    await shell(w1, beside.script);
    const shown = await machine.nodeops(['plan', '--inventory', write(original), '--to', '1.36.3']);
    await shell(w1, beside.repair);
    expect(shown.code).toBe(3);
    expect(shown.stdout).toContain('kubeadm upgrade apply v1.36.3');
    expect(shown.stderr).toContain('remove that line: another source has the packages');
  });

  it('a version that is there already is no error', async () => {
    const ended = await upgrade(original, '1.35.4');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('nothing to do');
    expect(writesOf(ended)).toBe(0);
  });

  it('after all of that nodes and objects are as they were', async () => {
    expect(await digestAfter(cluster, before)).toEqual(before);
  });

  it("apt's lock, held as apt holds it, beyond the time for it", async () => {
    await cluster.exec(w1, 'systemd-run', '--quiet', '--unit=like-apt', 'perl', '-e', lockLikeApt);
    const held = await until(
      async () => (await shell(w1, 'cat /proc/locks')).includes('POSIX  ADVISORY  WRITE'),
      60_000,
    );
    expect(held).toBe(true);
    const ended = await upgrade(original.replace(/^ {4}nodes:/m, '    apt: { lockTimeout: 3s }\n    nodes:'));
    await shell(w1, 'systemctl stop like-apt');
    expect(ended.code, ended.stdout).toBe(3);
    expect(ended.stdout).toMatch(/BLOCKED .*apt-lock/);
    expect(ended.stdout).toMatch(/still waiting after 3 s for: apt's lock, held by .*perl.* \(\d+\)/);
    expect(ended.stdout).toMatch(new RegExp(`let it finish, or stop it on ${w1} \\(ps -fp \\d+\\)`));
    // What takes its time is waited for by a run, which owns the cluster meanwhile: it has written that, and nothing else.
    const [{ run, addresses } = { run: '', addresses: [] }, ...others] = journalledWrites(machine);
    expect([others, new Set(addresses), addresses.length]).toEqual([[], new Set(['lease']), writesOf(ended)]);
    const after = await digestAfter(cluster, before, withoutOwner);
    expect(withoutOwner(after)).toEqual(withoutOwner(before));
    expect(owners(after)).toEqual([...[cp1, w1].map((node) => `${node} owner 1 ${run}`), 'lease owner 1 []']);
  });
});
