import { execa } from 'execa';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operatorDirectory, tell, type Surroundings } from './fake-parts.ts';

const head = 'apiVersion: nodeops/v1\nkind: Inventory\n';
const nodes = `nodes:
  - { name: cp1, host: 10.0.0.11, role: control-plane }
  - { name: w1, host: 10.0.0.21, role: worker }
`;
const fleet = `${head}clusters:
  - name: paris
    version: 1.36.3
    nodes:
      - { name: cp1, host: 10.0.0.11, role: control-plane }
      - { name: w1, host: 10.0.0.21, role: worker }
  - name: oslo
    nodes:
      - { name: cp9, host: 10.9.0.11, role: control-plane }
`;

const externalEtcd = `${head}${nodes}  - { name: e1, host: 10.0.0.31, role: etcd }\n`;

/** A playbook with one phase. */
const playbook = (on: string, ...steps: readonly string[]): string =>
  `apiVersion: nodeops/v1
kind: Playbook
name: mine
description: Mine.
parameters:
  words: { type: string }
  count: { type: number }
  sure: { type: boolean }
phases:
  - name: one
    on: ${on}
    steps:
${steps.map((line) => `      ${line}\n`).join('')}`;

/** A wave that is proved by a web server, which is asked with this header. */
const checking = (header: string): string => `${head}waves:
  - { name: all, selector: '!x', checks: [{ name: shop, http: { url: https://shop/, headers: { Authorization: ${header} } } }] }
clusters:
  - { name: paris, version: 1.36.3, nodes: [{ name: cp1, host: 10.0.0.11, role: control-plane }] }
`;

interface Case extends Surroundings {
  readonly what: string;
  readonly argv: readonly string[];
  /** The whole of stderr, but for its last line end. */
  readonly says: string;
}

/** Findings are counted in the end: how much is wrong, and that it did no harm. */
const counted = (findings: string): string => {
  const count = findings.split('\n').filter((line) => !line.startsWith(' ')).length;
  return `${findings}\nnodeops: ${count === 1 ? 'one problem' : `${count} problems`}, nothing was touched`;
};

/** An inventory alone: whatever it says is said by every command that takes one. */
const inventory = (what: string, text: string, says: string): Case => ({
  what,
  argv: ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes'],
  files: { 'prod.yaml': text },
  says: counted(says),
});

const upgrade = (what: string, argv: readonly string[], says: string): Case => ({
  what,
  argv: ['upgrade', '-i', 'prod.yaml', '--yes', ...argv],
  files: { 'prod.yaml': fleet },
  says,
});

const run = (what: string, text: string, argv: readonly string[], says: string): Case => ({
  what,
  argv: ['run', './mine.yaml', '-i', 'prod.yaml', '--yes', ...argv],
  files: { 'prod.yaml': fleet, 'mine.yaml': text },
  says,
});

const wrong = (what: string, text: string, says: string): Case => run(what, text, [], counted(says));

const shipped = (what: string, argv: readonly string[], says: string): Case => ({
  what,
  argv: ['run', 'upgrade', '-i', 'prod.yaml', '--yes', ...argv],
  files: { 'prod.yaml': fleet },
  says,
});

const plain = (what: string, argv: readonly string[], says: string): Case => ({
  what,
  argv,
  files: { 'prod.yaml': fleet },
  says,
});

const waves = `waves:
  - { name: dev, selector: environment=dev }
  - { name: prod, selector: environment=prod }
`;
const labelled = (dev: string, prod: string): string =>
  `${head}${waves}clusters:
  - { name: paris, labels: { ${dev} }, nodes: [{ name: cp1, host: 10.0.0.11, role: control-plane }] }
  - { name: oslo, labels: { ${prod} }, nodes: [{ name: cp9, host: 10.9.0.11, role: control-plane }] }
`;

