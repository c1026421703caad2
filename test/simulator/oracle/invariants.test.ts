import { describe, expect, it } from 'vitest';
import { invariants } from '../../../src/simulator/oracle/oracle.ts';
import { fault, from, others, person, Stage, to, we, type StageOptions } from './stage.ts';

interface Case {
  readonly name: string;
  readonly options?: StageOptions;
  readonly play: (stage: Stage) => void;
}

/** What breaks an invariant, and what comes near and does not. */
interface Cases {
  readonly breaks: readonly (Case & { readonly says: string })[];
  readonly silent: readonly Case[];
}

const apply = (stage: Stage, host: string): void =>
  stage.emit({ type: 'kubeadm-started', host, command: `kubeadm upgrade apply v${to} --yes`, version: to, actor: we });

/** The snapshot is there, so that only what a case is about can break. */
const covered = (stage: Stage): void => stage.snapshot();

const epoch = (stage: Stage, host: string, number: number, program: 1 | 2): void => {
  const actor = program === 1 ? we : others;
  stage.host(host).files.write('/var/lib/nodeops/epoch', `epoch=${number}\n`, actor);
  stage.emit({ type: 'file-changed', host, path: '/var/lib/nodeops/epoch', actor });
};

const second = (stage: Stage): void => stage.note({ type: 'program-started', program: 2, changesNothing: false });

const allUpgraded = (stage: Stage): void => {
  for (const name of stage.world.hosts.keys()) stage.upgraded(name);
};

const controlPlanesUpgraded = (stage: Stage): void => {
  for (const { name, role } of stage.world.hosts.values()) if (role === 'control-plane') stage.upgraded(name);
};

const ended = (stage: Stage, outcome: 'done' | 'failed', excused: readonly string[] = []): void =>
  stage.note({ type: 'program-ended', program: 1, outcome, excused });

const gone = (
  stage: Stage,
  what: { forced?: boolean; budgetBroken?: string; emptyDirLost?: boolean; actor?: typeof we },
): void =>
  stage.emit({
    type: 'pod-gone',
    namespace: 'shop',
    pod: 'p1',
    node: 'w1',
    how: 'evicted',
    forced: false,
    emptyDirLost: false,
    actor: we,
    ...what,
  });

const evicted = (stage: Stage): void => gone(stage, {});

