import { create } from '../../../src/cli/commands/create.ts';
import { reset } from '../../../src/cli/commands/node-life.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { inventoryPath } from '../operations/operation.ts';
import { orResume, type Command } from '../or-resume.ts';
import type { CreateScenario } from './create-scenario.ts';
import { inventoryHead } from '../inventory-head.ts';

/** The DaemonSet that gives pods a network. */
export const networkName = 'pod-network';

const cniManifest = `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: ${networkName}
  namespace: kube-system
spec:
  selector: { matchLabels: { app: ${networkName} } }
  template:
    metadata: { labels: { app: ${networkName} } }
    spec:
      hostNetwork: true
      tolerations: [{ operator: Exists }]
      containers: [{ name: network, image: "registry.example/pod-network:1.4.2" }]
`;

/** Hosts here have control groups of version 1, which a kubelet from 1.35 on takes only if it is told to. */
const kubeletDocument = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
`;

const nodeLine = (scenario: CreateScenario, name: string, role: string): string => {
  const { labels, taints, refusal } = scenario;
  const [given, tainted] = [labels.get(name), taints.get(name)];
  return [
    `      - { name: ${name}, host: ${name}, role: ${role}`,
    ...(given === undefined ? [] : [`labels: ${JSON.stringify(given)}`]),
    ...(tainted === undefined ? [] : [`taints: ${JSON.stringify(tainted)}`]),
    ...(refusal?.what === 'address' && refusal.host === name ? ['address: 172.31.99.99'] : []),
  ].join(', ');
};

/** The inventory as an operator writes it, and the files that it names. */
export const createFiles = (world: World, scenario: CreateScenario): ReadonlyMap<string, string> => {
  const { name, from, hasCni, hasEndpoint, refusal } = scenario;
  const text = [
    ...inventoryHead,
    'clusters:',
    `  - name: ${name}`,
    `    version: ${from}`,
    '    create:',
    ...(hasEndpoint ? [`      endpoint: ${world.endpoint}`] : []),
    `      podSubnet: ${refusal?.what === 'network' ? '172.31.0.0/20' : '10.244.0.0/16'}`,
    '      configuration: kubelet.yaml',
    '    kubeadm: { ignorePreflightErrors: [SystemVerification] }',
    ...(hasCni
      ? [
          '    cni:',
          '      manifest: cni.yaml',
          `      health: [{ namespace: kube-system, resource: daemonset/${networkName} }]`,
        ]
      : []),
    '    nodes:',
    ...[...world.hosts.values()].map(({ name: node, role }) => `${nodeLine(scenario, node, role)} }`),
    '',
  ].join('\n');
  return new Map([
    [inventoryPath, text],
    ['/fleet/kubelet.yaml', kubeletDocument],
    ['/fleet/cni.yaml', cniManifest],
  ]);
};

const typed = ({ name }: CreateScenario, dryRun: boolean) => ({
  inventory: inventoryPath,
  cluster: [name],
  output: 'text' as const,
  ...(dryRun ? { dryRun } : { yes: true }),
});

/** `nodeops create`, or `nodeops resume last` at every second time where something was left. */
export const createCommand = (scenario: CreateScenario): Command =>
  orResume(scenario, (parts, dryRun) =>
    create(parts, { ...typed(scenario, dryRun), ...(scenario.hasCni ? {} : { cni: false }) }),
  );

/** `nodeops reset --cluster NAME`. */
export const resetCommand = (scenario: CreateScenario): Command =>
  orResume(scenario, (parts, dryRun) => reset(parts, typed(scenario, dryRun)));