const commands: readonly Case[] = [
  plain(
    'an unknown command',
    ['upgrad'],
    "error: unknown command 'upgrad'\n(Did you mean upgrade?)\n(see nodeops --help)",
  ),
  plain(
    'an unknown command that is near nothing',
    ['frobnicate'],
    "error: unknown command 'frobnicate'\n(see nodeops --help)",
  ),
  plain(
    'an unknown option',
    ['upgrade', '-i', 'prod.yaml', '--too', '1.36.3'],
    "error: unknown option '--too'\n(Did you mean --to?)\n(see nodeops --help)",
  ),
  plain(
    'an option without its value',
    ['upgrade', '-i', 'prod.yaml', '--to'],
    "error: option '--to <version>' argument missing\n(see nodeops --help)",
  ),
  plain(
    'a word too many',
    ['upgrade', 'paris', '-i', 'prod.yaml'],
    "error: too many arguments for 'upgrade'. Expected 0 arguments but got 1: paris.\n(see nodeops --help)",
  ),
  plain('no playbook', ['run', '-i', 'prod.yaml'], "error: missing required argument 'playbook'\n(see nodeops --help)"),
  plain(
    'an unknown format',
    ['plan', '-i', 'prod.yaml', '--output', 'xml'],
    "error: option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are text, json.\n(see nodeops --help)",
  ),
  plain(
    'an unknown role',
    ['plan', '-i', 'prod.yaml', '--only', 'masters'],
    "error: option '--only <role>' argument 'masters' is invalid. Allowed choices are control-plane, workers.\n(see nodeops --help)",
  ),
  plain(
    'an unknown step to explain',
    ['explain', 'drain-nod'],
    'nodeops: no step and no playbook is called drain-nod: did you mean "drain-node"?',
  ),
  plain(
    'a step to explain that is near nothing',
    ['explain', 'frobnicate'],
    'nodeops: no step and no playbook is called frobnicate: valid here: accept-kubelet-configuration, accept-runtime, add-etcd-learner, addon-compatibility, allow-etcd-downgrade, api-downtime, apply-addon, apply-manifest, apply-upgrade, apt-lock, backup-age, backup-of-cluster, backup-room, bare-host, certificates, cgroup-version, change-kubelet-configuration, claim-host, claim-new-host, clean-kubelet-flags, clock-skew, close-replacement, close-restore, compact-etcd, container-runtime, control-plane-takes-flags, copy-file, defragment-etcd, disarm-etcd, disk-space, drain-node, drain-prediction, endpoint-leads-here, etcd-health, etcd-host, etcd-image, etcd-of-cluster, etcd-on-control-planes, etcd-way-back, fetch-runtime, finish-control-plane, forget-join-secrets, forget-joins, free-host, give-back-node, hand-edits, hold-again, hold-packages, image-registry, initialise-cluster, install-packages, install-runtime, inventory-matches, join-host, join-node, keep-kubelet-configuration, keep-node-out, keep-restore-point, keep-runtime, kept-etcd, kubelet-file-as-written, kubelet-takes-configuration, kubelet-takes-flags, label-node, leave-etcd, lend-api-server, load-kubelet-configuration, lower-addons, mark-practice-ground, migrate-runtime-configuration, move-etcd-leader, newer-objects, node-identity, node-membership, nodes-ready, offer-packages, place-authorities, place-smoke-workload, plan-upgrade, practice-ground, practice-need, prepare-kernel, promote-etcd-member, prune-records, put-back-etcd, put-back-kubelet-files, put-back-manifests, ready-host, reboot-node, refresh-package-lists, removable-node, remove-etcd-member, remove-gone-nodes, remove-old-copies, remove-smoke-workload, remove-stuck, removed-apis, renew-certificates, renewable-certificates, replaceable-etcd-member, repository-key, rescue-etcd, reset-node, restart-certificate-users, restart-kubelet, restart-kubelet-after-restore, restart-runtime, restorable-etcd, restore-etcd-data, restore-point, restore-room, return-api-server, return-cri-socket, return-kubelet-configuration, run-after-cluster, run-after-node, run-backup-hook, run-before-cluster, run-before-node, run-command, run-practice-part, runtime-configuration, runtime-deprecations, runtime-package, runtime-room, runtime-suits-kubelet, same-cluster, save-etcd, save-node, save-objects, save-state, set-aside-etcd-data, snapshot-etcd, stage-images, stage-packages, stage-restore, start-container-runtime, start-etcd-member, start-first-kubelet, start-static-pods, stop-etcd-member, stop-static-pods, store-backup, supported-host, swap-etcd-data, switch-etcd-image, switch-package-repository, target-packages, test-restore, turn-off-swap, uncordon-node, upgrade-node, upgrade-os-packages, verify-backup-hooks, verify-cluster, verify-controllers, verify-etcd, verify-etcd-image, verify-etcd-member, verify-etcd-minor, verify-kubelet-configuration, verify-node, verify-other-control-planes, verify-recovered-pods, verify-restarted-node, verify-restored-cluster, verify-restored-etcd, verify-rollouts, verify-runtime, verify-served-certificates, verify-smoke-answers, version-way, way-back, way-back-packages, window, write-control-plane, write-kubelet-configuration, backup, certs-renew, cleanup, cordon, create, drain, drill-etcd-corrupted, drill-machine-lost, etcd-defrag, etcd-disarm, etcd-downgrade, etcd-replace-member, etcd-snapshot, etcd-upgrade, kubelet-config, node-add, node-forget, node-remove, os-patch, practice-allow, reboot, reset, restore-onto, restore-test, restore, rollback, runtime-upgrade, smoke, uncordon, upgrade',
  ),
  plain(
    'a playbook to explain that is not there',
    ['explain', './mine.yaml'],
    'nodeops: the playbook ./mine.yaml does not exist\n    shipped ones, named without a path: backup, certs-renew, cleanup, cordon, create, drain, drill-etcd-corrupted, drill-machine-lost, etcd-defrag, etcd-disarm, etcd-downgrade, etcd-replace-member, etcd-snapshot, etcd-upgrade, kubelet-config, node-add, node-forget, node-remove, os-patch, practice-allow, reboot, reset, restore-onto, restore-test, restore, rollback, runtime-upgrade, smoke, uncordon, upgrade',
  ),
  plain(
    'a step to explain that is another format',
    ['explain', 'drain-node', '--output', 'yaml'],
    "error: option '-o, --output <format>' argument 'yaml' is invalid. Allowed choices are text, json.\n(see nodeops --help)",
  ),
  plain(
    'nobody to ask',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3'],
    'nodeops: there is no terminal to ask at: say --yes to begin, or --dry-run to see the plan only',
  ),
  plain(
    'a wait that is no duration',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--wait-for-lock', 'soon'],
    'nodeops: --wait-for-lock soon: expected a duration such as 90s, 10m or 1h30m',
  ),
  plain(
    'an etcd upgrade to no image',
    ['etcd', 'upgrade', '-i', 'prod.yaml', '--yes'],
    'nodeops: to which image? Name it: --image registry.k8s.io/etcd:3.5.26-0',
  ),
  plain(
    'an etcd upgrade to what is no image of etcd',
    ['etcd', 'upgrade', '-i', 'prod.yaml', '--yes', '--image', 'etcd@sha256:0123'],
    'nodeops: --image etcd@sha256:0123: expected an image that kubeadm could name, REPOSITORY/etcd:VERSION, such as registry.k8s.io/etcd:3.5.26-0',
  ),
  plain(
    'a kubeconfig into two files',
    ['kubeconfig', 'paris', '-i', 'prod.yaml', '--merge', '--out', 'x'],
    'nodeops: --merge and --out: take one of them',
  ),
  plain(
    'a look that alerts after no time',
    ['status', '-i', 'prod.yaml', '--alert-after', 'soon'],
    'nodeops: --alert-after soon: expected a duration such as 90s, 10m or 1h30m',
  ),
  plain(
    'a cluster made without a network',
    ['create', '-i', 'prod.yaml', '--to', '1.36.3', '--yes'],
    'nodeops: paris (prod.yaml:4): no cni is named, and no node becomes Ready without a network for its pods\n    write cni: { manifest: FILE } for it; or say --no-cni where the hosts bring theirs',
  ),
  plain(
    'a cluster made with an old version',
    ['create', '-i', 'prod.yaml', '--to', '1.30.1', '--no-cni', '--yes'],
    'nodeops: paris: clusters are made from 1.31 on, not with 1.30.1',
  ),
  {
    ...plain(
      'a cluster of several control planes without an address in front of them',
      ['create', '-i', 'prod.yaml', '--to', '1.36.3', '--no-cni', '--yes'],
      'nodeops: cluster (prod.yaml:1): several control planes need one address in front of them\n    write create: { endpoint: HOST:6443 } for it: that of a load balancer, or a name that leads to all of them',
    ),
    files: { 'prod.yaml': `${head}${nodes}  - { name: cp2, host: 10.0.0.12, role: control-plane }\n` },
  },
  {
    ...plain(
      'a cluster made with etcd on hosts of its own',
      ['create', '-i', 'prod.yaml', '--to', '1.36.3', '--no-cni', '--yes'],
      'nodeops: cluster (prod.yaml:1): a cluster whose etcd has hosts of its own is not made by nodeops yet\n    make it with kubeadm (kubernetes.io, "Set up a High Availability etcd Cluster with kubeadm"); nodeops takes it over from there',
    ),
    files: { 'prod.yaml': externalEtcd },
  },
  plain(
    'an unknown node to add',
    ['node', 'add', 'w7', '-i', 'prod.yaml', '--yes'],
    'nodeops: there is no node "w7" in the inventory: did you mean "w1"?',
  ),
  plain(
    'nodes of two clusters at once',
    ['node', 'add', 'w1', 'cp9', '-i', 'prod.yaml', '--yes'],
    'nodeops: w1, cp9 are not nodes of one cluster: name those of one at a time',
  ),
  {
    ...plain(
      'a node that two clusters have',
      ['node', 'remove', 'w1', '-i', 'prod.yaml', '--yes'],
      'nodeops: several clusters have a node w1: name one with --cluster (paris, oslo)',
    ),
    files: { 'prod.yaml': `${fleet}      - { name: w1, host: 10.9.0.21, role: worker }\n` },
  },
  plain(
    'all control planes at once',
    ['node', 'add', 'cp1', '-i', 'prod.yaml', '--cluster', 'paris', '--yes'],
    'nodeops: cp1: no control plane of paris is left that they could join\n    a cluster is made with nodeops create',
  ),
  plain(
    'the only control plane to remove',
    ['node', 'remove', 'cp1', '-i', 'prod.yaml', '--cluster', 'paris', '--yes'],
    'nodeops: cp1 is the only control plane of paris: without it there is no cluster\n    add another one first: nodeops node add; or end the cluster: nodeops reset',
  ),
  plain(
    'two clusters to end',
    ['reset', '-i', 'prod.yaml', '--yes'],
    'nodeops: one cluster is ended at a time: name it with --cluster (paris, oslo)',
  ),
  plain(
    'a way to no version',
    ['versions', '-i', 'prod.yaml', '--to', '1.36'],
    'nodeops: --to 1.36 is not a Kubernetes version: write the patch as well, e.g. 1.36.3',
  ),
  plain(
    'versions of an unknown cluster',
    ['versions', '-i', 'prod.yaml', '--cluster', 'pariss'],
    'nodeops: there is no cluster "pariss" in the inventory\n    did you mean paris? clusters: paris, oslo',
  ),
  plain(
    'versions in another format',
    ['versions', '-i', 'prod.yaml', '--output', 'text'],
    "error: option '-o, --output <format>' argument 'text' is invalid. Allowed choices are table, json.\n(see nodeops --help)",
  ),
  plain(
    'events since no time and no run',
    ['events', '-i', 'prod.yaml', '--since', 'soon'],
    'nodeops: --since soon: expected a duration such as 90m, 2h or 3d, or a run: its id, the beginning of it, or last',
  ),
  plain(
    'events since a run that is not there',
    ['events', '-i', 'prod.yaml', '--since', 'last'],
    'nodeops: no run is recorded on this machine',
  ),
  plain(
    'a look back to a run that is not there',
    ['verify', '-i', 'prod.yaml', '--since', 'last'],
    'nodeops: no run is recorded on this machine',
  ),
  plain(
    'why a node that is none is not well',
    ['diagnose', '-i', 'prod.yaml', 'w7'],
    'nodeops: w7: no node of the chosen clusters, and no run (nodeops runs list); did you mean "w1"?',
  ),
  plain(
    'why a run that is not there stands still',
    ['diagnose', '-i', 'prod.yaml', 'last'],
    'nodeops: no run is recorded on this machine',
  ),
  plain(
    'a spare machine where there is none',
    ['status', '-i', 'prod.yaml', '--with-spare', 's1'],
    'nodeops: --with-spare s1: no machine of the inventory is spare',
  ),
  {
    ...plain(
      'a spare machine that is near one',
      ['status', '-i', 'prod.yaml', '--with-spare', 'spara'],
      'nodeops: --with-spare spara: no such machine is spare: did you mean "spare"?',
    ),
    files: { 'prod.yaml': `${head}${nodes}  - { name: spare, host: 10.0.0.31, role: worker, spare: true }\n` },
  },
  plain(
    'a surge without spare machines',
    ['upgrade', '-i', 'prod.yaml', '--cluster', 'paris', '--yes', '--strategy', 'surge', '--max-surge', '2'],
    'nodeops: --strategy surge: paris has no spare machine (prod.yaml:4)\n    mark 2 workers with `spare: true`, which is no node until then',
  ),
  plain(
    'a surge of nothing',
    ['upgrade', '-i', 'prod.yaml', '--cluster', 'paris', '--yes', '--strategy', 'surge', '--max-surge', '0'],
    'nodeops: --max-surge 0: write a number of machines from 1',
  ),
  plain(
    'so many machines for no surge',
    ['upgrade', '-i', 'prod.yaml', '--cluster', 'paris', '--yes', '--max-surge', '1'],
    'nodeops: --max-surge goes with --strategy surge',
  ),
  plain(
    'a surge of some nodes',
    ['upgrade', '-i', 'prod.yaml', '--yes', '--strategy', 'surge', '--limit', 'w1'],
    'nodeops: --limit and --strategy surge: take one of them',
  ),
  plain(
    'a surge of several clusters',
    ['upgrade', '-i', 'prod.yaml', '--yes', '--strategy', 'surge'],
    'nodeops: one cluster is upgraded with spare machines at a time: name it with --cluster (paris, oslo)',
  ),
  plain(
    'a disaster that there is not',
    ['drill', 'worker-loss', '-i', 'prod.yaml'],
    'nodeops: there is no disaster "worker-loss": did you mean "worker-lost"?',
  ),
  plain(
    'a node for a drill that only looks',
    ['drill', 'worker-lost', '-i', 'prod.yaml', '--node', 'w1'],
    'nodeops: --node goes with --execute: without it every node is looked at',
  ),
  plain(
    'a recovery plan in a folder that there is not',
    ['drill', '-i', 'prod.yaml', '--document', 'docs/plan.md'],
    'nodeops: --document docs/plan.md: there is no folder of that name; make it first',
  ),
  plain(
    'a recovery plan over another file',
    ['drill', '-i', 'prod.yaml', '--document', 'prod.yaml'],
    'nodeops: --document prod.yaml is there already, and not written by nodeops drill: name another file',
  ),
  plain(
    'a recovery plan that is a folder',
    ['drill', '-i', 'prod.yaml', '--document', '.'],
    'nodeops: --document . is a folder: name a file',
  ),
  plain(
    'a drill of nothing',
    ['drill', '-i', 'prod.yaml', '--execute'],
    'nodeops: --execute: say which disaster: nodeops drill worker-lost --execute',
  ),
  plain(
    'a drill that is written down',
    ['drill', 'worker-lost', '-i', 'prod.yaml', '--execute', '--document', 'plan.md'],
    'nodeops: --document and --execute: take one of them; what came of the drill is in the next document',
  ),
  plain(
    'a drill that nothing brings back',
    ['drill', 'volumes-lost', '-i', 'prod.yaml', '--cluster', 'paris', '--execute'],
    'nodeops: volumes-lost is not executed: nodeops does not know how the content of volumes is brought back\n    see what would be done: nodeops drill volumes-lost',
  ),
  plain(
    'a drill of the only control plane',
    ['drill', 'control-plane-lost', '-i', 'prod.yaml', '--cluster', 'paris', '--execute'],
    'nodeops: paris has 1 control plane(s): one of three or more can be lost and replaced\n    for the loss of all: nodeops reset, then nodeops restore --onto (docs/restore.md)',
  ),
  plain(
    'a drill of a node that is no worker',
    ['drill', 'worker-lost', '-i', 'prod.yaml', '--cluster', 'paris', '--execute', '--node', 'cp1'],
    'nodeops: worker-lost: cp1 is none of w1: name one with --node',
  ),
  plain(
    'a drill of etcd on one node',
    ['drill', 'etcd-corrupted', '-i', 'prod.yaml', '--cluster', 'paris', '--execute', '--node', 'cp1'],
    'nodeops: --node: etcd-corrupted breaks the data of every etcd member',
  ),
  plain(
    'events of an unknown cluster',
    ['events', '-i', 'prod.yaml', '--cluster', 'pariss'],
    'nodeops: there is no cluster "pariss" in the inventory\n    did you mean paris? clusters: paris, oslo',
  ),
  plain(
    'an unknown cluster to verify',
    ['verify', '-i', 'prod.yaml', '--cluster', 'pariss'],
    'nodeops: there is no cluster "pariss" in the inventory\n    did you mean paris? clusters: paris, oslo',
  ),
  plain(
    'a drain of no node',
    ['drain', '-i', 'prod.yaml'],
    "error: missing required argument 'node'\n(see nodeops --help)",
  ),
  plain(
    'a drain of an unknown node',
    ['drain', 'w7', '-i', 'prod.yaml', '--yes'],
    'nodeops: there is no node "w7" in the inventory\n    did you mean w1? nodes: cp1, w1, cp9',
  ),
  plain(
    'a restart that nobody is there to allow',
    ['reboot', 'w1', '-i', 'prod.yaml'],
    'nodeops: there is no terminal to ask at: say --yes to begin, or --dry-run to see the plan only',
  ),
  plain(
    'a restart at another time',
    ['os-patch', '-i', 'prod.yaml', '--yes', '--reboot', 'later'],
    "error: option '--reboot <when>' argument 'later' is invalid. Allowed choices are required, always, never.\n(see nodeops --help)",
  ),
  plain(
    'a package that is none',
    ['os-patch', '-i', 'prod.yaml', '--yes', '--exclude', 'Containerd 2'],
    'nodeops: --exclude Containerd 2: expected the name of a Debian package, such as containerd',
  ),
  plain(
    'a package that is none, in an upgrade',
    ['upgrade', '-i', 'prod.yaml', '--yes', '--to', '1.36.3', '--os-patch', '--exclude', 'nginx,', '--exclude', 'curl'],
    'nodeops: --exclude : expected the name of a Debian package, such as containerd',
  ),
  ...[['--reboot', 'never'], ['--security-only'], ['--exclude', 'nginx'], ['--maintenance', 'm1']].map((words) =>
    plain(
      `an upgrade of Kubernetes alone, with ${words[0]}`,
      ['upgrade', '-i', 'prod.yaml', '--yes', '--to', '1.36.3', ...words],
      `nodeops: ${words[0]} is about the packages of the operating system: add --os-patch`,
    ),
  ),
  plain(
    'hosts that are patched beneath their pods',
    ['upgrade', '-i', 'prod.yaml', '--yes', '--to', '1.36.3', '--os-patch', '--drain', 'minor-only'],
    'nodeops: --os-patch may restart a node, which is drained for it: leave --drain minor-only out, or upgrade without --os-patch',
  ),
  plain(
    'a maintenance that would be a path',
    ['upgrade', '-i', 'prod.yaml', '--yes', '--to', '1.36.3', '--os-patch', '--maintenance', '../x'],
    'nodeops: --maintenance "../x": expected letters, digits and hyphens',
  ),
  plain(
    'kubelets without a setting',
    ['kubelet', 'config', '-i', 'prod.yaml', '--yes'],
    'nodeops: which settings? Name them: --set maxPods=150, or --file PATCH.yaml; or write `kubelet: { configuration: … }` for paris (prod.yaml:4)',
  ),
  ...['maxPods', '=150', 'evictionHard.=1', '.maxPods=1'].map((word) =>
    plain(
      `a setting that is none: ${word}`,
      ['kubelet', 'config', '-i', 'prod.yaml', '--yes', '--set', word],
      `nodeops: --set ${word}: write name=value, such as maxPods=150 or 'evictionHard.memory\\.available=200Mi'; null takes a setting away`,
    ),
  ),
  plain(
    'a value that is no YAML',
    ['kubelet', 'config', '-i', 'prod.yaml', '--yes', '--set', 'clusterDNS=[10.0.0.10'],
    'nodeops: --set clusterDNS=[10.0.0.10: the value is no YAML: Flow sequence must end with a ] at line 1, column 11',
  ),
  ...(
    [
      ['staticPodPath', 'the control plane’s own pods are there'],
      ['cgroupDriver', 'it is the container runtime’s as well, and every pod has to be made anew'],
      ['containerRuntimeEndpoint', 'each node has its own, in /var/lib/kubelet/instance-config.yaml'],
      ['kind', 'kubeadm writes it'],
    ] as const
  ).map(([name, why]) =>
    plain(
      `a setting that takes nodes down: ${name}`,
      ['kubelet', 'config', '-i', 'prod.yaml', '--yes', '--set', `${name}=null`],
      `nodeops: ${name} is not changed here: ${why}`,
    ),
  ),
  {
    ...plain(
      'settings that are no map',
      ['kubelet', 'config', '-i', 'prod.yaml', '--yes', '--file', 'p.yaml'],
      'nodeops: --file p.yaml: expected a map of settings, such as maxPods: 150',
    ),
    files: { 'prod.yaml': fleet, 'p.yaml': '- maxPods\n' },
  },
  {
    ...plain(
      'a configuration of another program',
      ['kubelet', 'config', '-i', 'prod.yaml', '--yes', '--file', 'p.yaml'],
      'nodeops: --file p.yaml: expected a part of a KubeletConfiguration (kubelet.config.k8s.io/v1beta1), found KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1)',
    ),
    files: {
      'prod.yaml': fleet,
      'p.yaml': 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\n',
    },
  },
  {
    ...plain(
      'settings that are no YAML',
      ['kubelet', 'config', '-i', 'prod.yaml', '--yes', '--file', 'p.yaml'],
      'nodeops: --file p.yaml is no YAML: Nested mappings are not allowed in compact mappings at line 1, column 4',
    ),
    files: { 'prod.yaml': fleet, 'p.yaml': 'a: b: c\n' },
  },
  plain(
    'settings in a file that is not there',
    ['kubelet', 'config', '-i', 'prod.yaml', '--yes', '--file', 'p.yaml'],
    'nodeops: --file p.yaml does not exist',
  ),
  plain(
    'a step and a plan to explain',
    ['explain', 'drain-node', '--plan', 'friday.plan'],
    'nodeops: explain drain-node and --plan: take one of them',
  ),
  plain(
    'something stuck that is in no form',
    ['cleanup', 'db-0', '-i', 'prod.yaml', '--cluster', 'paris', '--yes'],
    'nodeops: cleanup "db-0": expected pod/NAMESPACE/NAME, RESOURCE/NAMESPACE/NAME, namespace/NAME, node/NAME or volumeattachment/NAME, or tmp/NODE\n    nodeops cleanup, without a name, shows what is stuck',
  ),
  plain(
    'copies on a node that there is not',
    ['cleanup', 'tmp/w2', '-i', 'prod.yaml', '--cluster', 'paris', '--yes'],
    'nodeops: cleanup tmp/w2: there is no node "w2": did you mean "w1"?',
  ),
  plain(
    'something stuck in two clusters',
    ['cleanup', 'namespace/old', '-i', 'prod.yaml', '--yes'],
    'nodeops: cleanup namespace/old: what is named is in one cluster: say which with --cluster (paris, oslo)',
  ),
  plain(
    'a runtime without a version',
    ['runtime', 'upgrade', '-i', 'prod.yaml', '--yes'],
    'nodeops: to which containerd? Name it with --to 2.1.5, or --to 2 for the newest that is offered',
  ),
  ...['latest', '2.1.5-1', '2.', '0', 'containerd=2', '2.1.5.1'].map((word) =>
    plain(
      `a version of containerd that is none: ${word}`,
      ['runtime', 'upgrade', '-i', 'prod.yaml', '--yes', '--to', word],
      `nodeops: --to ${word}: expected a version of containerd, such as 2.1.5, 2.1 or 2`,
    ),
  ),
  plain(
    'an image that is none',
    ['smoke', '-i', 'prod.yaml', '--yes', '--image', 'my image'],
    'nodeops: --image "my image": expected the name of an image, such as docker.io/library/nginx:1.29-alpine',
  ),
  plain(
    'a port that is none',
    ['smoke', '-i', 'prod.yaml', '--yes', '--port', '99999'],
    'nodeops: --port 99999: expected the port on which the image listens, from 1 to 65535',
  ),
  plain(
    'pages that lie nowhere',
    ['smoke', '-i', 'prod.yaml', '--yes', '--pages', 'html'],
    'nodeops: --pages "html": expected a path from / on, without blanks',
  ),
  plain(
    'a smoke test that nobody is there to allow',
    ['smoke', '-i', 'prod.yaml'],
    'nodeops: there is no terminal to ask at: say --yes to begin, or --dry-run to see the plan only',
  ),
  plain(
    'a task that is near one',
    ['practice', 'start', 'kubelet-stoped', '-i', 'prod.yaml', '--cluster', 'paris', '--yes'],
    'nodeops: no task is called kubelet-stoped: did you mean "kubelet-stopped"?\n    nodeops practice list shows them',
  ),
  plain(
    'a task in two clusters',
    ['practice', 'start', 'kubelet-stopped', '-i', 'prod.yaml', '--yes'],
    'nodeops: one cluster is practised on at a time: name it with --cluster (paris, oslo)',
  ),
  plain(
    'a task about a worker where there is none',
    ['practice', 'start', 'kubelet-stopped', '-i', 'prod.yaml', '--cluster', 'oslo', '--yes'],
    'nodeops: the task kubelet-stopped is about a worker, and oslo has none: take another task, or cluster',
  ),
  plain(
    'a task about a worker that is none',
    ['practice', 'start', 'kubelet-stopped', '-i', 'prod.yaml', '--cluster', 'paris', '--yes', '--worker', 'cp1'],
    'nodeops: cp1 is no worker of paris: its workers are w1',
  ),
  plain(
    'practice that nobody is there to allow by name',
    ['practice', 'allow', '-i', 'prod.yaml', '--yes', '--limit', 'paris'],
    "error: unknown option '--limit'\n(see nodeops --help)",
  ),
  {
    what: 'practice that nobody is there to allow',
    argv: ['practice', 'allow', '-i', 'prod.yaml', '--yes'],
    files: { 'prod.yaml': `${head}name: paris\n${nodes}` },
    says: 'nodeops: there is no terminal to type the name of paris at: say --yes --cluster paris to allow that tasks break it',
  },
  ...['allow', 'start kubelet-stopped', 'reset'].map((verb): Case => ({
    what: `practice ${verb} on a protected cluster`,
    argv: ['practice', ...verb.split(' '), '-i', 'prod.yaml', '--yes', '--reason', 'exam', '--confirm', 'paris'],
    files: { 'prod.yaml': `${head}name: paris\nprotected: true\noperators: [ana]\n${nodes}` },
    says: 'nodeops: paris is protected (prod.yaml:1): nothing is broken there on purpose\n    practise on another cluster, such as one of the lab (docs/lab.md)',
  })),
  {
    what: 'the playbook of a task on a protected cluster',
    argv: [
      'run',
      'practice-start-kubelet-stopped',
      '-i',
      'prod.yaml',
      '--yes',
      '--reason',
      'exam',
      '--confirm',
      'paris',
      '--set',
      'node=w1',
      '--set',
      'worker=w1',
      '--set',
      'controlPlane=cp1',
    ],
    files: { 'prod.yaml': `${head}name: paris\nprotected: true\noperators: [ana]\n${nodes}` },
    says: 'nodeops: paris is protected (prod.yaml:1): nothing is broken there on purpose\n    practise on another cluster, such as one of the lab (docs/lab.md)',
  },
  plain(
    'kubectl without a verb',
    ['kubectl', '-i', 'prod.yaml'],
    'nodeops: kubectl needs a verb: nodeops kubectl -- get pods -n kube-system',
  ),
  plain(
    'kubectl with a flag first',
    ['kubectl', '-i', 'prod.yaml', '--', '-n', 'get', 'delete', 'pod', 'x'],
    'nodeops: -n: the verb comes first: nodeops kubectl -- get pods -n kube-system',
  ),
  plain(
    'kubectl that writes, unasked',
    ['kubectl', '-i', 'prod.yaml', '--', 'delete', 'pod', 'x'],
    'nodeops: kubectl delete may change the cluster: say --write before the -- to do it\n    without it: get, describe, logs, top, version, api-resources, api-versions, explain, diff, events, cluster-info, auth can-i, auth whoami, rollout status, rollout history',
  ),
  plain(
    'kubectl at a terminal',
    ['kubectl', '-i', 'prod.yaml', '--write', '--', 'edit', 'cm', 'x'],
    'nodeops: kubectl edit needs a terminal, or a connection that stays\n    use kubectl itself: nodeops kubeconfig CLUSTER --merge',
  ),
  plain(
    'kubectl of another server',
    ['kubectl', '-i', 'prod.yaml', '--', 'get', 'pods', '--context=x'],
    'nodeops: --context=x: nodeops itself says which API server kubectl asks, and as whom\n    choose clusters with --cluster NAME, before the --',
  ),
  plain(
    'kubectl without an end',
    ['kubectl', '-i', 'prod.yaml', '--', 'logs', '-f', 'x'],
    'nodeops: logs -f does not end: what it says is shown once it has\n    use kubectl itself: nodeops kubeconfig CLUSTER --merge',
  ),
  plain(
    'kubectl with a file of this machine',
    ['kubectl', '-i', 'prod.yaml', '--write', '--', 'apply', '-f', 'x.yaml'],
    "nodeops: -f x.yaml: kubectl runs on a control plane, where this machine's files are not\n    give the file on standard input: nodeops kubectl … -- apply -f - < FILE",
  ),
  plain(
    'kubectl with a secret on its command line',
    ['kubectl', '-i', 'prod.yaml', '--write', '--', 'create', 'secret', 'generic', 'x', '--from-literal=a=b'],
    'nodeops: kubectl create secret --from-literal: a secret does not belong on a command line, which is journalled\n    give it on standard input: nodeops kubectl … --write -- apply -f - < FILE',
  ),
  plain(
    'a maintenance by hand whose name leads elsewhere',
    ['run', 'reboot', '-i', 'prod.yaml', '--yes', '--set', 'maintenance=../x'],
    'nodeops: the playbook does not give reboot-node what it needs: maintenance: expected letters, digits and hyphens\n    write it under `with:` of the step, or declare it under `parameters:` and give it with --set',
  ),
  plain(
    'certificates to renew within no age',
    ['certs', 'renew', '-i', 'prod.yaml', '--yes', '--within', 'soon'],
    'nodeops: --within soon: expected an age such as 30d, 8w or 36h',
  ),
  plain(
    'certificates to renew, some and all',
    ['certs', 'renew', '-i', 'prod.yaml', '--yes', '--within', '30d', '--all'],
    'nodeops: --within and --all: take one of them',
  ),
  plain(
    'a selector that is none',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '-l', 'a>b'],
    "nodeops: --selector 'a>b' is no label selector: write one as kubectl takes it, such as 'environment=prod,region in (eu-west,eu-central)'",
  ),
  plain(
    'a selector that no cluster meets',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '-l', 'a=b'],
    'nodeops: no cluster has the labels a=b\n    none of them has labels',
  ),
  plain(
    'a share that is none',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--shard', '4/3'],
    'nodeops: --shard 4/3 is no share of the clusters: write --shard 1/3, 2/3 or 3/3',
  ),
  plain(
    'a share without clusters',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--shard', '2/7'],
    'nodeops: --shard 2/7: none of the 2 clusters falls to it\n    they fall to 1, 7',
  ),
  plain(
    'a fact that there is not',
    ['facts', '-i', 'prod.yaml', '--fact', 'disk-spce'],
    'nodeops: --fact disk-spce: there is no such fact; did you mean "disk-space"?',
  ),
  plain(
    'a wave where there are none',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--wave', 'prod'],
    'nodeops: --wave prod: the inventory declares no waves',
  ),
  plain(
    'no clusters at once',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--parallel', '0'],
    'nodeops: --parallel 0: write a number of clusters from 1',
  ),
  plain(
    'a wave to let begin where there are none',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--promote', 'prod'],
    'nodeops: --promote prod: the inventory declares no waves for the chosen clusters',
  ),
  {
    what: 'a wave to end before that is none',
    argv: ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--hold', 'prud'],
    files: { 'prod.yaml': labelled('environment: dev', 'environment: prod') },
    says: 'nodeops: --hold prud: none of the chosen clusters is in a wave of that name; did you mean "prod"?',
  },
  plain(
    'a daemon for clusters without a window',
    ['daemon', '-i', 'prod.yaml'],
    'nodeops: none of the chosen clusters has a `window:`: nothing says when they may be worked on\n    write one, e.g. window: { cron: "0 1 * * SAT", duration: 4h, timezone: Europe/Paris }',
  ),
  plain(
    'metrics where nothing listens',
    ['daemon', '-i', 'prod.yaml', '--metrics-listen', '9810'],
    'nodeops: --metrics-listen 9810: write an address and a port, such as 127.0.0.1:9810',
  ),
  plain(
    'metrics in a file that nobody reads',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--metrics-file', 'metrics.txt'],
    'nodeops: --metrics-file metrics.txt: node_exporter reads files that end in .prom',
  ),
  plain(
    'metrics in no folder',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--metrics-file', 'nowhere/a.prom'],
    'nodeops: --metrics-file nowhere/a.prom: there is no such folder',
  ),
  {
    what: 'metrics in a folder',
    argv: ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--metrics-file', 'a.prom'],
    files: { 'prod.yaml': fleet, 'a.prom/': '' },
    says: 'nodeops: --metrics-file a.prom is a folder: name a file in it',
  },
  plain(
    'a daemon for no clusters',
    ['daemon', '--once'],
    'nodeops: which clusters? Name the inventory: --inventory FILE, or set NODEOPS_INVENTORY',
  ),
  {
    what: 'a check whose secret is not in the environment',
    argv: ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes'],
    files: { 'prod.yaml': checking('{ env: SHOP }') },
    says: 'nodeops: $SHOP is not set; prod.yaml:4: the check shop of the wave all names it',
  },
  {
    what: 'a check whose secret is no header',
    argv: ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes'],
    files: { 'prod.yaml': checking('{ env: SHOP }') },
    env: { SHOP: 'a\nb' },
    says: 'nodeops: $SHOP holds more than one line: a header takes one (the check shop)',
  },
  plain(
    'certificates to look for within no age',
    ['certs', 'check', '-i', 'prod.yaml', '--within', '0d'],
    'nodeops: --within 0d: expected an age such as 30d, 8w or 36h',
  ),
  plain(
    'an endpoint of a cluster that stays where it is',
    ['restore', '-i', 'prod.yaml', '--cluster', 'paris', '--endpoint', '10.0.0.5:6443', '--yes'],
    'nodeops: --endpoint goes with --onto FILE: elsewhere the cluster keeps the one that it has',
  ),
  plain(
    'an endpoint without a port',
    ['restore', '--onto', 'prod.yaml', '--cluster', 'paris', '--endpoint', 'api.paris.example', '--yes'],
    'nodeops: --endpoint "api.paris.example": expected a host and a port, such as 10.0.0.5:6443 or api.paris.example:6443',
  ),
  plain(
    'a port that is none',
    ['restore', '--onto', 'prod.yaml', '--cluster', 'paris', '--endpoint', '10.0.0.5:99999', '--yes'],
    'nodeops: --endpoint "10.0.0.5:99999": expected a host and a port, such as 10.0.0.5:6443 or api.paris.example:6443',
  ),
  plain(
    'a cluster moved once more',
    ['restore', '--onto', 'prod.yaml', '--cluster', 'paris', '--again', '--yes'],
    'nodeops: --again does not go with --onto: hosts that carry the cluster by now are restored with nodeops restore --inventory prod.yaml --again',
  ),
  plain(
    'a member to replace without its node',
    ['etcd', 'replace-member', '-i', 'prod.yaml', '--yes'],
    "error: missing required argument 'node'\n(see nodeops --help)",
  ),
  plain(
    'a member of a node that is none',
    ['etcd', 'replace-member', 'cp2', '-i', 'prod.yaml', '--yes'],
    'nodeops: there is no node "cp2" in the chosen clusters: did you mean "cp1"?',
  ),
  plain(
    'a member of a worker',
    ['etcd', 'replace-member', 'w1', '-i', 'prod.yaml', '--yes'],
    'nodeops: w1 is a worker, and has no member of etcd: valid here: cp1',
  ),
  {
    ...plain(
      'a member of external etcd',
      ['etcd', 'replace-member', 'e1', '-i', 'prod.yaml', '--yes'],
      'nodeops: the etcd of cluster runs on hosts of its own (e1): members in kubeadm\'s static pods are replaced, no others\n    by hand: etcd.io, Runtime reconfiguration, "Replace a failed machine"',
    ),
    files: { 'prod.yaml': externalEtcd },
  },
  plain(
    'the only member',
    ['etcd', 'replace-member', 'cp1', '-i', 'prod.yaml', '--yes'],
    'nodeops: cp1 is the only control plane of paris: with its member all of etcd is lost\n    restore it from a backup: nodeops restore last',
  ),
  {
    ...plain(
      'a node of several clusters',
      ['etcd', 'replace-member', 'cp1', '-i', 'prod.yaml', '--yes'],
      'nodeops: several clusters have a node cp1: name one with --cluster (paris, oslo)',
    ),
    files: { 'prod.yaml': fleet.replace('name: cp9', 'name: cp1') },
  },
  plain(
    'a replacement by hand whose name is none',
    [
      'run',
      'etcd-replace-member',
      '-i',
      'prod.yaml',
      '--cluster',
      'paris',
      '--yes',
      '--set',
      'node=cp1',
      '--set',
      'replacement=x',
    ],
    'nodeops: the playbook does not give replaceable-etcd-member what it needs: replacement: expected the number of a replacement and the ID of the lost member, such as 1-8e9e05c52164694d\n    write it under `with:` of the step, or declare it under `parameters:` and give it with --set',
  ),
  plain(
    'a replacement by hand on a node that is none',
    [
      'run',
      'etcd-replace-member',
      '-i',
      'prod.yaml',
      '--cluster',
      'paris',
      '--yes',
      '--set',
      'node=cp7',
      '--set',
      'replacement=1-0',
    ],
    'nodeops: the parameter node "cp7" names no node of paris: did you mean "cp1"?',
  ),
  plain(
    'a time for nodes that is no duration',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--node-timeout', '10'],
    'nodeops: --node-timeout 10: expected a duration such as 90s, 10m or 1h30m',
  ),
  plain(
    'a window that is ignored without a reason',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--ignore-window'],
    "nodeops: --ignore-window: say why, for the journal: --ignore-window --reason 'CHG-4711: the disk fails'",
  ),
  plain(
    'a window that is ignored without a reason, in a dry run',
    [
      'rollback',
      '-i',
      'prod.yaml',
      '--cluster',
      'paris',
      '--to',
      '1.35.4',
      '--dry-run',
      '--ignore-window',
      '--reason',
      ' ',
    ],
    "nodeops: --ignore-window: say why, for the journal: --ignore-window --reason 'CHG-4711: the disk fails'",
  ),
  plain(
    'a longest outage that is no duration',
    ['upgrade', '-i', 'prod.yaml', '--to', '1.36.3', '--yes', '--max-api-downtime', '30'],
    'nodeops: --max-api-downtime 30: expected a duration such as 90s, 10m or 1h30m',
  ),
  plain(
    'a lock that is broken without a reason',
    ['lock', 'break', '-i', 'prod.yaml', '--cluster', 'paris', '--yes'],
    "nodeops: why? The lease keeps it for whoever looks next: --reason 'laptop lost'",
  ),
  plain(
    'a lock that is broken for no reason at all',
    ['lock', 'break', '-i', 'prod.yaml', '--cluster', 'paris', '--yes', '--reason', ' '],
    "nodeops: why? The lease keeps it for whoever looks next: --reason 'laptop lost'",
  ),
  plain(
    'a snapshot into a folder that is not there',
    ['etcd', 'snapshot', '-i', 'prod.yaml', '--yes', '--out', 'nowhere'],
    'nodeops: --out nowhere: there is no folder of that name; make it first',
  ),
  plain(
    'a backup without a place',
    ['backup', '-i', 'prod.yaml', '--cluster', 'paris', '--yes'],
    'nodeops: where are backups of paris? Write `backup: { to: … }` into the inventory (prod.yaml:4), or give --to',
  ),
  plain(
    'backups of nowhere to list',
    ['backup', 'list', '-i', 'prod.yaml', '--cluster', 'paris'],
    'nodeops: where are backups of paris? Write `backup: { to: … }` into the inventory (prod.yaml:4), or give --to',
  ),
  plain(
    'a place that is none',
    ['backup', '-i', 'prod.yaml', '--yes', '--to', 'ftp://attic/x'],
    'nodeops: --to ftp://attic/x: expected a directory, ssh://user@host:port/directory or s3://bucket/prefix',
  ),
  plain(
    'a secret key that is not there',
    ['backup', 'verify', '-i', 'prod.yaml', '--to', '/backup', '--identity', 'key.txt'],
    'nodeops: --identity key.txt does not exist',
  ),
  plain(
    'a backup to restore whose name is none',
    ['restore', 'yesterday', '-i', 'prod.yaml', '--cluster', 'paris', '--from', '/backup', '--yes'],
    'nodeops: "yesterday" is no name of a backup: expected one such as 2026-11-21-235810-875f, or last\n    nodeops backup list shows them',
  ),
  plain(
    'a restore without a place',
    ['restore', 'last', '-i', 'prod.yaml', '--cluster', 'paris', '--yes'],
    'nodeops: where are backups of paris? Write `backup: { to: … }` into the inventory (prod.yaml:4), or give --from',
  ),
  plain(
    'a restore that nobody confirms',
    ['restore', 'last', '-i', 'prod.yaml', '--cluster', 'paris', '--from', '/backup'],
    'nodeops: there is no terminal to type the name of paris at: say --yes --cluster paris to begin, or --dry-run to see the plan only',
  ),
  plain(
    'a restore of all clusters at once',
    ['restore', 'last', '-i', 'prod.yaml', '--from', '/backup', '--yes'],
    'nodeops: one cluster is restored at a time: name it with --cluster (paris, oslo)',
  ),
  plain(
    'a lock that is broken with nobody to ask',
    ['lock', 'break', '-i', 'prod.yaml', '--cluster', 'paris', '--reason', 'x'],
    'nodeops: there is no terminal to ask at: say --yes to break the lock',
  ),
  plain(
    'the locks of all clusters at once',
    ['lock', 'break', '-i', 'prod.yaml', '--reason', 'x', '--yes'],
    'nodeops: the lock of which cluster? Name one: --cluster NAME',
  ),
];

