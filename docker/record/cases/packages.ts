import { holdPackages, installPackages, replaceSource } from '../../../src/commands/apt-get.ts';
import { read, write } from '../../../src/commands/build.ts';
import type { Command } from '../../../src/model/command.ts';
import { asking, doing, type ByHand, type RecordCase } from './case.ts';

const list = '/etc/apt/sources.list.d/kubernetes.list';
const signedBy = '[signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg]';
const repository = (minor: string): string => `deb ${signedBy} https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ /\n`;

const owedFile = '/var/lib/nodeops/owed-holds';
const held = ['kubeadm', 'kubectl', 'kubelet', 'kubernetes-cni'];

const wish = (version: string): Command =>
  installPackages([{ name: 'kubeadm', version }], { sources: [list], lockSeconds: 5, holdAgain: held, owedFile });

/** As the program installs, without its holding and unholding. */
const install = (seconds: number, ...words: readonly string[]) => {
  const argv = ['apt-get', 'install', '-y', '-qq', '--no-remove', '-o', `DPkg::Lock::Timeout=${seconds}`, ...words];
  return () => write(argv, { env: { DEBIAN_FRONTEND: 'noninteractive' } });
};

const onW2 = (script: string): ByHand => ({ on: 'w2', script });
const source = (minor: string): ByHand =>
  onW2(`echo 'deb ${signedBy} https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ /' > ${list}; apt-get update -qq || :`);

/** fcntl(2) locks, as apt and dpkg take them; the struct is that of x86-64. */
const lock = (path: string): ByHand =>
  onW2(
    `systemd-run --quiet --unit=rec-lock perl -e 'use Fcntl; open(F, ">>", "${path}") or die; my $lock = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $lock) or die; sleep 300'; sleep 1; systemctl is-active -q rec-lock`,
  );
const unlock = onW2('systemctl stop rec-lock; systemctl reset-failed rec-lock 2>/dev/null; :');

const forget = onW2(
  "systemctl reset-failed 'nodeops-*' 2>/dev/null; rm -rf /var/lib/nodeops/recording /var/lib/nodeops/owed-holds; :",
);
/** As it was found: whatever state a case has left. */
const oldAgain = onW2(
  `export DEBIAN_FRONTEND=noninteractive; dpkg --configure -a; echo 'deb ${signedBy} https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /' > ${list}; apt-get update -qq; apt-get install -y -qq --allow-downgrades --allow-change-held-packages --reinstall kubeadm=FROM_VERSION-1.1; apt-mark hold ${held.join(' ')}`,
);

const update = (): Command =>
  write([
    'apt-get',
    'update',
    '-qq',
    '-o',
    `Dir::Etc::sourcelist=${list}`,
    '-o',
    'Dir::Etc::sourceparts=-',
    '-o',
    'APT::Get::List-Cleanup=0',
    '-o',
    'APT::Update::Error-Mode=any',
  ]);

const questions: readonly RecordCase[] = [
  {
    name: 'state of packages',
    on: 'w2',
    line: asking('dpkg-query', '-W', '-f=${db:Status-Abbrev} ${Package} ${Version}\\n', 'kube*'),
  },
  { name: 'a package that nobody knows', on: 'w2', line: asking('dpkg-query', '-W', 'nothing') },
  { name: 'what apt holds', on: 'w2', line: asking('apt-mark', 'showhold') },
  { name: 'audit of a sound dpkg', on: 'w2', line: asking('dpkg', '--audit') },
  { name: 'offered versions', on: 'w2', line: asking('apt-cache', 'madison', 'kubeadm') },
  { name: 'offered versions of what nobody offers', on: 'w2', line: asking('apt-cache', 'madison', 'nothing') },
  {
    name: 'comparison of versions',
    on: 'w2',
    line: () => read(['dpkg', '--compare-versions', '1.36.3-1.1', 'gt', '1.35.4-1.1']),
  },
  {
    name: 'comparison of versions, the other way',
    on: 'w2',
    line: () => read(['dpkg', '--compare-versions', '1.35.4-1.1', 'gt', '1.36.3-1.1']),
  },
];

const holds: readonly RecordCase[] = [
  { name: 'lift a hold', on: 'w2', line: doing('apt-mark', 'unhold', 'kubectl'), patienceMs: 2000 },
  { name: 'lift it again', on: 'w2', line: doing('apt-mark', 'unhold', 'kubectl'), patienceMs: 2000 },
  { name: 'hold a package', on: 'w2', line: doing('apt-mark', 'hold', 'kubectl'), patienceMs: 2000 },
  { name: 'hold what is held', on: 'w2', line: doing('apt-mark', 'hold', 'kubectl'), patienceMs: 2000 },
  { name: 'hold what nobody knows', on: 'w2', line: doing('apt-mark', 'hold', 'nothing'), patienceMs: 2000 },
];

