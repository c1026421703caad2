import { fenced, heartbeat, raiseEpoch } from '../../../src/commands/fence.ts';
import { read, write } from '../../../src/commands/build.ts';
import { daemonReload, restart } from '../../../src/commands/systemctl.ts';
import { followDetached, revokeDetached, startDetached } from '../../../src/commands/systemd-run.ts';
import { asking, doing, type ByHand, type RecordCase } from './case.ts';

const shell = (script: string) => write(['sh', '-c', script]);
const unit = (name: string) => ({ run: 'recording', name });
const forget: ByHand = {
  on: 'w1',
  script: "systemctl reset-failed 'nodeops-*' 2>/dev/null; rm -rf /var/lib/nodeops/recording; :",
};

const services: readonly RecordCase[] = [
  { name: 'an active service', on: 'w1', line: asking('systemctl', 'is-active', 'kubelet') },
  { name: 'a service that nobody knows', on: 'w1', line: asking('systemctl', 'is-active', 'nothing') },
  { name: 'several services', on: 'w1', line: asking('systemctl', 'is-active', 'kubelet', 'nothing') },
  {
    name: 'what is known of a service that nobody knows',
    on: 'w1',
    line: asking(
      'systemctl',
      'show',
      '--property=LoadState,ActiveState,SubState,NeedDaemonReload,Result',
      'nothing.service',
    ),
  },
  { name: 'restart of a service that nobody knows', on: 'w1', line: () => restart('nothing') },
  { name: 'daemon-reload', on: 'w1', line: () => daemonReload() },
  { name: 'restart of the kubelet', on: 'w1', line: () => restart('kubelet'), patienceMs: 25_000 },
  { name: 'stop of the kubelet', on: 'w1', line: doing('systemctl', 'stop', 'kubelet'), patienceMs: 3000 },
  { name: 'an inactive service', on: 'w1', line: asking('systemctl', 'is-active', 'kubelet') },
  { name: 'start of the kubelet', on: 'w1', line: doing('systemctl', 'start', 'kubelet'), patienceMs: 25_000 },
  {
    name: 'restart of a kubelet with a flag that it does not know',
    on: 'w1',
    prepare: [
      {
        on: 'w1',
        script:
          'cp /var/lib/kubelet/kubeadm-flags.env /root/flags; echo \'KUBELET_KUBEADM_ARGS="--pod-infra-container-image=registry.k8s.io/pause:3.9"\' > /var/lib/kubelet/kubeadm-flags.env',
      },
    ],
    line: () => restart('kubelet'),
    patienceMs: 4000,
  },
  {
    name: 'a service that starts again and again',
    on: 'w1',
    line: asking('systemctl', 'is-active', 'kubelet'),
    restore: [
      {
        on: 'w1',
        script: 'cp /root/flags /var/lib/kubelet/kubeadm-flags.env; systemctl restart kubelet; sleep 20',
      },
    ],
  },
];