const selections: readonly Case[] = [
  plain(
    'no inventory to upgrade',
    ['upgrade', '--to', '1.36.3', '--yes'],
    'nodeops: which clusters? Name the inventory: --inventory FILE, or set NODEOPS_INVENTORY',
  ),
  plain(
    'no inventory to plan',
    ['plan', '--to', '1.36.3'],
    'nodeops: which clusters? Name the inventory: --inventory FILE, or set NODEOPS_INVENTORY',
  ),
  plain(
    'no inventory to run on',
    ['run', 'upgrade'],
    'nodeops: which clusters? Name the inventory: --inventory FILE, or set NODEOPS_INVENTORY',
  ),
  plain(
    'no inventory to look at',
    ['facts'],
    'nodeops: which clusters? Name the inventory: --inventory FILE, or set NODEOPS_INVENTORY',
  ),
  plain(
    'no inventory to validate',
    ['inventory', 'validate'],
    'nodeops: which clusters? Name the inventory: --inventory FILE, or set NODEOPS_INVENTORY',
  ),
  plain(
    'an inventory that is not there',
    ['upgrade', '-i', 'prd.yaml', '--yes'],
    'nodeops: the inventory prd.yaml does not exist\n    name another with --inventory FILE, or begin with the example in docs/inventory.md',
  ),
  {
    ...plain(
      'an inventory that is a directory',
      ['facts', '-i', 'd'],
      'nodeops: the inventory d is a directory without a file that ends in .yaml or .yml',
    ),
    files: { 'd/': '' },
  },
  {
    ...plain(
      'files without a cluster',
      ['facts', '-i', 'a.yaml', '-i', 'b.yaml'],
      'nodeops: the inventory a.yaml,b.yaml has no cluster in any of its files\n    docs/inventory.md has an example',
    ),
    files: { 'a.yaml': head, 'b.yaml': `${head}defaults: {}\n` },
  },
  {
    ...plain(
      'a cluster and defaults that stand in two files of a directory',
      ['inventory', 'show', '-i', 'd', '--resolved'],
      counted(
        'd/b.yml:3:1: defaults: defaults of the inventory are in d/a.yaml:3 already\n    what all clusters share stands in one file\nd/b.yml:5:11: clusters[0].name: the cluster name "paris" is already used on d/a.yaml:5',
      ),
    ),
    files: {
      'd/a.yaml': `${head}defaults: {}\nclusters:\n  - name: paris\n    nodes: [{ name: cp1, host: a, role: control-plane }]\n`,
      'd/b.yml': `${head}defaults: {}\nclusters:\n  - name: paris\n    nodes: [{ name: cp1, host: b, role: control-plane }]\n`,
    },
  },
  plain(
    'an unknown cluster to show',
    ['inventory', 'show', '-i', 'prod.yaml', '--cluster', 'pariss'],
    'nodeops: there is no cluster "pariss" in the inventory\n    did you mean paris? clusters: paris, oslo',
  ),
  plain(
    'a form to show it in that there is none of',
    ['inventory', 'show', '-i', 'prod.yaml', '-o', 'xml'],
    "error: option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are text, json, yaml.\n(see nodeops --help)",
  ),
  upgrade(
    'an unknown cluster',
    ['--cluster', 'pariss'],
    'nodeops: there is no cluster "pariss" in the inventory\n    did you mean paris? clusters: paris, oslo',
  ),
  upgrade(
    'an unknown cluster that is near nothing',
    ['--cluster', 'tokyo'],
    'nodeops: there is no cluster "tokyo" in the inventory\n    clusters: paris, oslo',
  ),
  upgrade(
    'an unknown node',
    ['--limit', 'w7'],
    'nodeops: there is no node "w7" in the inventory\n    did you mean w1? nodes: cp1, w1, cp9',
  ),
  {
    ...upgrade(
      'a host of etcd',
      ['--limit', 'e1'],
      'nodeops: e1 is a host of etcd in cluster, and no node that could be chosen: the etcd of a cluster is looked after as a whole\n    nodes: cp1, w1',
    ),
    files: { 'prod.yaml': externalEtcd },
  },
  upgrade(
    'a node of another cluster',
    ['--cluster', 'oslo', '--limit', 'w1'],
    'nodeops: there is no node "w1" in the chosen clusters\n    nodes: cp9',
  ),
  upgrade(
    '--limit and --only with nothing in common',
    ['--limit', 'w1', '--only', 'control-plane'],
    'nodeops: no node is left: --limit and --only name nothing in common\n    leave one of them out',
  ),
  upgrade(
    '--only with nothing in the cluster',
    ['--cluster', 'oslo', '--only', 'workers'],
    'nodeops: no node is left: the chosen clusters have nothing for --only workers',
  ),
  upgrade(
    'no version anywhere',
    ['--cluster', 'oslo'],
    'nodeops: to which version? Name it with --to 1.36.3, or write `version:` for oslo (prod.yaml:9)',
  ),
];