const cases: Readonly<Record<number, Cases>> = {
  1: {
    breaks: [
      {
        name: 'a second control plane goes out while the first is out through us',
        says: 'cp2 (kube-apiserver) went out of service through us while cp1 (etcd)',
        play: (stage) => {
          stage.stop('cp1', 'etcd', we);
          stage.stop('cp2', 'kube-apiserver', we);
        },
      },
      {
        name: 'a kubelet is stopped beside an API server that is out',
        says: 'cp3 (kubelet)',
        play: (stage) => {
          stage.stop('cp2', 'kube-apiserver', we);
          stage.stopKubelet('cp3');
        },
      },
      {
        name: 'kubeadm begins although another member has been down since before the step',
        says: 'cp2: it does not run',
        play: (stage) => {
          covered(stage);
          stage.stop('cp2', 'etcd', fault);
          stage.step('cp1');
          apply(stage, 'cp1');
        },
      },
      {
        name: 'another member has an alarm, which nobody announces',
        says: 'cp3: it has the alarm NOSPACE',
        play: (stage) => {
          covered(stage);
          stage.member('cp3').alarm = 'NOSPACE';
          stage.pass(1000);
          stage.read('cp1');
          stage.step('cp1');
          stage.stopKubelet('cp1');
        },
      },
      {
        name: 'another member is a learner, and the rest keeps no quorum',
        says: 'do not keep quorum',
        play: (stage) => {
          covered(stage);
          stage.member('cp3').learner = true;
          stage.stop('cp2', 'etcd', fault);
          stage.step('cp1');
          apply(stage, 'cp1');
        },
      },
      {
        name: 'of two members the other is not well',
        options: { controlPlanes: 2 },
        says: 'cp2: it lags behind by 50000 entries',
        play: (stage) => {
          covered(stage);
          stage.member('cp2').lag = 50_000;
          stage.read('cp1');
          stage.step('cp1');
          apply(stage, 'cp1');
        },
      },
    ],
    silent: [
      {
        name: 'one after the other',
        play: (stage) => {
          for (const host of ['cp1', 'cp2']) {
            stage.stop(host, 'etcd', we);
            stage.start(host, 'etcd');
          }
        },
      },
      {
        name: 'the other outage is a fault’s',
        play: (stage) => {
          stage.stop('cp1', 'etcd', we);
          stage.stop('cp2', 'etcd', fault);
        },
      },
      {
        name: 'the node that is resumed is itself unwell',
        play: (stage) => {
          covered(stage);
          stage.stop('cp1', 'etcd', fault);
          stage.step('cp1');
          apply(stage, 'cp1');
        },
      },
      {
        name: 'trouble that came up between the look of the step before and this one',
        play: (stage) => {
          covered(stage);
          stage.stop('cp2', 'etcd', fault);
          stage.stepAtOnce('cp1');
          apply(stage, 'cp1');
        },
      },
      {
        name: 'trouble that came up after the step had begun',
        play: (stage) => {
          covered(stage);
          stage.step('cp1');
          stage.stop('cp2', 'etcd', fault);
          apply(stage, 'cp1');
        },
      },
      {
        name: 'with one member there is no other',
        options: { controlPlanes: 1 },
        play: (stage) => {
          covered(stage);
          stage.step('cp1');
          apply(stage, 'cp1');
          stage.stop('cp1', 'etcd', we);
          stage.stop('cp1', 'kube-apiserver', we);
        },
      },
      {
        name: 'with two the other alone keeps no quorum, and that is accepted',
        options: { controlPlanes: 2 },
        play: (stage) => {
          covered(stage);
          stage.step('cp1');
          apply(stage, 'cp1');
        },
      },
      {
        name: 'a restore takes the whole control plane out',
        options: { wish: { mode: 'outage' } },
        play: (stage) => {
          stage.stop('cp1', 'kube-apiserver', we);
          stage.stop('cp2', 'kube-apiserver', we);
        },
      },
    ],
  },
  2: {
    breaks: [
      {
        name: 'a worker’s package while a control plane is old',
        says: "w1 was taken to 1.36.3 while cp3's kube-apiserver is 1.35.4",
        play: (stage) => {
          stage.upgraded('cp1');
          stage.upgraded('cp2');
          stage.install('w1', 'kubeadm', to);
        },
      },
      {
        name: 'the static pods are new, a control plane’s kubelet is not',
        says: "cp2's kubelet is 1.35.4",
        play: (stage) => {
          controlPlanesUpgraded(stage);
          stage.host('cp2').kubelet.running = from;
          stage.install('w1', 'kubelet', to);
        },
      },
      {
        name: 'a kubelet newer than its own API server, started by a reboot',
        says: "cp1's kubelet 1.36.3 is newer than the API server 1.35.4 of cp1",
        play: (stage) => {
          covered(stage);
          stage.install('cp1', 'kubelet', to);
          stage.startKubelet('cp1', to, fault);
        },
      },
      {
        name: 'behind a load balancer one old API server is enough',
        says: 'of cp3',
        play: (stage) => {
          stage.upgraded('cp1');
          stage.upgraded('cp2');
          stage.cordon('w1');
          stage.startKubelet('w1', to);
        },
      },
      {
        name: 'a worker is left more than three minors behind',
        says: 'w2’s kubelet 1.32.9 is more than 3 minors older'.replace('’', "'"),
        play: (stage) => {
          stage.host('w2').kubelet.running = '1.32.9';
          stage.stop('cp1', 'kube-apiserver', we);
          stage.start('cp1', 'kube-apiserver', to);
        },
      },
      {
        name: 'going back begins with a control plane',
        options: { wish: { rollback: true, version: from }, before: allUpgraded },
        says: "cp1 was taken back to 1.35.4 while w1's kubelet is 1.36.3",
        play: (stage) => {
          covered(stage);
          stage.install('cp1', 'kubelet', from);
        },
      },
    ],
    silent: [
      {
        name: 'workers once all control planes are there',
        options: { before: controlPlanesUpgraded },
        play: (stage) => {
          stage.install('w1', 'kubeadm', to);
          stage.cordon('w1');
          stage.startKubelet('w1', to);
        },
      },
      {
        name: 'a control plane’s kubelet after its own API server, whatever the others run',
        play: (stage) => {
          stage.upgraded('cp1');
          stage.startKubelet('cp1', to);
        },
      },
      {
        name: 'three minors behind is allowed',
        play: (stage) => {
          stage.host('w2').kubelet.running = '1.33.9';
          stage.stop('cp1', 'kube-apiserver', we);
          stage.start('cp1', 'kube-apiserver', to);
        },
      },
      {
        name: 'a person does it too early',
        play: (stage) => stage.install('w1', 'kubelet', to, person),
      },
    ],
  },
  3: {
    breaks: [
      {
        name: 'a second worker is cordoned',
        says: 'w2 was taken out beside w1 (cordoned by us): at most 1',
        play: (stage) => {
          stage.cordon('w1');
          stage.cordon('w2');
        },
      },
      {
        name: 'one that somebody else keeps out is counted',
        options: { before: (stage) => (stage.fields('w2').spec.unschedulable = true) },
        says: 'w1 was taken out beside w2 (cordoned by somebody else)',
        play: (stage) => {
          stage.step('w1');
          stage.cordon('w1');
        },
      },
      {
        name: 'one that is not Ready is counted',
        says: 'w1 was taken out beside w2 (it is not Ready)',
        play: (stage) => {
          stage.ready('w2', 'Unknown');
          stage.step('w1');
          stage.cordon('w1');
        },
      },
      {
        name: 'a kubelet is restarted on a node that serves',
        says: 'w2 was taken out beside w1',
        play: (stage) => {
          stage.cordon('w1');
          stage.stopKubelet('w2');
        },
      },
      {
        name: 'one found out waits, and a good one is taken',
        options: { wish: { maxUnavailable: 2 }, before: (stage) => (stage.fields('w2').spec.unschedulable = true) },
        says: 'w1 was taken before w2',
        play: (stage) => {
          stage.step('w1');
          stage.cordon('w1');
        },
      },
    ],
    silent: [
      {
        name: 'one after the other',
        play: (stage) => {
          stage.cordon('w1');
          stage.uncordon('w1');
          stage.cordon('w2');
        },
      },
      {
        name: 'two where two are allowed',
        options: { wish: { maxUnavailable: 2 } },
        play: (stage) => {
          stage.cordon('w1');
          stage.cordon('w2');
        },
      },
      {
        name: 'one found out first, beside it a good one',
        options: { wish: { maxUnavailable: 2 }, before: (stage) => (stage.fields('w2').spec.unschedulable = true) },
        play: (stage) => {
          stage.step('w2');
          stage.step('w1');
          stage.cordon('w1');
        },
      },
      {
        name: 'another goes away between the look and the deed',
        play: (stage) => {
          stage.step('w1');
          stage.ready('w2', 'Unknown');
          stage.cordon('w1');
        },
      },
      { name: 'a control plane is no worker', play: (stage) => (stage.cordon('w1'), stage.cordon('cp1')) },
      { name: 'a person cordons', play: (stage) => (stage.cordon('w1'), stage.cordon('w2', person)) },
    ],
  },
  4: {
    breaks: [
      {
        name: 'waived, but another node takes pods',
        options: { before: controlPlanesUpgraded, wish: { drain: 'none' } },
        says: 'the kubelet of w1 went from 1.35.4 to 1.36.3 beneath shop/p1',
        play: (stage) => {
          stage.pod('p1', 'w1');
          for (const other of ['cp1', 'cp2', 'cp3']) stage.cordon(other, person);
          stage.startKubelet('w1', to);
        },
      },
      {
        name: 'pods are left on the node',
        options: { before: controlPlanesUpgraded },
        says: 'the kubelet of w1 went from 1.35.4 to 1.36.3 beneath shop/p1',
        play: (stage) => {
          stage.pod('p1', 'w1');
          stage.cordon('w1');
          stage.startKubelet('w1', to);
        },
      },
      {
        name: 'a reboot starts the binary that we put there',
        options: { before: controlPlanesUpgraded },
        says: 'beneath shop/p1',
        play: (stage) => {
          stage.pod('p1', 'w1');
          stage.install('w1', 'kubelet', to);
          stage.startKubelet('w1', to, fault);
        },
      },
      {
        name: 'a budget is broken',
        says: 'against the budget web',
        play: (stage) => gone(stage, { budgetBroken: 'web' }),
      },
      { name: 'by force', says: 'by force', play: (stage) => gone(stage, { forced: true }) },
      { name: 'an emptyDir', says: 'lost its emptyDir', play: (stage) => gone(stage, { emptyDirLost: true }) },
    ],
    silent: [
      {
        name: 'only a DaemonSet’s pod is left',
        options: { before: controlPlanesUpgraded },
        play: (stage) => {
          stage.pod('p1', 'w1', { owner: 'DaemonSet' });
          stage.pod('p2', 'w2');
          stage.cordon('w1');
          stage.startKubelet('w1', to);
        },
      },
      {
        name: 'a patch needs no drain',
        options: { wish: { version: '1.35.7' } },
        play: (stage) => {
          for (const name of ['cp1', 'cp2', 'cp3']) stage.upgraded(name, '1.35.7');
          stage.pod('p1', 'w1');
          stage.cordon('w1');
          stage.startKubelet('w1', '1.35.7');
          gone(stage, {});
        },
      },
      {
        name: 'waived, where no other node takes the pods',
        options: { before: controlPlanesUpgraded, wish: { drain: 'none' } },
        play: (stage) => {
          stage.pod('p1', 'w1');
          for (const other of ['cp1', 'cp2', 'cp3', 'w2']) stage.cordon(other, person);
          stage.startKubelet('w1', to);
        },
      },
      {
        name: 'a person opened the node after the step had begun',
        options: { before: controlPlanesUpgraded },
        play: (stage) => {
          stage.cordon('w1');
          stage.step('w1');
          stage.uncordon('w1', person);
          stage.pod('p1', 'w1');
          stage.startKubelet('w1', to);
        },
      },
      {
        name: 'settings allow both',
        options: { wish: { deleteEmptyDirData: true, forceDelete: true } },
        play: (stage) => gone(stage, { emptyDirLost: true, forced: true }),
      },
      {
        name: 'what others delete',
        play: (stage) => (
          evicted(stage),
          gone(stage, { budgetBroken: 'web', forced: true, actor: { kind: 'cluster' } })
        ),
      },
    ],
  },
  5: {
    breaks: [
      {
        name: 'a minor is skipped',
        says: "cp1's kube-apiserver skipped a minor: 1.35.4 → 1.37.0",
        play: (stage) => {
          stage.stop('cp1', 'kube-apiserver', we);
          stage.start('cp1', 'kube-apiserver', '1.37.0');
        },
      },
      {
        name: 'a package skips one',
        says: "cp1's package kubeadm skipped a minor",
        play: (stage) => (covered(stage), stage.install('cp1', 'kubeadm', '1.37.0')),
      },
      {
        name: 'back outside a rollback',
        says: "cp2's kube-scheduler went back outside a rollback: 1.35.4 → 1.35.3",
        play: (stage) => {
          stage.stop('cp2', 'kube-scheduler', we);
          stage.start('cp2', 'kube-scheduler', '1.35.3');
        },
      },
      {
        name: 'a worker’s package goes back',
        options: { before: controlPlanesUpgraded },
        says: "w1's package kubelet went back",
        play: (stage) => stage.install('w1', 'kubelet', '1.34.0'),
      },
    ],
    silent: [
      {
        name: 'one minor, and etcd as it comes',
        play: (stage) => {
          stage.stop('cp1', 'kube-apiserver', we);
          stage.start('cp1', 'kube-apiserver', to);
          stage.stop('cp1', 'etcd', we);
          stage.start('cp1', 'etcd', '3.7.0');
        },
      },
      {
        name: 'a rollback',
        options: { wish: { rollback: true, version: '1.34.9' } },
        play: (stage) => {
          stage.stop('cp1', 'kube-apiserver', we);
          stage.start('cp1', 'kube-apiserver', '1.34.9');
        },
      },
      {
        name: 'a worker may come from far behind',
        options: {
          before: (stage) => {
            controlPlanesUpgraded(stage);
            stage.upgraded('w1', '1.33.1');
          },
        },
        play: (stage) => stage.install('w1', 'kubelet', to),
      },
      {
        name: 'a colleague does it by hand',
        play: (stage) => {
          stage.stop('cp1', 'kube-apiserver', person);
          stage.start('cp1', 'kube-apiserver', '1.38.0');
          stage.stop('cp2', 'kube-apiserver', we);
          stage.start('cp2', 'kube-apiserver', to);
        },
      },
    ],
  },
  6: {
    breaks: [
      {
        name: 'no snapshot',
        says: 'package kubeadm of cp1 was written before run r1 had an etcd snapshot',
        play: (stage) => stage.install('cp1', 'kubeadm', to),
      },
      {
        name: 'one that was not verified',
        says: 'kubeadm upgrade apply',
        play: (stage) => (stage.snapshot(false), apply(stage, 'cp1')),
      },
      {
        name: 'one of another run',
        says: 'run r1',
        play: (stage) => (stage.snapshot(true, 'r0'), stage.install('cp1', 'kubeadm', to)),
      },
      {
        name: 'the second hop with the snapshot of the first',
        says: 'package kubeadm of cp1',
        play: (stage) => {
          stage.snapshot();
          stage.install('cp1', 'kubeadm', to);
          stage.install('cp1', 'kubeadm', '1.37.0');
        },
      },
      {
        name: 'a manifest',
        says: '/etc/kubernetes/manifests/etcd.yaml of cp2',
        play: (stage) =>
          stage.emit({ type: 'file-changed', host: 'cp2', path: '/etc/kubernetes/manifests/etcd.yaml', actor: we }),
      },
    ],
    silent: [
      {
        name: 'once there is one',
        play: (stage) => {
          stage.snapshot();
          stage.install('cp1', 'kubeadm', to);
          apply(stage, 'cp1');
          stage.install('cp2', 'kubeadm', to);
        },
      },
      {
        name: 'one for each hop',
        play: (stage) => {
          stage.snapshot();
          stage.install('cp1', 'kubeadm', to);
          stage.snapshot();
          stage.emit({ type: 'file-changed', host: 'cp1', path: '/etc/apt/sources.list.d/kubernetes.list', actor: we });
          stage.install('cp1', 'kubeadm', '1.37.0');
        },
      },
      {
        name: 'a worker needs none',
        options: { before: controlPlanesUpgraded },
        play: (stage) => {
          stage.snapshot();
          stage.install('cp1', 'kubeadm', '1.36.4');
          stage.install('w1', 'kubeadm', to);
        },
      },
      {
        name: 'epochs and our own directory are no such writes',
        play: (stage) => {
          epoch(stage, 'cp1', 1, 1);
          stage.snapshot();
          stage.install('cp1', 'kubeadm', to);
        },
      },
    ],
  },
  7: {
    breaks: [
      {
        name: 'somebody else’s cordon is taken off',
        says: 'w1 was uncordoned, which we had not cordoned',
        play: (stage) => (stage.cordon('w1', person), stage.uncordon('w1')),
      },
      {
        name: 'one found at the beginning',
        options: { before: (stage) => (stage.fields('w1').spec.unschedulable = true) },
        says: 'which we had not cordoned',
        play: (stage) => stage.uncordon('w1'),
      },
      {
        name: 'the new kubelet is installed and does not run yet',
        options: { before: controlPlanesUpgraded },
        says: 'w1 was uncordoned though its kubelet runs 1.35.4, installed is 1.36.3',
        play: (stage) => {
          stage.cordon('w1');
          stage.install('w1', 'kubelet', to);
          stage.step('w1');
          stage.uncordon('w1');
        },
      },
      {
        name: 'the API server of the control plane is not back',
        says: 'cp1 was uncordoned though its kube-apiserver is stopped',
        play: (stage) => {
          stage.cordon('cp1');
          stage.stop('cp1', 'kube-apiserver', we);
          stage.step('cp1');
          stage.uncordon('cp1');
        },
      },
      ...(['known', 'unknown'] as const).map((exit) => ({
        name: `it went down, and was asked after that (${exit})`,
        says: 'w1 was uncordoned though it is down',
        play: (stage: Stage) => {
          stage.cordon('w1');
          stage.down('w1');
          stage.command('look at w1', { node: 'w1', effect: 'read', exit });
          stage.step('w1');
          stage.uncordon('w1');
        },
      })),
    ],
    silent: [
      {
        name: 'our own, and well',
        options: { before: controlPlanesUpgraded },
        play: (stage) => {
          stage.cordon('w1');
          stage.install('w1', 'kubelet', to);
          stage.stopKubelet('w1');
          stage.startKubelet('w1', to);
          stage.uncordon('w1');
        },
      },
      {
        name: 'it broke after the look',
        play: (stage) => {
          stage.cordon('cp1');
          stage.step('cp1');
          stage.stop('cp1', 'kube-apiserver', fault);
          stage.uncordon('cp1');
        },
      },
      {
        name: 'it went down between the last look of its verification and the next step',
        play: (stage) => {
          stage.cordon('w1');
          stage.step('w1');
          stage.read('w1');
          stage.down('w1');
          stage.step('w1');
          stage.uncordon('w1');
        },
      },
      {
        name: 'a person takes ours off',
        play: (stage) => {
          stage.cordon('w1');
          stage.uncordon('w1', person);
          stage.cordon('w2');
          stage.uncordon('w2');
        },
      },
    ],
  },
  8: {
    breaks: [
      {
        name: 'a hold is gone when the run has failed',
        says: 'w1: kubelet no longer held when the run ended (failed)',
        play: (stage) => (stage.hold('w1', 'kubelet', false), ended(stage, 'failed')),
      },
      {
        name: 'the unit that lifted it ended without putting it back',
        says: 'w1: kubeadm no longer held after the unit u1 had ended',
        play: (stage) => {
          stage.unit('w1', 'u1', 'started');
          stage.hold('w1', 'kubeadm', false);
          stage.unit('w1', 'u1', 'ended', we, 100);
        },
      },
      {
        name: 'more is held than was',
        options: { before: (stage) => (stage.host('w1').packages.get('kubectl')!.held = false) },
        says: 'w1: kubectl held when the run ended (done), and was not before',
        play: (stage) => (stage.hold('w1', 'kubectl', true), ended(stage, 'failed'), ended(stage, 'done')),
      },
      {
        name: 'repository and installed minor differ',
        options: { before: allUpgraded },
        says: 'cp1: the repository is that of 1.35, installed is 1.36.3',
        play: (stage) => {
          stage
            .host('cp1')
            .files.texts.set('/etc/apt/sources.list.d/kubernetes.list', 'deb https://mirror/v1.35/deb/ /');
          ended(stage, 'done');
        },
      },
    ],
    silent: [
      {
        name: 'held again inside the unit',
        play: (stage) => {
          stage.unit('w1', 'u1', 'started');
          stage.hold('w1', 'kubeadm', false);
          stage.hold('w1', 'kubeadm', true);
          stage.unit('w1', 'u1', 'ended', we, 100);
          ended(stage, 'failed');
        },
      },
      {
        name: 'the unit was killed: it owes until the next run has ended',
        play: (stage) => {
          stage.unit('w1', 'u1', 'started');
          stage.hold('w1', 'kubeadm', false);
          stage.unit('w1', 'u1', 'ended', fault);
          stage.note({ type: 'program-killed', program: 1 });
          stage.hold('w1', 'kubeadm', true);
          ended(stage, 'done');
        },
      },
      {
        name: 'a unit still runs there',
        play: (stage) => {
          stage.unit('w1', 'u1', 'started');
          stage.hold('w1', 'kubeadm', false);
          ended(stage, 'failed');
        },
      },
      {
        name: 'the host cannot be reached',
        play: (stage) => (stage.hold('w1', 'kubeadm', false), ended(stage, 'failed', ['w1'])),
      },
      {
        name: 'a person wanted it so',
        play: (stage) => (stage.hold('w1', 'kubeadm', false, person), ended(stage, 'done')),
      },
    ],
  },
  9: {
    breaks: [
      {
        name: 'the same write again',
        says: 'on w1 a command was repeated without a look',
        play: (stage) => {
          stage.command('sudo systemctl restart kubelet', { node: 'w1', exit: 'unknown' });
          stage.command('sudo systemctl restart kubelet', { node: 'w1' });
        },
      },
      {
        name: 'a look at another node is no look',
        says: 'repeated without a look',
        play: (stage) => {
          stage.command('apt-mark hold kubelet', { node: 'w1', exit: 'unknown' });
          stage.read('w2');
          stage.command('apt-mark hold kubelet', { node: 'w1' });
        },
      },
      {
        name: 'through another API server',
        says: 'on cp2 a command was repeated',
        play: (stage) => {
          stage.command('kubectl --server=https://10.0.0.1:6443 patch node w1', { exit: 'unknown' });
          stage.command('kubectl --server=https://10.0.0.2:6443 patch node w1', { node: 'cp2' });
        },
      },
      {
        name: 'what a killed program had sent, by the next',
        says: 'repeated without a look',
        play: (stage) => {
          stage.command('apt-mark hold kubelet', { node: 'w1', exit: 'none' });
          stage.note({ type: 'program-killed', program: 1 });
          second(stage);
          stage.command('apt-mark hold kubelet', { node: 'w1', program: 2 });
        },
      },
      {
        name: 'an answer to a question asked before',
        says: 'repeated without a look',
        play: (stage) => {
          stage.note({
            type: 'command-sent',
            program: 1,
            number: 900,
            node: 'w1',
            effect: 'read',
            line: 'x',
            actor: we,
          });
          stage.command('apt-mark hold kubelet', { node: 'w1', exit: 'unknown' });
          stage.note({ type: 'command-ended', program: 1, number: 900, exit: 'known' });
          stage.command('apt-mark hold kubelet', { node: 'w1' });
        },
      },
      {
        name: 'all that was asked in between is how to become root',
        says: 'repeated without a look',
        play: (stage) => {
          stage.command('apt-mark hold kubelet', { node: 'w1', exit: 'unknown' });
          const probe = { program: 1, number: 900, node: 'w1', effect: 'read', line: 'sudo -n -k', actor: we } as const;
          stage.note({ type: 'command-sent', ...probe, login: true });
          stage.note({ type: 'command-ended', program: 1, number: 900, exit: 'known' });
          stage.command('apt-mark hold kubelet', { node: 'w1' });
        },
      },
      {
        name: 'a detached one, by its line in the journal',
        says: 'kubeadm upgrade node',
        play: (stage) => {
          const line = 'kubeadm upgrade node';
          const entry = { address: 'a', node: 'w1' };
          stage.journal({ type: 'command-started', ...entry, id: 'x1', line, effect: 'write' });
          stage.command('systemd-run --unit=x1', { node: 'w1', exit: 'unknown' });
          stage.journal({ type: 'command-finished', ...entry, id: 'x1', exit: { kind: 'unknown' } });
          stage.journal({ type: 'command-started', ...entry, id: 'x2', line, effect: 'write' });
        },
      },
    ],
    silent: [
      {
        name: 'a node that cannot be dialled was sent nothing',
        play: (stage) => {
          const line = 'nodeops-beat 1';
          const entry = { address: 'lease', id: 'x1', node: 'w1' };
          stage.command('apt-mark hold kubelet', { node: 'w1' });
          stage.pass(1000);
          stage.journal({ type: 'command-started', ...entry, line, effect: 'write' });
          stage.journal({ type: 'command-finished', ...entry, exit: { kind: 'unknown' } });
          stage.journal({ type: 'command-started', ...entry, line, effect: 'write' });
        },
      },
      {
        name: 'after a look',
        play: (stage) => {
          stage.command('sudo systemctl restart kubelet', { node: 'w1', exit: 'unknown' });
          stage.read('w1');
          stage.command('sudo systemctl restart kubelet', { node: 'w1' });
        },
      },
      {
        name: 'who leads etcd was asked of another member',
        play: (stage) => {
          stage.command('sudo sh -c \'etcdctl "$@"\' sh move-leader 8e9e05c52164694d', {
            node: 'cp1',
            exit: 'unknown',
          });
          stage.read('cp2');
          stage.command('sudo sh -c \'etcdctl "$@"\' sh move-leader 8e9e05c52164694d', { node: 'cp1' });
        },
      },
      {
        name: 'its end was known',
        play: (stage) => {
          stage.command('kubectl patch', { exit: 'unknown' });
          stage.read('cp1');
          stage.command('kubectl patch', { exit: 'known' });
          stage.command('kubectl patch', { exit: 'known' });
        },
      },
      {
        name: 'the same line to another node',
        play: (stage) => {
          stage.command('apt-mark hold kubelet', { node: 'w1', exit: 'unknown' });
          stage.command('apt-mark hold kubelet', { node: 'w2' });
        },
      },
    ],
  },
  10: {
    breaks: [
      {
        name: 'a paused program goes on after the takeover',
        says: 'program 1 still wrote (package-changed (kubelet) on w1)',
        options: { before: controlPlanesUpgraded },
        play: (stage) => {
          epoch(stage, 'cp1', 1, 1);
          stage.cordon('w1');
          second(stage);
          for (const host of ['cp1', 'cp2', 'cp3', 'w1', 'w2']) epoch(stage, host, 2, 2);
          stage.install('w1', 'kubelet', to, we);
        },
      },
      {
        name: 'a new unit after its host was raised',
        says: 'unit u9 on w1',
        play: (stage) => {
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 1, 1);
          second(stage);
          for (const host of ['cp1', 'cp2', 'cp3', 'w1']) epoch(stage, host, 2, 2);
          stage.unit('w1', 'u9', 'started');
        },
      },
      {
        name: 'two programs take turns, and nobody raises an epoch',
        says: 'program 1 still wrote (w1 uncordoned)',
        play: (stage) => {
          stage.cordon('w1');
          second(stage);
          stage.unit('w1', 'u2', 'started', others);
          stage.uncordon('w1');
        },
      },
      {
        name: 'the cluster is taken from one that is at work',
        says: 'program 2 took the cluster from program 1, which was at work',
        play: (stage) => {
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 1, 1);
          stage.read('w1');
          second(stage);
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 2, 2);
        },
      },
      {
        name: 'a unit of the one before is not waited for',
        says: 'program 2 began the unit u2 on w1 while u1 of program 1 still ran there',
        play: (stage) => {
          for (const host of ['cp1', 'cp2', 'cp3', 'w1']) epoch(stage, host, 1, 1);
          stage.unit('w1', 'u1', 'started');
          stage.note({ type: 'program-killed', program: 1 });
          second(stage);
          for (const host of ['cp1', 'cp2', 'cp3', 'w1']) epoch(stage, host, 2, 2);
          stage.unit('w1', 'u2', 'started', others);
        },
      },
      {
        name: 'an epoch goes back',
        says: 'wrote epoch 1 on cp1, which had 2',
        play: (stage) => {
          epoch(stage, 'cp1', 2, 1);
          epoch(stage, 'cp1', 1, 2);
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 3, 1);
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 4, 2);
        },
      },
    ],
    silent: [
      {
        name: 'a unit of the one before is waited for',
        play: (stage) => {
          stage.snapshot();
          stage.unit('cp1', 'u1', 'started');
          second(stage);
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 1, 1);
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 2, 2);
          stage.install('cp1', 'kubeadm', to, we);
          stage.unit('cp1', 'u1', 'ended', we, 0);
          stage.unit('w1', 'u2', 'started', others);
        },
      },
      {
        name: 'before all are raised the rest is still the first one’s',
        play: (stage) => {
          for (const host of ['cp1', 'cp2', 'cp3', 'w1']) epoch(stage, host, 1, 1);
          second(stage);
          epoch(stage, 'cp1', 2, 2);
          stage.unit('w1', 'u1', 'started');
          epoch(stage, 'cp2', 2, 2);
          epoch(stage, 'cp3', 2, 2);
        },
      },
      {
        name: 'it was silent for long enough',
        play: (stage) => {
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 1, 1);
          stage.read('w1');
          second(stage);
          stage.pass(61_000);
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 2, 2);
        },
      },
      {
        name: 'it had released the cluster',
        play: (stage) => {
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 1, 1);
          stage.read('w1');
          const metadata = { name: 'nodeops', namespace: 'kube-system', uid: 'l', resourceVersion: '2' };
          const spec = { holderIdentity: '' };
          stage.put({ apiVersion: 'v1', kind: 'Lease', metadata: { ...metadata, creationTimestamp: '' }, spec });
          stage.emit({ type: 'object-changed', kind: 'Lease', namespace: 'kube-system', name: 'nodeops', actor: we });
          second(stage);
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 2, 2);
        },
      },
      {
        name: 'it takes the cluster back first',
        play: (stage) => {
          for (const host of ['cp1', 'cp2', 'cp3']) epoch(stage, host, 1, 1);
          for (const host of ['cp1', 'cp2', 'cp3', 'w1']) epoch(stage, host, 2, 2);
          for (const host of ['cp1', 'cp2', 'cp3', 'w1']) epoch(stage, host, 3, 1);
          stage.unit('w1', 'u1', 'started');
        },
      },
    ],
  },
  11: {
    breaks: [
      {
        name: 'a write that nobody announced',
        says: 'sent to w1 before it stood in the journal',
        play: (stage) => stage.command('apt-mark hold kubelet', { node: 'w1', announced: false }),
      },
      {
        name: 'announced for another node',
        says: 'sent to w2 before',
        play: (stage) => {
          stage.journal({ type: 'command-started', address: 'a', id: 'x', node: 'w1', line: 'l', effect: 'write' });
          stage.command('l', { node: 'w2', announced: false });
        },
      },
      {
        name: 'no end, and the run is over',
        says: 'the run ended, and its journal has no end of a command on w1: l',
        play: (stage) => {
          stage.command('l', { node: 'w1', exit: 'none' });
          ended(stage, 'failed');
        },
      },
      {
        name: 'no end, and the step is over',
        says: 'the step step on w1 ended',
        play: (stage) => {
          stage.command('l', { node: 'w1', exit: 'none' });
          stage.journal({ type: 'step-finished', address: 'step on w1' });
        },
      },
      {
        name: 'a secret in the journal',
        options: { wish: { secrets: ['correct horse'] } },
        says: 'a secret stands in a journal',
        play: (stage) => stage.command('echo correct horse', { announced: true }),
      },
      {
        name: 'a secret in the log',
        options: { wish: { secrets: ['correct horse'] } },
        says: 'a secret stands in a log: sudo ***',
        play: (stage) => {
          stage.command('sudo');
          stage.note({ type: 'text-shown', program: 1, where: 'log', text: 'sudo correct horse' });
        },
      },
    ],
    silent: [
      {
        name: 'announced, sent, ended',
        options: { wish: { secrets: ['correct horse'] } },
        play: (stage) => {
          stage.command('apt-mark hold kubelet', { node: 'w1' });
          stage.journal({ type: 'step-finished', address: 'step on w1' });
          ended(stage, 'done');
        },
      },
      {
        name: 'a killed program owes no end',
        play: (stage) => {
          stage.command('l', { node: 'w1', exit: 'none' });
          stage.note({ type: 'program-killed', program: 1 });
        },
      },
    ],
  },
  12: {
    breaks: [
      {
        name: 'a question changes a file',
        says: 'a read command changed /etc/apt/x on w1',
        play: (stage) =>
          stage.command('look', {
            node: 'w1',
            effect: 'read',
            actor: we,
            during: () => stage.host('w1').files.write('/etc/apt/x', '', we),
          }),
      },
      {
        name: 'scratch is left behind',
        says: 'a scratch command changed /tmp/s/x',
        play: (stage) =>
          stage.command('look', {
            node: 'w1',
            effect: 'scratch',
            actor: we,
            during: () => stage.host('w1').files.write('/tmp/s/x', '', we),
          }),
      },
      {
        name: 'scratch removes what was there',
        options: { before: (stage) => stage.host('w1').files.texts.set('/etc/x', '') },
        says: 'a scratch command changed /etc/x',
        play: (stage) =>
          stage.command('look', {
            node: 'w1',
            effect: 'scratch',
            actor: we,
            during: () => stage.host('w1').files.remove('/etc/x', we),
          }),
      },
      {
        name: 'a question changes the cluster',
        says: 'changed something (object-changed) from cp1',
        play: (stage) =>
          stage.command('kubectl patch', {
            effect: 'read',
            actor: we,
            during: () => stage.emit({ type: 'object-changed', kind: 'Node', namespace: '', name: 'w1', actor: we }),
          }),
      },
      {
        name: 'a dry run writes',
        says: 'program 2 may change nothing, and sent a write',
        play: (stage) => {
          stage.read('cp1');
          stage.note({ type: 'program-started', program: 2, changesNothing: true });
          stage.command('apt-mark hold kubelet', { program: 2, exit: 'none' });
        },
      },
    ],
    silent: [
      {
        name: 'scratch that is gone again',
        play: (stage) =>
          stage.command('look', {
            node: 'w1',
            effect: 'scratch',
            actor: we,
            during: () => {
              stage.host('w1').files.write('/tmp/s/x', '', we);
              stage.host('w1').files.remove('/tmp/s/x', we);
            },
          }),
      },
      {
        name: 'somebody else writes meanwhile',
        play: (stage) =>
          stage.command('look', {
            node: 'w1',
            effect: 'read',
            during: () => {
              stage.host('w1').files.write('/etc/apt/x', '', others);
              stage.emit({ type: 'object-changed', kind: 'Pod', namespace: '', name: 'p', actor: { kind: 'cluster' } });
            },
          }),
      },
    ],
  },
};

