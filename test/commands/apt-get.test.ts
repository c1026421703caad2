import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installPackages, replaceSource } from '../../src/commands/apt-get.ts';
import { Sandbox } from './sandbox.ts';

const owedFile = join(mkdtempSync(join(tmpdir(), 'nodeops-owed-')), 'nodeops/holds');
const list = '/etc/apt/sources.list.d/kubernetes.list';
const kubeadm = { name: 'kubeadm', version: '1.36.3-1.1' };
const kubelet = { name: 'kubelet', version: '1.36.3-1.1' };
const kubectl = { name: 'kubectl', version: '1.36.3-2.1' };

const update = (file: string): string =>
  `apt-get update -qq -o Dir::Etc::sourcelist=${file} -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any`;
const install = (words: string): string =>
  `apt-get install -y -qq --no-remove --allow-change-held-packages -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ${words}`;

const installing = (holdAgain: readonly string[], packages = [kubeadm], sources: readonly string[] = [list]) =>
  installPackages(packages, { sources, lockSeconds: 300, holdAgain, owedFile });

/** dpkg that finds nothing to complain of, apt-get and apt-mark that do what they are told. */
const aptHost = (): Sandbox => {
  const sandbox = new Sandbox();
  sandbox.program('dpkg');
  sandbox.program('apt-get');
  sandbox.program('apt-mark');
  sandbox.program('sleep');
  return sandbox;
};