const versions: readonly Case[] = [
  upgrade(
    '--to "1.36"',
    ['--to', '1.36'],
    'nodeops: --to 1.36 is not a Kubernetes version: write the patch as well, e.g. 1.36.3',
  ),
  upgrade(
    '--to "v1.36"',
    ['--to', 'v1.36'],
    'nodeops: --to v1.36 is not a Kubernetes version: write the patch as well, e.g. 1.36.3',
  ),
  upgrade(
    '--to "1"',
    ['--to', '1'],
    'nodeops: --to 1 is not a Kubernetes version: write all three numbers, e.g. 1.36.3',
  ),
  upgrade('--to "abc"', ['--to', 'abc'], 'nodeops: --to abc is not a Kubernetes version: write one such as 1.36.3'),
  upgrade(
    '--to "1.36.3+build"',
    ['--to', '1.36.3+build'],
    'nodeops: --to 1.36.3+build is not a Kubernetes version: did you mean 1.36.3?',
  ),
  upgrade(
    '--to "=1.36.3"',
    ['--to', '=1.36.3'],
    'nodeops: --to =1.36.3 is not a Kubernetes version: did you mean 1.36.3?',
  ),
  upgrade(
    '--to "vv1.36.3"',
    ['--to', 'vv1.36.3'],
    'nodeops: --to vv1.36.3 is not a Kubernetes version: did you mean 1.36.3?',
  ),
  upgrade(
    '--to " 1.36.3"',
    ['--to', ' 1.36.3'],
    "nodeops: --to ' 1.36.3' is not a Kubernetes version: did you mean 1.36.3?",
  ),
  upgrade(
    '--to "01.36.3"',
    ['--to', '01.36.3'],
    'nodeops: --to 01.36.3 is not a Kubernetes version: write one such as 1.36.3',
  ),
  upgrade(
    '--to "1.36.3-1.1"',
    ['--to', '1.36.3-1.1'],
    'nodeops: --to 1.36.3-1.1 is not a Kubernetes version: did you mean 1.36.3?',
  ),
  upgrade(
    '--to "2.0.0"',
    ['--to', '2.0.0'],
    'nodeops: --to 2.0.0 is not a Kubernetes version: write one such as 1.36.3',
  ),
  upgrade('--to ""', ['--to', ''], "nodeops: --to '' is not a Kubernetes version: write one such as 1.36.3"),
];