const units: readonly RecordCase[] = [
  {
    name: 'unit that ends with 3',
    on: 'w1',
    unit: 'three-1',
    line: () => shell('echo one; echo two >&2; exit 3'),
    patienceMs: 3000,
  },
  {
    name: 'unit that ends well',
    on: 'w1',
    unit: 'well-1',
    line: () => shell('printf "no line end"'),
    patienceMs: 3000,
  },
  {
    name: 'unit whose program is not there',
    on: 'w1',
    unit: 'none-1',
    line: () => write(['nothing', 'at', 'all']),
    patienceMs: 3000,
  },
  {
    name: 'unit whose attempt was made before',
    on: 'w1',
    line: () => startDetached(unit('well-1'), shell('echo again')),
    patienceMs: 3000,
  },
  {
    name: 'unit whose failed name is still known',
    on: 'w1',
    line: () => startDetached(unit('three-1'), shell('echo again')),
    patienceMs: 3000,
  },
  {
    name: 'state of a unit that failed',
    on: 'w1',
    line: asking('systemctl', 'is-active', 'nodeops-recording-three-1'),
  },
  {
    name: 'what is known of a unit that failed',
    on: 'w1',
    line: asking(
      'systemctl',
      'show',
      '--property=LoadState,ActiveState,SubState,Result,ExecMainStatus',
      'nodeops-recording-three-1.service',
    ),
  },
  {
    name: 'forget a unit that failed',
    on: 'w1',
    line: doing('systemctl', 'reset-failed', 'nodeops-recording-three-1'),
    patienceMs: 2000,
  },
  { name: 'follow of a unit that never was', on: 'w1', line: () => followDetached(unit('never-1'), 0, 5) },
  {
    name: 'revoke of a unit that never was',
    on: 'w1',
    line: () => revokeDetached(unit('revoked-1')),
    patienceMs: 2000,
  },
  { name: 'start of what was revoked', on: 'w1', unit: 'revoked-1', line: () => shell('echo never'), patienceMs: 3000 },
  { name: 'revoke of what has begun', on: 'w1', line: () => revokeDetached(unit('well-1')), patienceMs: 2000 },
  {
    name: 'unit that is killed',
    on: 'w1',
    unit: 'killed-1',
    line: () => shell('echo begun; sleep 60'),
    killedAt: { output: 'begun' },
    seen: 'grep -q begun /var/lib/nodeops/recording/killed-1/output',
    patienceMs: 3000,
  },
  {
    name: 'unit that is stopped',
    on: 'w1',
    prepare: [{ on: 'w1', script: 'systemd-run --quiet --unit=rec-long sleep 300' }],
    line: doing('systemctl', 'stop', 'rec-long'),
    patienceMs: 3000,
  },
  {
    name: 'a loaded name',
    on: 'w1',
    prepare: [{ on: 'w1', script: 'systemd-run --quiet --unit=rec-long sleep 300' }],
    line: doing('systemd-run', '--quiet', '--unit=rec-long', 'true'),
    restore: [{ on: 'w1', script: 'systemctl stop rec-long' }, forget],
    patienceMs: 3000,
  },
];

const owner = { run: '2026-11-21-090000-0000', holder: 'recorder@lab' };
const removeEpoch: ByHand = { on: 'w1', script: 'rm -f /var/lib/nodeops/epoch /var/lib/nodeops/epoch.lock' };
const quick = shell('echo done');

const fences: readonly RecordCase[] = [
  { name: 'fenced before any owner', on: 'w1', prepare: [removeEpoch], line: () => fenced(quick, 3), patienceMs: 2000 },
  { name: 'raise the epoch', on: 'w1', line: () => raiseEpoch({ epoch: 3, ...owner }), patienceMs: 2000 },
  { name: 'raise it again', on: 'w1', line: () => raiseEpoch({ epoch: 3, ...owner }), patienceMs: 2000 },
  {
    name: 'raise it by another',
    on: 'w1',
    line: () => raiseEpoch({ epoch: 3, ...owner, holder: 'x@y' }),
    patienceMs: 2000,
  },
  { name: 'lower the epoch', on: 'w1', line: () => raiseEpoch({ epoch: 2, ...owner }), patienceMs: 2000 },
  { name: 'fenced by its owner', on: 'w1', line: () => fenced(quick, 3), patienceMs: 2000 },
  { name: 'fenced by a former owner', on: 'w1', line: () => fenced(quick, 2), patienceMs: 2000 },
  { name: 'fenced with an exit code', on: 'w1', line: () => fenced(shell('exit 7'), 3), patienceMs: 2000 },
  { name: 'sign of life', on: 'w1', line: () => heartbeat(3, undefined), patienceMs: 2000 },
  { name: 'sign of life of a former owner', on: 'w1', line: () => heartbeat(2, undefined), patienceMs: 2000 },
  {
    name: 'a lock that is held',
    on: 'w1',
    prepare: [
      {
        on: 'w1',
        script:
          'systemctl reset-failed rec-lock 2>/dev/null; mkdir -p /var/lib/nodeops; : >> /var/lib/nodeops/epoch.lock; systemd-run --quiet --unit=rec-lock flock -x /var/lib/nodeops/epoch.lock sleep 300; sleep 1',
      },
    ],
    given: ['epoch-lock-held'],
    line: asking('flock', '-s', '-w', '1', '/var/lib/nodeops/epoch.lock', 'true'),
  },
  {
    name: 'a lock that is held, not waited for',
    on: 'w1',
    given: ['epoch-lock-held'],
    line: asking('sh', '-c', 'exec 9< /var/lib/nodeops/epoch.lock; flock -n -x 9 || { echo taken; exit 4; }'),
    restore: [{ on: 'w1', script: 'systemctl stop rec-lock; rm -f /var/lib/nodeops/epoch.lock' }],
  },
  {
    name: 'raise an epoch that is no number',
    on: 'w1',
    prepare: [{ on: 'w1', script: 'echo nonsense > /var/lib/nodeops/epoch' }],
    line: () => raiseEpoch({ epoch: 4, ...owner }),
    restore: [removeEpoch],
    patienceMs: 2000,
  },
];

