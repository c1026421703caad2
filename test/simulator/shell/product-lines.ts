import { holdPackages, installPackages, replaceSource, type WantedPackage } from '../../../src/commands/apt-get.ts';
import { askRegistries } from '../../../src/commands/ask-registry.ts';
import { detached, write } from '../../../src/commands/build.ts';
import { removeSnapshot, takeSnapshot } from '../../../src/commands/etcd-snapshot.ts';
import { fenced, heartbeat, raiseEpoch } from '../../../src/commands/fence.ts';
import { keepPackages } from '../../../src/commands/kept-packages.ts';
import { pruneRecords } from '../../../src/commands/prune-records.ts';
import { followDetached, revokeDetached, startDetached, type DetachedUnit } from '../../../src/commands/systemd-run.ts';
import { putCommand } from '../../../src/adapters/ssh/file-commands.ts';
import { commandLine } from '../../../src/commands/quote.ts';
import { allFacts } from '../../../src/facts/all-facts.ts';
import { commandCheck } from '../../../src/facts/command-check.ts';
import type { Fact, FactPlace } from '../../../src/facts/fact.ts';
import { frameCommands } from '../../../src/facts/frame.ts';
import { kubeletLog } from '../../../src/facts/kubelet-log.ts';
import { offeredNow } from '../../../src/facts/offered-now.ts';
import { offeredPackages } from '../../../src/facts/offered-packages.ts';
import { owedHolds } from '../../../src/facts/owed-holds.ts';
import { targetComponents } from '../../../src/facts/target-components.ts';
import { targetKubelet } from '../../../src/facts/target-kubelet.ts';
import type { Command } from '../../../src/model/command.ts';

const place: FactPlace = { node: 'cp1', apiServer: 'https://10.0.0.11:6443' };
const unit: DetachedUnit = { run: 'r1', name: 'step-1' };
const ended: DetachedUnit = { run: 'r0', name: 'ended-1' };

const commandOf = (fact: Fact<unknown>): Command => {
  if (fact.source.kind !== 'command') throw new Error(`${fact.id} has no command`);
  return fact.source.command(place);
};

const facts: readonly Fact<unknown>[] = [
  ...allFacts,
  kubeletLog,
  owedHolds,
  offeredPackages('1.36'),
  targetKubelet('1.36.3'),
  targetComponents('1.36.3', '/etc/kubernetes/patches'),
  offeredNow,
  commandCheck('check', ['sh', '-c', 'echo checked; exit 1']),
];

const framed = (name: string, chosen: readonly Fact<unknown>[]): readonly (readonly [string, Command])[] =>
  frameCommands(
    chosen.map((fact) => ({ id: fact.id, command: commandOf(fact) })),
    'token12345',
  ).map((command, index) => [`${name} in one frame (${index + 1})`, command]);

const packages = [{ name: 'kubeadm', version: '1.36.3-1.1' }];
const install = {
  sources: ['/etc/apt/sources.list.d/kubernetes.list'],
  lockSeconds: 5,
  holdAgain: ['kubeadm', 'kubelet'],
  owedFile: '/var/lib/nodeops/holds',
};
const kept = '/var/lib/nodeops/r1/etcd-before';
/** Those lines of the script that keeps a restore point. */
const keeping = (wanted: WantedPackage): Command =>
  detached([
    'sh',
    '-c',
    [
      'set -eu; umask 077; new=/var/lib/nodeops-restore/r1_1.36.3.new; mkdir -p "$new"',
      ...keepPackages([wanted], '1.35', '/var/lib/nodeops-restore'),
    ].join('\n'),
  ]);
const request = { url: 'https://registry.k8s.io/v2/pause/manifests/1', shown: 'https://registry.k8s.io', ways: [[]] };
const asked = [
  {
    image: 'registry.k8s.io/pause:1',
    repository: 'pause',
    requests: [request, { ...request, ways: [['--cacert', '/ca.pem'], []] }],
  },
  { image: 'registry.k8s.io/pause:2', repository: 'pause', requests: [] },
];
const archived = { name: 'kubeadm', version: '1.35.4-1.1' };
const keptArchive = { ...archived, archive: '/var/lib/nodeops-restore/r0_1.35.4/debs/kubeadm_1.35.4-1.1_amd64.deb' };

const owner = { epoch: 3, run: 'r1', holder: 'ops@laptop' };