it('every invariant of the design has its cases', () => {
  expect(invariants.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(Object.keys(cases).map(Number)).toEqual(invariants.map(({ number }) => number));
});

const ofNumber = (stage: Stage, number: number) => stage.breaks.filter(({ invariant }) => invariant === number);

describe.each(invariants.map(({ number, title }) => ({ number, title })))('$number $title', ({ number }) => {
  const { breaks, silent } = cases[number] ?? { breaks: [], silent: [] };

  it.each(breaks)('is broken: $name', ({ options, play, says }) => {
    const stage = new Stage(options);
    play(stage);
    expect(
      ofNumber(stage, number)
        .map(({ what }) => what)
        .join('\n'),
    ).toContain(says);
    expect(stage.oracle.reached.get(number)).toBeGreaterThan(0);
  });

  it.each(silent)('is kept: $name', ({ options, play }) => {
    const stage = new Stage(options);
    play(stage);
    expect(ofNumber(stage, number)).toEqual([]);
  });

  it('was in danger in some case that keeps it', () => {
    const reached = silent.map(({ options, play }) => {
      const stage = new Stage(options);
      play(stage);
      return stage.oracle.reached.get(number) ?? 0;
    });
    expect(Math.max(...reached)).toBeGreaterThan(0);
  });
});

it('a cordon that only the Node object shows is seen, and one that is announced beside it counts once', () => {
  const stage = new Stage();
  const changed = (node: string): void =>
    stage.emit({ type: 'object-changed', kind: 'Node', namespace: '', name: node, actor: we });
  stage.fields('w1').spec.unschedulable = true;
  changed('w1');
  changed('w1');
  stage.emit({ type: 'cordoned', node: 'w1', actor: we });
  expect([...stage.oracle.history.cordons.keys()]).toEqual(['w1']);
  expect(stage.oracle.reached.get(3)).toBe(1);
  stage.fields('w1').spec.unschedulable = false;
  changed('w1');
  expect([...stage.oracle.history.cordons.keys()]).toEqual([]);
  expect(stage.oracle.reached.get(7)).toBe(1);
});