const sources: readonly RecordCase[] = [
  { name: 'update', on: 'w2', line: update, patienceMs: 2000 },
  {
    name: 'update while another one has the lock',
    on: 'w2',
    prepare: [lock('/var/lib/apt/lists/lock')],
    given: ['lists-lock-held'],
    line: update,
    restore: [unlock],
    patienceMs: 2000,
  },
  {
    name: 'source of a minor that is not there',
    on: 'w2',
    unit: 'source-1',
    line: () => replaceSource(list, repository('1.99'), 5),
    patienceMs: 2000,
  },
  {
    name: 'source that apt cannot read',
    on: 'w2',
    unit: 'source-2',
    line: () => replaceSource(list, 'deb nonsense\n', 5),
    patienceMs: 2000,
  },
  {
    name: 'source while the repository is down',
    on: 'w2',
    prepare: [
      onW2(
        'cp /etc/hosts /root/hosts; sed "s/^[0-9.]*\\([[:space:]].*pkgs.k8s.io\\)/127.0.0.9\\1/" /root/hosts > /etc/hosts',
      ),
    ],
    given: ['repository-down'],
    unit: 'source-3',
    line: () => replaceSource(list, repository('1.36'), 5),
    restore: [onW2('cat /root/hosts > /etc/hosts'), forget],
    patienceMs: 2000,
  },
  {
    name: 'source of the next minor',
    on: 'w2',
    unit: 'source-4',
    line: () => replaceSource(list, repository('1.36'), 5),
    patienceMs: 2000,
  },
  {
    name: 'versions that the next minor offers',
    on: 'w2',
    line: asking('apt-cache', 'madison', 'kubeadm'),
    restore: [forget],
  },
];

const refusals: readonly RecordCase[] = [
  { name: 'install a held package', on: 'w2', line: install(5, 'kubeadm=TO_VERSION-1.1'), patienceMs: 2000 },
  {
    name: 'install a version that nobody offers',
    on: 'w2',
    line: install(5, '--allow-change-held-packages', 'kubeadm=1.36.99-1.1'),
    patienceMs: 2000,
  },
  {
    name: 'install what nobody offers',
    on: 'w2',
    line: install(5, '--allow-change-held-packages', 'nothing=1'),
    patienceMs: 2000,
  },
  {
    name: 'install what is there',
    on: 'w2',
    line: install(5, '--allow-change-held-packages', 'kubeadm=FROM_VERSION-1.1'),
    patienceMs: 2000,
  },
  {
    name: 'install while another one has the lock',
    on: 'w2',
    prepare: [lock('/var/lib/dpkg/lock-frontend')],
    given: ['lock-frontend-held'],
    line: install(0, '--allow-change-held-packages', 'kubeadm=TO_VERSION-1.1'),
    patienceMs: 2000,
  },
  {
    name: 'install while another one has the lock, waited for',
    on: 'w2',
    given: ['lock-frontend-held'],
    line: install(3, '--allow-change-held-packages', 'kubeadm=TO_VERSION-1.1'),
    patienceMs: 2000,
  },
  {
    name: 'the program’s install while another one has the lock',
    on: 'w2',
    given: ['lock-frontend-held'],
    unit: 'install-1',
    line: () => wish('TO_VERSION-1.1'),
    restore: [unlock, onW2(`apt-mark hold ${held.join(' ')}`), forget],
    patienceMs: 2000,
  },
  {
    name: 'the program’s install of a version that nobody offers',
    on: 'w2',
    unit: 'install-2',
    line: () => wish('1.36.99-1.1'),
    restore: [forget],
    patienceMs: 2000,
  },
];

const killed = (name: string, at: string, unit: string): RecordCase => ({
  name,
  on: 'w2',
  unit,
  line: () => wish('TO_VERSION-1.1'),
  killedAt: { output: at },
  seen: `grep -q '^${at}' /var/lib/nodeops/recording/${unit}/output`,
  patienceMs: 3000,
});

const interrupted: readonly RecordCase[] = [
  killed('install that is killed while it unpacks', 'Unpacking kubeadm', 'install-3'),
  { name: 'audit after that', on: 'w2', line: asking('dpkg', '--audit') },
  {
    name: 'install over an interrupted dpkg',
    on: 'w2',
    line: install(5, '--allow-change-held-packages', 'kubeadm=TO_VERSION-1.1'),
    patienceMs: 2000,
  },
  { name: 'configure what was interrupted', on: 'w2', line: doing('dpkg', '--configure', '-a'), patienceMs: 2000 },
  {
    name: 'the program’s install after that',
    on: 'w2',
    unit: 'install-4',
    line: () => wish('TO_VERSION-1.1'),
    restore: [oldAgain, source('1.36'), forget],
    patienceMs: 3000,
  },
  killed('install that is killed while it configures', 'Setting up kubeadm', 'install-5'),
  { name: 'audit after an unpacking', on: 'w2', line: asking('dpkg', '--audit') },
  { name: 'configure what waits', on: 'w2', line: doing('dpkg', '--configure', '-a'), patienceMs: 2000 },
  {
    name: 'owed holds',
    on: 'w2',
    line: () => holdPackages({ holdAgain: held, owedFile, lockSeconds: 5 }),
    restore: [oldAgain, source('1.36'), forget],
    patienceMs: 2000,
  },
  { name: 'the program’s install', on: 'w2', unit: 'install-6', line: () => wish('TO_VERSION-1.1'), patienceMs: 3000 },
  {
    name: 'the program’s install of what is there',
    on: 'w2',
    unit: 'install-7',
    line: () => wish('TO_VERSION-1.1'),
    patienceMs: 3000,
  },
  {
    name: 'install of an older version',
    on: 'w2',
    prepare: [source('1.35')],
    line: install(5, '--allow-change-held-packages', 'kubeadm=FROM_VERSION-1.1'),
    patienceMs: 2000,
  },
  {
    name: 'install of an older version, allowed',
    on: 'w2',
    line: install(5, '--allow-change-held-packages', '--allow-downgrades', 'kubeadm=FROM_VERSION-1.1'),
    restore: [oldAgain, forget],
    patienceMs: 3000,
  },
];

export const packageCases: readonly RecordCase[] = [...questions, ...holds, ...sources, ...refusals, ...interrupted];