const lab = (settings: string, name = 'lab-{{ index }}', host = '10.9.{{ index }}.11'): string =>
  `${head}clusters:\n  - name: ${name}\n    ${settings}\n    nodes: [{ name: cp1, host: '${host}', role: control-plane }]\n`;

const layered = (layers: string, oslo: string): string =>
  `${head}${layers}\n${labelled('environment: prod', oslo).slice(head.length + waves.length)}`;

const generatedAndLayered: readonly Case[] = [
  inventory(
    'a layer that no cluster has',
    layered('environments: { prod: {}, prdo: {} }', 'environment: prod'),
    'prod.yaml:3:27: environments.prdo: no cluster has the label environment=prdo\n    did you mean "prod"?',
  ),
  inventory(
    'a cluster without the label of layers',
    layered('environments: { prod: {} }', ''),
    'prod.yaml:6:19: clusters[1].labels: the cluster "oslo" has no label "environment", and the inventory has environments\n    give it one of prod',
  ),
  inventory(
    'a cluster of a layer that is not there',
    layered('environments: { prod: {} }', 'environment: prdo'),
    'prod.yaml:6:42: clusters[1].labels.environment: nothing under environments is called "prdo"\n    did you mean "prod"?; where it needs nothing of its own: environments: { prdo: {} }',
  ),
  inventory(
    'a key in a layer that is a cluster’s own',
    layered('environments: { prod: { addons: [] } }', 'environment: prod'),
    'prod.yaml:3:25: environments.prod.addons: unknown key\n    valid here: version, protected, window, operators, ssh, become, kubeadm, kubelet, drain, apt, workers, backup, compatibility, maxApiDowntime, maxEvictions, create, webhooks, hooks',
  ),
  inventory(
    'a limit of a label that no cluster has',
    layered('limits: { perLabel: { region: 2 } }', 'environment: prod'),
    'prod.yaml:3:23: limits.perLabel.region: no cluster has a label "region"\n    valid here: environment',
  ),
  inventory(
    'a count that is too high',
    lab('count: 1000'),
    'prod.yaml:5:12: clusters[0].count: expected a number of clusters from 1 to 100, found 1000',
  ),
  inventory(
    'one name for all copies',
    lab('count: 2', 'lab'),
    'prod.yaml:4:11: clusters[0].name: every copy of this cluster would have the same name\n    write "lab-{{ index }}"',
  ),
  inventory(
    'a protected cluster with a count',
    lab('count: 2\n    protected: true'),
    'prod.yaml:6:16: clusters[0].protected: a generated cluster cannot be protected: count is for labs\n    write a cluster that is worth protecting out, with its own hosts',
  ),
  inventory(
    'an unknown placeholder',
    lab('count: 2', 'lab-{{ index }}', '10.9.{{ i }}.11'),
    'prod.yaml:6:32: clusters[0].nodes[0].host: nothing is called {{ i }}\n    only {{ index }} is known: 1 in the first copy',
  ),
  inventory(
    'a placeholder without a count',
    lab('version: 1.36.3', 'lab-{{ index }}', '10.9.0.11'),
    'prod.yaml:4:11: clusters[0].name: {{ index }} has no meaning here: this cluster has no count\n    write `count: 3` beside its name',
  ),
  inventory(
    'a placeholder where none is replaced',
    lab("count: 2\n    version: '1.36.{{ index }}'"),
    'prod.yaml:6:14: clusters[0].version: no placeholder is replaced here\n    only in name, host, address, port, endpoint',
  ),
];