/** The node carries epoch 3 of run r1. */
const ownership: readonly (readonly [string, Command])[] = [
  ['fenced, and admitted', fenced(write(['sh', '-c', 'echo wrote; echo err >&2; exit 4']), 3)],
  ['fenced with stdin', fenced(write(['cat'], { stdin: 'text' }), 3)],
  ['fenced off', fenced(write(['echo', 'never']), 2)],
  ['raiseEpoch', raiseEpoch({ ...owner, epoch: 4, run: 'r2' })],
  ['raiseEpoch again', raiseEpoch(owner)],
  ['raiseEpoch of who came late', raiseEpoch({ ...owner, run: 'r2' })],
  ['heartbeat', heartbeat(3, undefined)],
  ['heartbeat with a command', heartbeat(3, write(['kubectl', 'patch', 'lease']))],
  ['heartbeat of a former owner', heartbeat(2, write(['kubectl', 'patch', 'lease']))],
  ['startDetached, admitted', startDetached(unit, detached(['echo', 'ran']), 3)],
  ['startDetached, fenced off', startDetached(unit, detached(['echo', 'never']), 2)],
  ['pruneRecords', pruneRecords({ runs: ['r0'], questions: [], files: ['r1/etcd-before-1.36.3.db'] })],
  ['pruneRecords of what is missing', pruneRecords({ runs: ['r9'], questions: ['asked-kubelet.aaaaaa'], files: [] })],
];

const writes: readonly (readonly [string, Command])[] = [
  ['startDetached', startDetached(unit, detached(['kubeadm', 'upgrade', 'apply', 'v1.36.3', '--yes']))],
  ['startDetached with stdin and env', startDetached(unit, detached(['cat'], { stdin: "it's\n", env: { a: 'b c' } }))],
  ['startDetached of what fails', startDetached(unit, detached(['sh', '-c', 'echo out; echo err >&2; exit 3']))],
  ['startDetached twice', startDetached(ended, detached(['true']))],
  ['startDetached of a script', startDetached(unit, installPackages(packages, install))],
  ['followDetached of what has ended', followDetached(ended, 0, 1)],
  ['followDetached from an offset', followDetached(ended, 3, 1)],
  ['followDetached of what never was', followDetached(unit, 0, 1)],
  ['revokeDetached', revokeDetached(unit)],
  ['revokeDetached of what has begun', revokeDetached(ended)],
  ['replaceSource', replaceSource('/etc/apt/sources.list.d/kubernetes.list', 'deb new\n', 5)],
  ['replaceSource of what is missing', replaceSource('/etc/apt/sources.list.d/none.list', 'deb new\n', 5)],
  ['installPackages', installPackages(packages, install)],
  ['installPackages without holds', installPackages(packages, { ...install, holdAgain: [] })],
  ['installPackages of what was kept', installPackages([keptArchive], { ...install, sources: [], downgrade: true })],
  ['askRegistries', askRegistries(asked)],
  ['holdPackages', holdPackages(install)],
  [
    'replaceSource that need not be read',
    replaceSource('/etc/apt/sources.list.d/kubernetes.list', 'deb new\n', 5, { unread: true }),
  ],
  ['keepPackages', keeping(archived)],
  ['keepPackages of what is nowhere', keeping({ name: 'kubelet', version: '1:1.35.4-1.1' })],
  ['takeSnapshot', takeSnapshot(kept)],
  ['takeSnapshot that is torn', takeSnapshot('/var/lib/nodeops/r1/torn')],
  ['removeSnapshot', removeSnapshot(kept)],
  ['put', putCommand('/etc/kubernetes/x.yaml', 0o600, 'a: 1\n', 1000)],
  ['put into a directory that is missing', putCommand('/etc/none/x.yaml', 0o600, 'a: 1\n', 1000)],
  ['put of what arrives torn', { ...putCommand('/etc/kubernetes/x.yaml', 0o644, 'a: 1\n', 1000), stdin: 'a' }],
  ['an argument with quotes', write(['printf', '%s|', "it's", 'a "b"', '$HOME `x` \\', ''])],
];

/** Every script of the product, as the node's shell gets it. */
export const productLines: readonly (readonly [string, { readonly line: string; readonly stdin: string }])[] = [
  ...facts.map((fact) => [fact.id, commandOf(fact)] as const),
  ...framed('all facts', facts),
  ...framed(
    'facts of the node',
    facts.filter(({ subject }) => subject === 'node'),
  ),
  ...writes,
  ...ownership,
].map(([name, command]) => [name, { line: commandLine(command, 'none'), stdin: command.stdin ?? '' }]);