describe('installPackages', () => {
  it('what it owes is written down before a hold is lifted, and gone once it is back', async () => {
    const host = aptHost();
    host.program('apt-get', `[ "$1" = update ] || cp ${owedFile} ${owedFile}.seen`);
    expect((await host.run(installing(['kubeadm', 'kubelet']))).code).toBe(0);
    expect(readFileSync(`${owedFile}.seen`, 'utf8')).toBe('kubeadm\nkubelet\n');
    expect(existsSync(owedFile)).toBe(false);
  });

  it('is one script, from the audit to the hold', () => {
    const command = installing(['kubeadm']);
    expect(command).toMatchObject({
      effect: 'write',
      lifetime: 'detached',
      become: true,
      timeoutMs: 2_100_000,
      env: { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' },
    });
    expect(command.argv).toEqual([
      'sh',
      '-c',
      `set -eu
patiently() {
  deadline=$(($(date +%s) + 300))
  while rc=0; out=$("$@" 2>&1) || rc=$?; [ "$rc" -ne 0 ]; do
    case "$out" in *"Could not get lock"*|*"lock was locked"*) [ "$(date +%s)" -ge "$deadline" ] || { sleep 1; continue; };; esac
    echo "$out" >&2
    return "$rc"
  done
}
hold_again() { patiently apt-mark hold kubeadm && rm -f ${owedFile}; }
trap hold_again EXIT
trap 'exit 143' HUP INT TERM
(umask 077; mkdir -p "$(dirname ${owedFile})"; printf '%s\\n' kubeadm > ${owedFile}.new; mv ${owedFile}.new ${owedFile})
[ -z "$(dpkg --audit)" ] || dpkg --configure -a || echo "dpkg --configure -a ended with rc $?: apt-get is to reinstall what it left" >&2
patiently ${update(list)}
patiently apt-mark unhold kubeadm
${install('kubeadm=1.36.3-1.1')}`,
    ]);
  });

  it.each([
    {
      what: 'one package, as it was held',
      command: installing(['kubeadm']),
      calls: [update(list), 'apt-mark unhold kubeadm', install('kubeadm=1.36.3-1.1'), 'apt-mark hold kubeadm'],
    },
    {
      what: 'several packages, and the hold of one that comes with them',
      command: installing(['kubelet', 'kubectl', 'kubernetes-cni'], [kubelet, kubectl]),
      calls: [
        update(list),
        'apt-mark unhold kubelet kubectl',
        install('kubelet=1.36.3-1.1 kubectl=1.36.3-2.1'),
        'apt-mark hold kubelet kubectl kubernetes-cni',
      ],
    },
    {
      what: 'nothing was held, so that nothing is held afterwards',
      command: installing([]),
      calls: [update(list), install('kubeadm=1.36.3-1.1')],
    },
    {
      what: 'one package of two was held: only its hold is lifted',
      command: installing(['kubectl'], [kubelet, kubectl]),
      calls: [
        update(list),
        'apt-mark unhold kubectl',
        install('kubelet=1.36.3-1.1 kubectl=1.36.3-2.1'),
        'apt-mark hold kubectl',
      ],
    },
    {
      what: 'two sources, each of which is updated',
      command: installing([], [kubeadm], ['/etc/apt/a.list', '/etc/apt/b.sources']),
      calls: [update('/etc/apt/a.list'), update('/etc/apt/b.sources'), install('kubeadm=1.36.3-1.1')],
    },
  ])('calls: $what', async ({ command, calls }) => {
    const sandbox = aptHost();
    expect((await sandbox.run(command)).code).toBe(0);
    expect(sandbox.calls).toEqual(['dpkg --audit', ...calls]);
  });

  it('a hold that a person takes while it waits for a lock stays', async () => {
    const sandbox = aptHost();
    const hold = sandbox.path('hold-kubeadm');
    sandbox.program('apt-mark', `[ "$1" = hold ] && : > '${hold}' || rm -f '${hold}'`);
    // The colleague who has the lock installs the very version that is wanted, and holds it.
    sandbox.program(
      'apt-get',
      `[ "$1" = install ] || [ -e '${hold}' ] || { : > '${hold}'; echo "E: Could not get lock /var/lib/apt/lists/lock"; exit 100; }`,
    );
    expect((await sandbox.run(installing([]))).code).toBe(0);
    expect(sandbox.calls).toEqual([
      'dpkg --audit',
      update(list),
      'sleep 1',
      update(list),
      install('kubeadm=1.36.3-1.1'),
    ]);
    expect(existsSync(hold)).toBe(true);
  });

  it.each(['unhold', 'hold'])('waits for the lock of dpkg before it can %s', async (verb) => {
    const sandbox = aptHost();
    const freed = sandbox.path('let-go');
    // As apt 2.6.1 said it on the lab, at once, whatever DPkg::Lock::Timeout is.
    sandbox.program(
      'apt-mark',
      `[ "$1" != ${verb} ] || [ -e '${freed}' ] || { : > '${freed}'; echo "dpkg: error: dpkg frontend lock was locked by another process with pid 7" >&2; exit 100; }`,
    );
    const ended = await sandbox.run(installing(['kubeadm']));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(sandbox.calls.filter((call) => call === `apt-mark ${verb} kubeadm`)).toHaveLength(2);
    expect(existsSync(owedFile)).toBe(false);
  });

  it('a lock that is never let go keeps the packages as they are, and the hold is still owed', async () => {
    const sandbox = aptHost();
    sandbox.program(
      'apt-mark',
      'echo "dpkg: error: dpkg frontend lock was locked by another process with pid 7" >&2; exit 100',
    );
    sandbox.program(
      'date',
      `n=$(cat '${sandbox.path('now')}'); echo $((n + 100)) > '${sandbox.path('now')}'; echo "$n"`,
    );
    sandbox.write('now', '1000');
    const ended = await sandbox.run(installing(['kubeadm']));
    expect(ended.code).toBe(100);
    expect(ended.stderr).toContain('dpkg frontend lock was locked by another process with pid 7');
    expect(sandbox.calls.filter((call) => call.startsWith('apt-get install'))).toEqual([]);
    expect(existsSync(owedFile)).toBe(true);
  });

  it('apt sees that nobody can answer and that nothing may be restarted', async () => {
    const sandbox = aptHost();
    sandbox.program('apt-get', `echo "$DEBIAN_FRONTEND $NEEDRESTART_SUSPEND" > '${sandbox.path('environment')}'`);
    await sandbox.run(installing([]));
    expect(sandbox.read('environment')).toBe('noninteractive 1\n');
  });

  it('configures what an interrupted dpkg left, and only then', async () => {
    const sandbox = aptHost();
    sandbox.program('dpkg', '[ "$1" = --audit ] && echo "The following packages are only half configured"; :');
    expect((await sandbox.run(installing([]))).code).toBe(0);
    expect(sandbox.calls.slice(0, 2)).toEqual(['dpkg --audit', 'dpkg --configure -a']);
  });

  it('goes on where the configuration fails: what must be reinstalled is apt-get’s to mend', async () => {
    const sandbox = aptHost();
    sandbox.program('dpkg', '[ "$1" = --audit ] && echo broken || exit 1');
    const ended = await sandbox.run(installing(['kubeadm']));
    expect(ended.code).toBe(0);
    expect(ended.stderr).toBe('dpkg --configure -a ended with rc 1: apt-get is to reinstall what it left\n');
    expect(sandbox.calls.at(-1)).toBe('apt-mark hold kubeadm');
  });

  it.each([
    ['the update fails', 'apt-get', 'case "$*" in *update*) echo "E: no such host"; exit 100;; esac', 100],
    ['the installation fails', 'apt-get', 'case "$*" in *install*) exit 100;; esac', 100],
    ['lifting the hold fails', 'apt-mark', '[ "$1" = hold ]', 1],
  ])('puts the holds back when %s, and tells the exit code', async (_what, program, body, code) => {
    const sandbox = aptHost();
    sandbox.program(program, body);
    expect((await sandbox.run(installing(['kubeadm', 'kubelet']))).code).toBe(code);
    expect(sandbox.calls.at(-1)).toBe('apt-mark hold kubeadm kubelet');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'puts the holds back when its unit is ended by %s',
    async (signal) => {
      const sandbox = aptHost();
      sandbox.program(
        'apt-get',
        `case "$*" in *install*) : > '${sandbox.path('installing')}'; exec /bin/sleep 60;; esac`,
      );
      const started = sandbox.start(installing(['kubeadm']));
      await sandbox.appears('installing');
      started.kill(signal);
      expect(await started.ended).toMatchObject({ code: 143 });
      expect(sandbox.calls.at(-1)).toBe('apt-mark hold kubeadm');
    },
  );

  it('tells when the holds could not be put back, though all else went well', async () => {
    const sandbox = aptHost();
    sandbox.program('apt-mark', '[ "$1" = unhold ]');
    expect((await sandbox.run(installing(['kubeadm']))).code).not.toBe(0);
  });

  it('a name that a shell would take apart stays one word', async () => {
    const sandbox = aptHost();
    await sandbox.run(installing(["odd'name $(id)"], [kubeadm], ['/etc/apt/my list']));
    expect(sandbox.calls).toContain("apt-mark hold odd'name $(id)");
    expect(sandbox.calls).toContain(update('/etc/apt/my list'));
  });
});

const before = 'deb https://mirror/core:/stable:/v1.35/deb/ /\n';
const after = 'deb https://mirror/core:/stable:/v1.36/deb/ /\n';

const sourceHost = (): { readonly sandbox: Sandbox; readonly file: string } => {
  const sandbox = aptHost();
  return { sandbox, file: sandbox.write('kubernetes.list', before) };
};

const locked = (turns: number, sandbox: Sandbox): string =>
  `if [ "$(grep -c '^apt-get' '${sandbox.path('calls')}')" -le ${turns} ]; then echo "E: Could not get lock /var/lib/apt/lists/lock"; exit 100; fi`;

describe('replaceSource', () => {
  it('keeps the new source once apt could read it', async () => {
    const { sandbox, file } = sourceHost();
    expect(await sandbox.run(replaceSource(file, after, 300))).toMatchObject({ code: 0, stderr: '' });
    expect(sandbox.read('kubernetes.list')).toBe(after);
    expect(sandbox.calls).toEqual([update(file)]);
  });

  it('the new text is there when apt reads it', async () => {
    const { sandbox, file } = sourceHost();
    sandbox.program('apt-get', `cp '${file}' '${sandbox.path('read')}'`);
    await sandbox.run(replaceSource(file, after, 300));
    expect(sandbox.read('read')).toBe(after);
  });

  it.each([
    ['that apt cannot read', 'echo "E: The repository does not have a Release file."; exit 100'],
    ['that it is only warned of', 'echo "W: Failed to fetch"; exit 100'],
  ])('puts back the old source when it is one %s, and tells why', async (_what, body) => {
    const { sandbox, file } = sourceHost();
    sandbox.program('apt-get', body);
    const ended = await sandbox.run(replaceSource(file, after, 300));
    expect(ended.code).toBe(100);
    expect(ended.stderr).toContain(/"(.*)"/.exec(body)?.[1] ?? 'nothing');
    expect(ended.stderr).toContain(`the previous ${file} is back`);
    expect(sandbox.read('kubernetes.list')).toBe(before);
  });

  it('puts back the old source when its unit is ended', async () => {
    const { sandbox, file } = sourceHost();
    sandbox.program('apt-get', `: > '${sandbox.path('updating')}'; exec /bin/sleep 60`);
    const started = sandbox.start(replaceSource(file, after, 300));
    await sandbox.appears('updating');
    started.kill('SIGTERM');
    expect((await started.ended).code).not.toBe(0);
    expect(sandbox.read('kubernetes.list')).toBe(before);
  });

  it('waits for the lock of apt', async () => {
    const { sandbox, file } = sourceHost();
    sandbox.program('apt-get', locked(2, sandbox));
    expect((await sandbox.run(replaceSource(file, after, 300))).code).toBe(0);
    expect(sandbox.calls).toEqual([update(file), 'sleep 1', update(file), 'sleep 1', update(file)]);
    expect(sandbox.read('kubernetes.list')).toBe(after);
  });

  it('gives the lock up at the deadline', async () => {
    const { sandbox, file } = sourceHost();
    sandbox.program('apt-get', locked(1_000_000, sandbox));
    // A clock that a second passes on whenever it is looked at.
    sandbox.program('date', `n=$(cat '${sandbox.path('now')}'); echo $((n + 1)) > '${sandbox.path('now')}'; echo "$n"`);
    sandbox.write('now', '1000');
    const ended = await sandbox.run(replaceSource(file, after, 3));
    expect(ended).toMatchObject({ code: 100 });
    expect(ended.stderr).toContain('Could not get lock');
    expect(sandbox.calls.filter((call) => call === 'sleep 1')).toHaveLength(2);
    expect(sandbox.read('kubernetes.list')).toBe(before);
  });

  it('leaves no copy behind', async () => {
    const { sandbox, file } = sourceHost();
    await sandbox.run(replaceSource(file, after, 300));
    const { readdirSync } = await import('node:fs');
    expect(readdirSync(sandbox.directory).toSorted()).toEqual(['bin', 'calls', 'kubernetes.list']);
  });

  it('keeps the text, which may hold the password of a mirror, off the command line', () => {
    const command = replaceSource('/etc/apt/k.list', 'deb https://ana:geheim@mirror/ /\n', 300);
    expect(command.argv.join(' ')).not.toContain('geheim');
    expect(command).toMatchObject({ stdin: 'deb https://ana:geheim@mirror/ /\n', secret: true });
  });
});