const inventories: readonly Case[] = [
  ...generatedAndLayered,
  inventory(
    'an empty file',
    '',
    'prod.yaml:1:1: the inventory is empty\n    begin with `apiVersion: nodeops/v1` and `kind: Inventory`; docs/inventory.md has an example',
  ),
  {
    ...inventory(
      'a configuration for kubeadm that holds something else',
      `${head}create: { configuration: kubeadm.yaml }\n${nodes}`,
      'prod.yaml:3:26: create.configuration: the configuration /here/kubeadm.yaml holds a Pod: expected InitConfiguration, ClusterConfiguration, KubeletConfiguration, KubeProxyConfiguration',
    ),
    files: {
      'prod.yaml': `${head}create: { configuration: kubeadm.yaml }\n${nodes}`,
      'kubeadm.yaml': 'apiVersion: v1\nkind: Pod\n',
    },
  },
  {
    ...inventory(
      'a configuration for kubeadm with a secret',
      `${head}create: { configuration: kubeadm.yaml }\n${nodes}`,
      'prod.yaml:3:26: create.configuration: the configuration /here/kubeadm.yaml gives certificateKey, a secret: leave it out, nodeops makes one that is short-lived',
    ),
    files: {
      'prod.yaml': `${head}create: { configuration: kubeadm.yaml }\n${nodes}`,
      'kubeadm.yaml': 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\ncertificateKey: abc\n',
    },
  },
  inventory(
    'only comments',
    '# nothing yet\n',
    'prod.yaml:1:1: the inventory is empty\n    begin with `apiVersion: nodeops/v1` and `kind: Inventory`; docs/inventory.md has an example',
  ),
  inventory(
    'no map',
    '- paris\n',
    'prod.yaml:1:1: expected a map at the top\n    begin with `apiVersion: nodeops/v1` and `kind: Inventory`; docs/inventory.md has an example',
  ),
  inventory(
    'YAML that is none',
    `${head}nodes: [\n`,
    'prod.yaml:4:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ),
  inventory(
    'a tab',
    `${head}nodes:\n\t- name: cp1\n`,
    'prod.yaml:4:1: a tab is used as indentation\n    YAML is indented with spaces',
  ),
  inventory(
    'a playbook in its place',
    playbook('workers', '- uses: restart-kubelet'),
    'prod.yaml:1:1: nodes: missing; expected a list with at least one node\nprod.yaml:2:7: kind: expected Inventory, found "Playbook"\nprod.yaml:4:1: description: unknown key\n    valid here: apiVersion, kind, defaults, name, labels, version, protected, window, operators, ssh, become, kubeadm, kubelet, drain, apt, workers, backup, compatibility, maxApiDowntime, maxEvictions, create, webhooks, hooks, probes, cni, addons, nodes\nprod.yaml:5:1: parameters: unknown key\n    valid here: apiVersion, kind, defaults, name, labels, version, protected, window, operators, ssh, become, kubeadm, kubelet, drain, apt, workers, backup, compatibility, maxApiDowntime, maxEvictions, create, webhooks, hooks, probes, cni, addons, nodes\nprod.yaml:9:1: phases: unknown key\n    valid here: apiVersion, kind, defaults, name, labels, version, protected, window, operators, ssh, become, kubeadm, kubelet, drain, apt, workers, backup, compatibility, maxApiDowntime, maxEvictions, create, webhooks, hooks, probes, cni, addons, nodes',
  ),
  inventory('no apiVersion', 'kind: Inventory\n' + nodes, 'prod.yaml:1:1: apiVersion: missing; expected nodeops/v1'),
  inventory(
    'an unknown key',
    `${head}verison: 1.36.3\n${nodes}`,
    'prod.yaml:3:1: verison: unknown key\n    did you mean "version"?',
  ),
  inventory(
    'an unknown key that is near nothing',
    `${head}colour: blue\n${nodes}`,
    'prod.yaml:3:1: colour: unknown key\n    valid here: apiVersion, kind, defaults, name, labels, version, protected, window, operators, ssh, become, kubeadm, kubelet, drain, apt, workers, backup, compatibility, maxApiDowntime, maxEvictions, create, webhooks, hooks, probes, cni, addons, nodes',
  ),
  inventory(
    'a range of versions that is none',
    `${head}compatibility:\n  - name: calico\n    image: "*/calico/node"\n    kubernetes: { ">=3.32": "1.33 to 1.36" }\n${nodes}`,
    'prod.yaml:6:29: compatibility[0].kubernetes[">=3.32"]: expected a range of Kubernetes versions, e.g. "1.32 - 1.35", found "1.33 to 1.36"',
  ),
  inventory(
    'a secret header that is written out',
    checking('abc'),
    'prod.yaml:4:111: waves[0].checks[0].http.headers.Authorization: expected { env: NAME }, found a value written out (not shown)\n    a secret is never written in an inventory: name the variable that holds it',
  ),
  inventory(
    'a key twice',
    `${head}version: 1.36.3\nversion: 1.35.4\n${nodes}`,
    'prod.yaml:4:1: this key is already used in the same map\n    keep one of the two',
  ),
  inventory(
    'a node name twice',
    `${head}${nodes}  - { name: w1, host: 10.0.0.22, role: worker }\n`,
    'prod.yaml:6:13: nodes[2].name: the node name "w1" is already used on line 5',
  ),
  inventory(
    'a wave name twice',
    `${head}waves: [{ name: a, selector: "!b" }, { name: a, selector: b }]\nclusters: [{ name: paris, ${nodes.replace('\n', ' ').replace('nodes:', 'nodes: [').replaceAll(/ +- /g, '').replaceAll('}\n', '},')}] }]\n`,
    'prod.yaml:3:46: waves[1].name: the wave name "a" is already used on line 3',
  ),
  inventory(
    'a cluster in no wave',
    labelled('environment: dev', 'environment: test'),
    'prod.yaml:8:19: clusters[1].labels: the cluster "oslo" is in no wave\n    label it so that one selects it: environment=dev; environment=prod',
  ),
  inventory(
    'a cluster in two waves',
    labelled('environment: dev', 'environment: prod').replace('selector: environment=prod', 'selector: environment'),
    'prod.yaml:5:29: waves[1].selector: the cluster "paris" is in the wave "prod" and in "dev" on line 4\n    a cluster goes with one wave: make one of the selectors narrower',
  ),
  inventory(
    'a hook name twice',
    `${head}backup:\n  application:\n    - { name: a, command: [b] }\n    - { name: a, command: [b] }\n${nodes}`,
    'prod.yaml:6:15: backup.application[1].name: the hook name "a" is already used on line 5',
  ),
  inventory(
    'a hook on a node that there is not',
    `${head}backup:\n  application:\n    - { name: a, command: [b], on: cp2 }\n${nodes}`,
    'prod.yaml:5:36: backup.application[0].on: no node of cluster "cluster" is called "cp2"\n    did you mean "cp1"?',
  ),
  inventory(
    'a host twice',
    `${head}${nodes}  - { name: w2, host: 10.0.0.21, role: worker }\n`,
    'prod.yaml:6:23: nodes[2].host: 10.0.0.21:22 is already the address of cluster/w1 (line 5)',
  ),
  inventory(
    'a host twice, in two clusters',
    fleet.replace('10.9.0.11', '10.0.0.11'),
    'prod.yaml:11:28: clusters[1].nodes[0].host: 10.0.0.11:22 is already the address of paris/cp1 (line 7)',
  ),
  inventory(
    'a cluster name twice',
    fleet.replace('oslo', 'paris'),
    'prod.yaml:9:11: clusters[1].name: the cluster name "paris" is already used on line 4',
  ),
  inventory(
    'no control plane',
    `${head}nodes:\n  - { name: w1, host: 10.0.0.21, role: worker }\n`,
    'prod.yaml:3:1: nodes: cluster "cluster" has no control plane\n    give at least one node `role: control-plane`',
  ),
  inventory(
    'no nodes',
    `${head}nodes: []\n`,
    'prod.yaml:3:8: nodes: expected a list with at least one node, found an empty list',
  ),
  inventory(
    'an unknown role',
    `${head}${nodes.replace('role: worker', 'role: wroker')}`,
    'prod.yaml:5:40: nodes[1].role: expected control-plane, worker or etcd, found "wroker"\n    did you mean "worker"?',
  ),
  inventory(
    'no host',
    `${head}${nodes.replace('host: 10.0.0.21, ', '')}`,
    'prod.yaml:5:5: nodes[1].host: missing; expected a host name or an IP address',
  ),
  inventory(
    'a duration without its unit',
    `${head}drain: { timeout: 600 }\n${nodes}`,
    'prod.yaml:3:19: drain.timeout: expected a duration such as 90s, 10m or 1h30m, found 600\n    add a unit, e.g. 600s',
  ),
  inventory(
    'no duration',
    `${head}drain: { timeout: soon }\n${nodes}`,
    'prod.yaml:3:19: drain.timeout: expected a duration such as 90s, 10m or 1h30m, found "soon"',
  ),
  inventory(
    'a percentage above all',
    `${head}workers: { maxUnavailable: "150%" }\n${nodes}`,
    'prod.yaml:3:28: workers.maxUnavailable: expected a number of workers, or a share such as "25%", found "150%"\n    at most "100%"',
  ),
  inventory(
    'no percentage',
    `${head}workers: { maxUnavailable: half }\n${nodes}`,
    'prod.yaml:3:28: workers.maxUnavailable: expected a number of workers, or a share such as "25%", found "half"',
  ),
  inventory(
    'nobody at once, and nobody instead',
    `${head}name: paris\nworkers: { maxUnavailable: 0 }\n${nodes}`,
    'prod.yaml:4:28: workers.maxUnavailable: no worker of cluster "paris" may be out of service, and none is spare\n    mark a worker with `spare: true`, or let one be out: maxUnavailable: 1',
  ),
  inventory(
    'a spare control plane',
    `${head}${nodes}  - { name: cp2, host: 10.0.0.12, role: control-plane, spare: true }\n`,
    'prod.yaml:6:63: nodes[2].spare: only a worker can be spare\n    leave it out, or write `role: worker`',
  ),
  inventory(
    'a password written out',
    `${head}ssh: { user: ops, password: hunter2 }\n${nodes}`,
    'prod.yaml:3:29: ssh.password: expected { env: NAME } or { prompt: true }, found a value written out (not shown)\n    a secret is never written in an inventory; write password: { env: SSH_PASSWORD }',
  ),
  inventory(
    'a password of sudo written out',
    `${head}become: { method: sudo, password: hunter2 }\n${nodes}`,
    'prod.yaml:3:35: become.password: expected { env: NAME } or { prompt: true }, found a value written out (not shown)\n    a secret is never written in an inventory; write password: { env: SUDO_PASSWORD }',
  ),
  inventory(
    'a manifest that is not there',
    `${head}addons: [{ name: x, manifest: ./x.yaml }]\n${nodes}`,
    'prod.yaml:3:31: addons[0].manifest: the manifest /here/x.yaml does not exist',
  ),
  inventory(
    'an environment variable that is not set',
    `${head}ssh: { user: "\${OPS_USER}" }\n${nodes}`,
    'prod.yaml:3:14: ssh.user: the environment variable OPS_USER is not set\n    export OPS_USER=…',
  ),
  inventory(
    'a place for backups that is none',
    `${head}backup: { to: "ftp://attic" }\n${nodes}`,
    'prod.yaml:3:15: backup.to: expected a directory, ssh://user@host:port/directory or s3://bucket/prefix, found "ftp://attic"',
  ),
  inventory(
    'a secret key where a public one belongs',
    `${head}backup: { age: { recipients: [AGE-SECRET-KEY-1XYZ] } }\n${nodes}`,
    'prod.yaml:3:31: backup.age.recipients[0]: expected a public key of age: age1…, found "AGE-SECRET-KEY-1XYZ"\n    this is a secret key: write the public one (age-keygen -y FILE), and make a new pair, for this file may have been read',
  ),
  inventory(
    'version: 1.36',
    `${head}version: 1.36\n${nodes}`,
    'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "1.36"\n    write the patch as well, e.g. 1.36.3',
  ),
  inventory(
    'version: abc',
    `${head}version: abc\n${nodes}`,
    'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "abc"',
  ),
  inventory(
    'version: 1.36.3+build',
    `${head}version: 1.36.3+build\n${nodes}`,
    'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "1.36.3+build"\n    did you mean 1.36.3?',
  ),
  inventory(
    'version: =1.36.3',
    `${head}version: =1.36.3\n${nodes}`,
    'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "=1.36.3"\n    did you mean 1.36.3?',
  ),
  inventory(
    'version: vv1.36.3',
    `${head}version: vv1.36.3\n${nodes}`,
    'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "vv1.36.3"\n    did you mean 1.36.3?',
  ),
  inventory(
    'version: 1.36.3-1.1',
    `${head}version: 1.36.3-1.1\n${nodes}`,
    'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "1.36.3-1.1"\n    did you mean 1.36.3?',
  ),
  inventory(
    'version: 2.0.0',
    `${head}version: 2.0.0\n${nodes}`,
    'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "2.0.0"',
  ),
  inventory(
    'several problems',
    `${head}version: 1.36\n${nodes.replace('role: worker', 'role: wroker')}`,
    'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "1.36"\n    write the patch as well, e.g. 1.36.3\nprod.yaml:6:40: nodes[1].role: expected control-plane, worker or etcd, found "wroker"\n    did you mean "worker"?',
  ),
];

const ok = '- uses: restart-kubelet';
const playbooks: readonly Case[] = [
  plain(
    'an unknown playbook',
    ['run', 'upgrad', '-i', 'prod.yaml'],
    'nodeops: no playbook is called upgrad: did you mean "upgrade"?\n    a file is given by its path: ./upgrad.yaml',
  ),
  plain(
    'an unknown playbook that is near nothing',
    ['run', 'frobnicate', '-i', 'prod.yaml'],
    'nodeops: no playbook is called frobnicate: valid here: backup, certs-renew, cleanup, cordon, create, drain, drill-etcd-corrupted, drill-machine-lost, etcd-defrag, etcd-disarm, etcd-downgrade, etcd-replace-member, etcd-snapshot, etcd-upgrade, kubelet-config, node-add, node-forget, node-remove, os-patch, practice-allow, reboot, reset, restore-onto, restore-test, restore, rollback, runtime-upgrade, smoke, uncordon, upgrade\n    a file is given by its path: ./frobnicate.yaml',
  ),
  plain(
    'a playbook that is not there',
    ['run', './x.yaml', '-i', 'prod.yaml'],
    'nodeops: the playbook ./x.yaml does not exist\n    shipped ones, named without a path: backup, certs-renew, cleanup, cordon, create, drain, drill-etcd-corrupted, drill-machine-lost, etcd-defrag, etcd-disarm, etcd-downgrade, etcd-replace-member, etcd-snapshot, etcd-upgrade, kubelet-config, node-add, node-forget, node-remove, os-patch, practice-allow, reboot, reset, restore-onto, restore-test, restore, rollback, runtime-upgrade, smoke, uncordon, upgrade',
  ),
  {
    ...plain(
      'a playbook that is a directory',
      ['run', './d', '-i', 'prod.yaml'],
      'nodeops: the playbook ./d is a directory\n    shipped ones, named without a path: backup, certs-renew, cleanup, cordon, create, drain, drill-etcd-corrupted, drill-machine-lost, etcd-defrag, etcd-disarm, etcd-downgrade, etcd-replace-member, etcd-snapshot, etcd-upgrade, kubelet-config, node-add, node-forget, node-remove, os-patch, practice-allow, reboot, reset, restore-onto, restore-test, restore, rollback, runtime-upgrade, smoke, uncordon, upgrade',
    ),
    files: { 'prod.yaml': fleet, 'd/': '' },
  },
  wrong('an empty file', '', './mine.yaml:1:1: expected a playbook, found nothing'),
  wrong(
    'YAML that is none',
    'phases: [\n',
    './mine.yaml:2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ),
  wrong(
    'an inventory in its place',
    fleet,
    './mine.yaml:1:1: name: missing; expected lower-case letters, digits and hyphens\n./mine.yaml:1:1: description: missing; expected what the playbook does, in a sentence\n./mine.yaml:1:1: phases: missing; expected a list of phases\n./mine.yaml:2:7: kind: expected Playbook, found "Inventory"\n./mine.yaml:3:1: clusters: unknown key\n    valid here: apiVersion, kind, name, description, mode, parameters, hops, hooks, phases',
  ),
  wrong(
    'an unknown key',
    `${playbook('workers', ok)}phase: []\n`,
    './mine.yaml:14:1: phase: unknown key\n    did you mean "phases"?',
  ),
  wrong(
    'an unknown target',
    playbook('worker', ok),
    './mine.yaml:11:9: phases[0].on: expected every-node, first-control-plane, other-control-planes, control-planes, etcd-members, etcd-hosts, workers, named-node, cluster, found "worker"',
  ),
  wrong(
    'an unknown step',
    playbook('workers', '- uses: restart-kublet'),
    './mine.yaml:13:15: phases[0].steps[0].uses: no step is called "restart-kublet"\n    did you mean "restart-kubelet"?',
  ),
  wrong(
    'an unknown parameter of a step',
    playbook('workers', '- uses: install-packages', '  with: { package: [kubeadm] }'),
    './mine.yaml:14:17: phases[0].steps[0].with.package: install-packages has no parameter "package"\n    did you mean "packages"?',
  ),
  wrong(
    'a parameter of a step that takes none',
    playbook('workers', ok, '  with: { force: true }'),
    './mine.yaml:14:17: phases[0].steps[0].with.force: restart-kubelet has no parameter "force"\n    it takes none',
  ),
  wrong(
    'a parameter of a step of another type',
    playbook('workers', '- uses: install-packages', '  with: { packages: kubeadm }'),
    './mine.yaml:14:27: phases[0].steps[0].with.packages: expected array, found "kubeadm"',
  ),
  wrong(
    'an unknown bracket',
    playbook('workers', '- within: draind', '  steps: [{ uses: restart-kubelet }]'),
    './mine.yaml:13:17: phases[0].steps[0].within: no bracket is called "draind"\n    did you mean "drained"?',
  ),
  wrong(
    'a step about a node in a phase about the cluster',
    playbook('cluster', ok),
    './mine.yaml:13:15: phases[0].steps[0].uses: restart-kubelet is about a node, and this phase is `on: cluster`',
  ),
  wrong(
    'a bracket in a phase about the cluster',
    playbook('cluster', '- within: drained', '  steps: [{ uses: verify-rollouts }]'),
    './mine.yaml:13:17: phases[0].steps[0].within: the bracket drained is about a node, and this phase is `on: cluster`',
  ),
  wrong(
    'a when: about what nobody knows',
    playbook('workers', ok, '  when: node.os.idd == "debian" && node.kublet == "1"'),
    './mine.yaml:14:15: phases[0].steps[0].when: nothing is called node.os.idd; nothing is called node.kublet\n    did you mean "node.os.id"?; did you mean "node.kubelet"?',
  ),
  wrong(
    'a when: that compares what cannot be compared',
    playbook('workers', ok, '  when: node.os.id == 12'),
    './mine.yaml:14:15: phases[0].steps[0].when: no such overload: string == int',
  ),
  wrong(
    'a when: that is no expression',
    playbook('workers', ok, '  when: node.os.id = "debian"'),
    './mine.yaml:14:15: phases[0].steps[0].when: is no expression: Unexpected character: =\n    e.g. node.role == "worker" && node.cgroup == 1',
  ),
  wrong(
    'a when: that is neither true nor false',
    playbook('workers', ok, '  when: node.os.id'),
    './mine.yaml:14:15: phases[0].steps[0].when: expected true or false, found string\n    compare it: node.os.id == "debian"',
  ),
  wrong(
    'a when: about a whole',
    playbook('workers', ok, '  when: node.os == "debian"'),
    './mine.yaml:14:15: phases[0].steps[0].when: node.os is no value by itself\n    valid here: node.os.id, node.os.version',
  ),
  wrong(
    'a when: about a node in a phase about the cluster',
    playbook('cluster', '- uses: nodes-ready', '  when: node.role == "worker"'),
    './mine.yaml:14:15: phases[0].steps[0].when: node.role is about a node, and this phase is `on: cluster`',
  ),
  wrong(
    'a when: about a parameter that the playbook does not have',
    playbook('workers', ok, '  when: parameters.cuont > 2'),
    './mine.yaml:14:15: phases[0].steps[0].when: the playbook has no parameter "cuont"\n    did you mean "count"?',
  ),
  wrong(
    'a when: about a parameter that may be missing',
    playbook('workers', '- within: drained', '  when: parameters.sure', '  steps: [{ uses: restart-kubelet }]'),
    './mine.yaml:14:15: phases[0].steps[0].when: the parameter sure may be missing\n    give it `default:`, or `required: true`',
  ),
  wrong(
    'a default of another type',
    playbook('workers', ok).replace('{ type: number }', '{ type: number, default: many }'),
    './mine.yaml:7:35: parameters.count.default: expected a number, found "many"',
  ),
  wrong(
    'a default of what has to be given',
    playbook('workers', ok).replace('{ type: number }', '{ type: number, required: true, default: 1 }'),
    './mine.yaml:7:51: parameters.count.default: it has to be given anyway: leave out `required`, or this',
  ),
  wrong(
    'a file that is not there',
    playbook('workers', '- uses: copy-file', '  with: { from: none.conf, path: /etc/none.conf }'),
    './mine.yaml:14:23: phases[0].steps[0].with.from: the file none.conf does not exist',
  ),
  {
    ...wrong(
      'a file that is no text, and a content beside a file',
      playbook(
        'workers',
        '- uses: copy-file',
        '  with: { from: binary, path: /etc/none.conf }',
        '- uses: copy-file',
        '  with: { from: mine.yaml, content: a, path: /etc/none.conf }',
        '- uses: copy-file',
        '  with: { from: here/, path: etc/none.conf, mode: 0644 }',
      ),
      [
        './mine.yaml:14:23: phases[0].steps[0].with.from: the file binary is no text in UTF-8',
        './mine.yaml:16:23: phases[0].steps[1].with.from: from and content say the same thing: leave one of them out',
        './mine.yaml:18:23: phases[0].steps[2].with.from: the file here/ is a directory',
        './mine.yaml:18:36: phases[0].steps[2].with.path: expected the whole path of a file, without // or .., not below /var/lib/nodeops, found "etc/none.conf"',
        './mine.yaml:18:57: phases[0].steps[2].with.mode: expected a mode in quotes such as "0644", found 0644\n    put it in quotes: "0644"',
      ].join('\n'),
    ),
    files: {
      'prod.yaml': fleet,
      'mine.yaml': playbook(
        'workers',
        '- uses: copy-file',
        '  with: { from: binary, path: /etc/none.conf }',
        '- uses: copy-file',
        '  with: { from: mine.yaml, content: a, path: /etc/none.conf }',
        '- uses: copy-file',
        '  with: { from: here/, path: etc/none.conf, mode: 0644 }',
      ),
      binary: 'a\0b',
      'here/': '',
    },
  },
  {
    what: 'everything that is wrong in several files, and what no cluster could give a step',
    argv: ['playbook', 'validate', 'one.yaml', 'good.yaml', 'two.yaml'],
    files: {
      'one.yaml': playbook('workers', '- uses: run-command', '  with: { name: a, command: b, timeout: 10 }'),
      'two.yaml': playbook('workers', '- uses: plan-upgrade', '  when: node.name'),
      'good.yaml': playbook('workers', ok),
    },
    says: counted(
      [
        'one.yaml:13:15: phases[0].steps[0].uses: run-command needs check\n    write it under `with:` of the step, or declare it under `parameters:`',
        'one.yaml:14:47: phases[0].steps[0].with.timeout: expected a duration such as 90s, 10m or 1h30m, found 10\n    add a unit, e.g. 10s',
        'two.yaml:13:15: phases[0].steps[0].uses: plan-upgrade needs version\n    write it under `with:` of the step, or declare it under `parameters:`',
        'two.yaml:14:15: phases[0].steps[0].when: expected true or false, found string\n    compare it: node.os.id == "debian"',
      ].join('\n'),
    ),
  },
  plain(
    'a playbook to validate without its file',
    ['playbook', 'validate'],
    "error: missing required argument 'file'\n(see nodeops --help)",
  ),
  plain(
    'playbooks of a directory that is not there',
    ['playbook', 'list', './none'],
    'nodeops: the directory ./none does not exist',
  ),
  plain(
    'a playbook to show that is not there',
    ['playbook', 'show', 'upgrad'],
    'nodeops: no playbook is called upgrad: did you mean "upgrade"?\n    a file is given by its path: ./upgrad.yaml',
  ),
  run(
    'hooks where nothing is in service',
    playbook('workers', ok).replace('phases:', 'mode: outage\nhooks: [{ name: a, before: b }]\nphases:'),
    [],
    counted('./mine.yaml:10:1: hooks: a playbook of the mode outage takes no hooks\n    run-command does'),
  ),
  run(
    'a hook on a node that there is not, of a playbook',
    playbook('workers', ok).replace('phases:', 'hooks: [{ name: a, before: b, on: w9 }]\nphases:'),
    [],
    'nodeops: the hook a is to run on "w9", which is no node of paris: did you mean "w1"?',
  ),
  run(
    'two hooks of one name in a playbook',
    playbook('workers', ok).replace('phases:', 'hooks: [{ name: a, before: b }, { name: a, after: b }]\nphases:'),
    [],
    "nodeops: two hooks are called a, of the playbook mine and the inventory's cluster paris together: rename one of them",
  ),
  run(
    'a step without what it needs',
    playbook('first-control-plane', '- uses: plan-upgrade'),
    [],
    'nodeops: the playbook does not give plan-upgrade what it needs: version is missing\n    write it under `with:` of the step, or declare it under `parameters:` and give it with --set',
  ),
  run('--set without a value', playbook('workers', ok), ['--set', 'count'], 'nodeops: --set count: write name=value'),
  run('--set without a name', playbook('workers', ok), ['--set', '=3'], 'nodeops: --set =3: write name=value'),
  run(
    '--set of an unknown name',
    playbook('workers', ok),
    ['--set', 'cuont=3'],
    'nodeops: the playbook mine has no parameter cuont: did you mean "count"?',
  ),
  run(
    '--set of no number',
    playbook('workers', ok),
    ['--set', 'count=many'],
    'nodeops: --set count=many: expected a number',
  ),
  run(
    '--set of neither true nor false',
    playbook('workers', ok),
    ['--set', 'sure=yes'],
    'nodeops: --set sure=yes: expected true or false',
  ),
  run(
    '--set where there is nothing to set',
    playbook('workers', ok).replace(/parameters:\n(?: .*\n)+/, ''),
    ['--set', 'a=b'],
    'nodeops: the playbook mine has no parameter a: it takes none',
  ),
  shipped('a required parameter is missing', [], 'nodeops: the playbook upgrade needs --set version=…'),
  shipped(
    '--set of no version',
    ['--set', 'version=1.36'],
    'nodeops: --set version=1.36: expected a version such as 1.36.3',
  ),
];

const damaged = 'make it anew with: nodeops plan … --out FILE --force';
const emptyPlan = {
  format: 1,
  cluster: 'paris',
  playbook: 'upgrade',
  parameters: {},
  before: [],
  phases: [],
  notices: [],
  createdAt: 0,
};
const savedPlan = (change: object = {}, ofCluster: object = {}): string =>
  JSON.stringify({
    kind: 'nodeops-plan',
    format: 1,
    nodeops: '0.9.0',
    createdAt: 0,
    salt: 'ab',
    clusters: [
      {
        cluster: 'paris',
        run: 'r0',
        playbook: { name: 'upgrade', digest: 'another' },
        parameters: { version: '1.36.3' },
        nodes: ['cp1'],
        inventory: {},
        plan: emptyPlan,
        rests: {},
        observations: [],
        ...ofCluster,
      },
    ],
    ...change,
  });

/** A file in the place of a saved plan. */
const held = (what: string, text: string, argv: readonly string[], says: string): Case => ({
  what,
  argv: ['upgrade', '-i', 'prod.yaml', '--yes', '--plan', 'p.plan', ...argv],
  files: { 'prod.yaml': fleet, 'p.plan': text },
  says,
});
const out = (what: string, argv: readonly string[], says: string): Case => ({
  what,
  argv: ['plan', '-i', 'prod.yaml', '--to', '1.36.3', ...argv],
  files: { 'prod.yaml': fleet, 'taken.plan': 'x', 'plans/': '' },
  says,
});

const plans: readonly Case[] = [
  held(
    'no JSON',
    'nonsense',
    [],
    `nodeops: the plan p.plan is not JSON: Unexpected token 'o', "nonsense" is not valid JSON\n    ${damaged}`,
  ),
  held('another file', '{"kind":"Inventory"}', [], `nodeops: p.plan is no plan that nodeops saved\n    ${damaged}`),
  held(
    'another format',
    savedPlan({ format: 9 }),
    [],
    `nodeops: the plan p.plan has format 9, and this nodeops reads format 1\n    ${damaged}`,
  ),
  held(
    'damage',
    savedPlan({ createdAt: 'today' }),
    [],
    `nodeops: the plan p.plan is damaged:\n    createdAt: expected milliseconds since the epoch\n    ${damaged}`,
  ),
  held(
    'no version',
    savedPlan({}, { parameters: {} }),
    [],
    'nodeops: the plan p.plan is damaged: it names no version to upgrade paris to',
  ),
  held(
    'an option that it says already',
    savedPlan(),
    ['--to', '1.36.3'],
    'nodeops: --plan p.plan says already what --to would say: leave it out, or make a new plan',
  ),
  held(
    'a cluster that it does not have',
    savedPlan(),
    ['--cluster', 'oslo'],
    'nodeops: the plan p.plan has no cluster oslo: valid here: paris',
  ),
  held(
    'what has changed since',
    savedPlan(),
    [],
    'nodeops: the plan p.plan does not fit paris any more:\n    it was made by nodeops 0.9.0, and this is 1.2.3\n    the inventory says something else by now about `nodes`, `kubeadm`, `workers`, `drain`, `apt`, `cni`, `addons`\n    the playbook upgrade changed\n    make a new plan, or see the differences and decide then: add --re-plan',
  ),
  upgrade(
    'no such plan',
    ['--plan', 'none.plan'],
    'nodeops: the plan none.plan does not exist\n    make one with: nodeops plan … --out none.plan',
  ),
  upgrade(
    '--re-plan alone',
    ['--to', '1.36.3', '--re-plan'],
    'nodeops: --re-plan is about a saved plan: name it with --plan FILE',
  ),
  out('--force alone', ['--force'], 'nodeops: --force is about the file of --out FILE, and there is none'),
  out(
    'a file that is there',
    ['--out', 'taken.plan'],
    'nodeops: --out taken.plan exists already\n    name another file, or write over it with --force',
  ),
  out('a directory', ['--out', 'plans', '--force'], 'nodeops: --out plans is a directory\n    name a file in it'),
  out(
    'no such directory',
    ['--out', 'nowhere/p.plan'],
    'nodeops: --out nowhere/p.plan: the directory does not exist\n    make it first',
  ),
];

const guarded = (operators: string): Pick<Case, 'files'> => ({
  files: {
    'prod.yaml': fleet.replace('    version: 1.36.3\n', `    version: 1.36.3\n    protected: true\n${operators}`),
  },
});
const protection: readonly Case[] = [
  {
    what: 'nothing that it takes',
    argv: ['upgrade', '-i', 'prod.yaml', '--yes', '--cluster', 'paris'],
    ...guarded(''),
    says: 'nodeops: paris is protected (prod.yaml:4):\n    no operators are named: write `operators: [ana]` in the inventory\n    no reason is given: say why with --reason TEXT\n    its name is not confirmed: type --confirm paris; --yes does not suffice',
  },
  {
    what: 'somebody else',
    argv: ['upgrade', '-i', 'prod.yaml', '--cluster', 'paris', '--reason', 'x', '--confirm', 'paris'],
    ...guarded('    operators: [ben]\n'),
    says: 'nodeops: paris is protected (prod.yaml:4):\n    ana@bastion is no operator of it: the inventory names ben',
  },
  upgrade(
    'an empty reason',
    ['--to', '1.36.3', '--reason', ''],
    'nodeops: --reason says nothing: give the reason in a few words',
  ),
  upgrade(
    'another name',
    ['--to', '1.36.3', '--cluster', 'paris', '--confirm', 'oslo'],
    'nodeops: --confirm oslo: that cluster is not chosen; valid here: paris',
  ),
];

const groups: readonly (readonly [string, readonly Case[]])[] = [
  ['commands and options', commands],
  ['which clusters and nodes', selections],
  ['the version', versions],
  ['the inventory', inventories],
  ['playbooks', playbooks],
  ['saved plans', plans],
  ['protected clusters', protection],
];

// Commander reads it from the process itself.
beforeAll(() => void vi.stubEnv('NODEOPS_INVENTORY', undefined));
afterAll(() => void vi.unstubAllEnvs());

describe.each(groups)('%s', (_group, cases) => {
  it.each(cases)('$what', async ({ argv, says, ...around }) => {
    const told = await tell(argv, around);
    expect(told).toEqual({ code: 2, stdout: '', stderr: `${says}\n`, reached: [], wrote: false });
  });
});

describe('docs/errors.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  const said = groups.flatMap(([, cases]) => cases).flatMap(({ says }) => says.split('\n'));
  /** The messages of one section's table, `…` for what differs. */
  const messages = (title: string): readonly string[] => {
    const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
    return [...section.matchAll(/^\| (`+)(.+?)\1 \|/gm)].map(([, , message = '']) => message.trim());
  };

  it.each(['Arguments', 'Inventory', 'Playbook', 'Saved plans and protected clusters'])(
    '%s: every message is said in a case above',
    (title) => {
      const listed = messages(title);
      const unsaid = listed.filter((message) => {
        const form = new RegExp(`^ *${message.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+')}$`);
        return !said.some((line) => form.test(line));
      });
      expect(listed.length).toBeGreaterThan(10);
      expect(unsaid).toEqual([]);
    },
  );
});

describe('what is right goes on to the nodes', () => {
  it.each(['1.36.3', 'v1.36.3', '1.36.0-rc.0'])('--to %s', async (version) => {
    const argv = ['upgrade', '-i', 'prod.yaml', '--cluster', 'paris', '--yes', '--to', version];
    await expect(tell(argv, { files: { 'prod.yaml': fleet } })).rejects.toThrow('a transport was asked for');
  });

  it.each(['2', '2.1', 'v2.1.5'])('a runtime --to %s', async (version) => {
    const argv = ['runtime', 'upgrade', '-i', 'prod.yaml', '--cluster', 'paris', '--yes', '--to', version];
    await expect(tell(argv, { files: { 'prod.yaml': fleet } })).rejects.toThrow('a transport was asked for');
  });
});

describe('the built program', () => {
  const { folder, dispose } = operatorDirectory({ 'prod.yaml': `${head}version: 1.36\n${nodes}` });
  afterAll(dispose);

  it('says the same', async () => {
    const main = join(import.meta.dirname, '../../dist/main.js');
    const argv = [main, 'upgrade', '--inventory', 'prod.yaml', '--yes'];
    const { exitCode, stdout, stderr } = await execa(process.execPath, argv, {
      cwd: folder,
      extendEnv: false,
      env: { HOME: folder, USER: 'ana', XDG_STATE_HOME: join(folder, 'state') },
      reject: false,
    });
    const says =
      'prod.yaml:3:10: version: expected a Kubernetes version such as 1.36.3, found "1.36"\n' +
      '    write the patch as well, e.g. 1.36.3\n' +
      'nodeops: one problem, nothing was touched';
    expect([exitCode, stdout, stderr]).toEqual([2, '', says]);
    expect(readdirSync(folder)).toEqual(['prod.yaml']);
  });
});
