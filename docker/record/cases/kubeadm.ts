import { detached, read, write } from '../../../src/commands/build.ts';
import { upgradeApply, upgradeNode, upgradePlan } from '../../../src/commands/kubeadm.ts';
import { parseVersion } from '../../../src/model/version.ts';
import type { Version } from '../../../src/model/version.ts';
import { asking, onControlPlane, type ByHand, type RecordCase } from './case.ts';

const options = { ignorePreflightErrors: ['SystemVerification'] };
const calmMs = 45_000;

const version = (text: string): Version => {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed;
};

const ignoring = '--ignore-preflight-errors=SystemVerification';
const apply =
  (...words: readonly string[]) =>
  () =>
    write(['kubeadm', 'upgrade', 'apply', ...words, '--yes', ignoring], { timeoutMs: 300_000 });

const questions: readonly RecordCase[] = [
  { name: 'kubeadm’s version', on: 'cp1', line: asking('kubeadm', 'version', '-o', 'short') },
  {
    name: 'images of a version',
    on: 'cp1',
    line: asking('kubeadm', 'config', 'images', 'list', '--kubernetes-version=vFROM_VERSION'),
  },
  { name: 'a subcommand that kubeadm does not have', on: 'cp1', line: asking('kubeadm', 'upgrade', 'nothing') },
  {
    name: 'a flag that kubeadm does not have',
    on: 'cp1',
    line: () => read(['kubeadm', 'upgrade', 'apply', 'vFROM_VERSION', '--nothing']),
  },
];

const refusals: readonly RecordCase[] = [
  {
    name: 'plan for a newer minor than kubeadm’s',
    on: 'cp1',
    unit: 'plan-1',
    line: ({ to }) => upgradePlan(version(to), options),
    patienceMs: 5000,
  },
  {
    name: 'plan for the version that is there',
    on: 'cp1',
    unit: 'plan-2',
    line: ({ from }) => upgradePlan(version(from), options),
    patienceMs: 5000,
  },
  { name: 'apply a newer minor than kubeadm’s', on: 'cp1', line: apply('vTO_VERSION'), patienceMs: 5000 },
  { name: 'apply two minors up', on: 'cp1', line: apply('v1.37.0'), patienceMs: 5000 },
  { name: 'apply two minors down', on: 'cp1', line: apply('v1.33.13'), patienceMs: 5000 },
  { name: 'apply what is no version', on: 'cp1', line: apply('nonsense'), patienceMs: 5000 },
  {
    name: 'upgrade of a worker by the kubeadm that is there',
    on: 'w1',
    unit: 'node-1',
    line: () => upgradeNode(options, {}),
    patienceMs: 5000,
  },
  {
    name: 'plan on a worker',
    on: 'w1',
    unit: 'plan-3',
    line: ({ from }) => upgradePlan(version(from), options),
    patienceMs: 5000,
  },
];

const list = '/etc/apt/sources.list.d/kubernetes.list';
const newKubeadm: ByHand = {
  on: 'cp1',
  script: `export DEBIAN_FRONTEND=noninteractive; sed -i s/v1.35/v1.36/ ${list}; apt-get update -qq; apt-get install -y -qq --allow-change-held-packages kubeadm=TO_VERSION-1.1; apt-mark hold kubeadm`,
};
const etcdDone = 'Component "etcd" upgraded successfully!';

const broken: readonly RecordCase[] = [
  {
    name: 'plan where every node is cordoned',
    on: 'cp1',
    prepare: [newKubeadm, onControlPlane('kubectl get nodes -o name | xargs -n 1 kubectl cordon')],
    unit: 'plan-4',
    line: ({ to }) => upgradePlan(version(to), options),
    restore: [onControlPlane('kubectl get nodes -o name | xargs -n 1 kubectl uncordon')],
    patienceMs: 5000,
  },
  { name: 'plan', on: 'cp1', unit: 'plan-5', line: ({ to }) => upgradePlan(version(to), options), patienceMs: 5000 },
  {
    name: 'apply that is killed once etcd is upgraded',
    on: 'cp1',
    unit: 'apply-1',
    line: ({ to }) => upgradeApply(version(to), options, {}),
    killedAt: { output: etcdDone },
    seen: `grep -q '${etcdDone}' /var/lib/nodeops/recording/apply-1/output`,
    patienceMs: calmMs,
  },
  {
    name: 'apply after that',
    on: 'cp1',
    unit: 'apply-2',
    line: ({ to }) => upgradeApply(version(to), options, {}),
    patienceMs: calmMs,
  },
  {
    name: 'plan for what was applied',
    on: 'cp1',
    unit: 'plan-6',
    line: ({ to }) => upgradePlan(version(to), options),
    patienceMs: 5000,
  },
  {
    name: 'apply two minors down by the newer kubeadm',
    on: 'cp1',
    unit: 'down-1',
    line: () => detached(['kubeadm', 'upgrade', 'apply', 'v1.34.4', '--yes', ignoring]),
    patienceMs: 5000,
  },
];

/** The last of all: they leave the control plane on the newer version. */
export const kubeadmCases: readonly RecordCase[] = [...questions, ...refusals, ...broken];