const asks: ByHand = {
  on: 'w1',
  script:
    "mv /etc/sudoers.d/ops /root/ops 2>/dev/null || { grep -rl '^ops' /etc/sudoers.d | head -n 1; exit 1; }; echo 'ops ALL=(ALL) ALL' > /etc/sudoers.d/ops; chmod 440 /etc/sudoers.d/ops",
};
const asksNot: ByHand = { on: 'w1', script: 'mv -f /root/ops /etc/sudoers.d/ops' };

const becomeQuestion =
  `if [ "$(id -u)" = 0 ]; then echo root; elif ! command -v sudo >/dev/null; then echo no-sudo; ` +
  `elif sudo -n -k -- env true; then echo free; else echo asks; fi`;

const small: readonly RecordCase[] = [
  {
    name: 'sudo asks',
    on: 'w1',
    prepare: [asks],
    given: ['sudo-asks'],
    line: () => read(['sudo', '-n', '--', 'true'], { become: false }),
  },
  {
    name: 'what it takes to be root, where sudo asks',
    on: 'w1',
    given: ['sudo-asks'],
    line: () => read(['sh', '-c', becomeQuestion], { become: false }),
    restore: [asksNot],
  },
  { name: 'what it takes to be root', on: 'w1', line: () => read(['sh', '-c', becomeQuestion], { become: false }) },
  { name: 'no such program', on: 'w1', line: asking('nothing', 'at', 'all') },
  { name: 'no such program in a shell', on: 'w1', line: asking('sh', '-c', 'nothing; echo "$?"') },
  { name: 'no such program without sudo', on: 'w1', line: () => read(['nothing'], { become: false }) },
  { name: 'no such file', on: 'w1', line: asking('cat', '--', '/var/lib/nothing') },
  {
    name: 'a file that only root reads',
    on: 'w1',
    line: () => read(['cat', '/var/lib/kubelet/kubeadm-flags.env', '/etc/shadow'], { become: false }),
  },
  { name: 'no such directory', on: 'w1', line: asking('sh', '-c', 'cd /var/lib/nothing; echo "$?"') },
  {
    name: 'who I am',
    on: 'w1',
    line: () => read(['sh', '-c', 'id -u; echo "$HOME $USER $PWD"; umask'], { become: false }),
  },
  { name: 'who root is', on: 'w1', line: asking('sh', '-c', 'id -u; echo "$HOME $USER $PATH $PWD"; umask') },
  { name: 'a syntax error', on: 'w1', line: asking('sh', '-c', 'if true; then') },
  { name: 'an unset variable', on: 'w1', line: asking('sh', '-c', 'set -u; echo "$nothing"') },
  {
    name: 'put a file and look at it',
    on: 'w1',
    line: () => shell('umask 077; t=$(mktemp -d); echo x > "$t/a"; stat -c "%a %s" "$t/a"; rm -r "$t"'),
  },
];

export const hostCases: readonly RecordCase[] = [...small, ...services, ...units, ...fences];
