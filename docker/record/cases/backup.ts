import { saveNode, saveState } from '../../../src/commands/backup-files.ts';
import { write } from '../../../src/commands/build.ts';
import type { Command } from '../../../src/model/command.ts';
import { apiServerStarted, apiServerStopped } from './api.ts';
import { asking, kubectlRead, type RecordCase } from './case.ts';

/** Outside of what is recorded as state: it holds keys and certificates, which differ from cluster to cluster. */
const kept = '/run/nodeops-recording/backup';

/** Runs it, and shows what it left: `look` is a script that knows where as $1. */
const shown = ({ argv }: Command, look: string): Command =>
  write([
    'sh',
    '-c',
    `kept=$1 look=$2; shift 2; "$@"; rc=$?; sh -c "$look" look "$kept"; rm -rf /run/nodeops-recording; exit $rc`,
    'shown',
    kept,
    look,
    ...argv,
  ]);

/** Identities apart, and the addresses of its pods. */
const nodeLook = `grep -v -e '^machine-id ' -e '^addresses ' "$1.txt"; [ -s "$1.tar" ] && echo archived`;
/** Which parts it has, and why one has none. */
const stateLook = String.raw`[ -e "$1.json" ] || exit
for part in endpoint members initialCluster claims configuration; do
  if grep -q "\"$part\":null" "$1.json"; then echo "$part: null"; elif grep -q "\"$part\":" "$1.json"; then echo "$part"; fi
done
grep -o '"apiTrouble":.*' "$1.json"`;

/** What a backup asks and saves. In this order: the later ones find what the former left. */
export const backupCases: readonly RecordCase[] = [
  {
    name: 'backup: a namespace by name',
    on: 'cp1',
    line: kubectlRead('get', 'namespace', 'kube-system', '-o', 'name'),
  },
  {
    name: 'backup: no claims',
    on: 'cp1',
    line: kubectlRead('get', 'persistentvolumeclaims', '--all-namespaces', '--output=json'),
  },
  {
    name: 'backup: configuration maps by name',
    on: 'cp1',
    line: kubectlRead(
      'get',
      'configmaps',
      '--namespace=kube-system',
      'kubeadm-config',
      'kubelet-config',
      'kube-proxy',
      'coredns',
      'nothing',
      '--ignore-not-found',
      '--output=name',
    ),
  },
  { name: 'backup: addresses', on: 'w1', line: asking('hostname', '-I') },
  {
    name: 'backup: tar of what is not there',
    on: 'w1',
    line: asking('tar', '--create', '--file=/dev/null', '--', 'no-such-file'),
  },
  { name: 'backup: tar of nothing', on: 'w1', line: asking('tar', '--create', '--file=/dev/null') },
  { name: 'backup: configuration of a control plane', on: 'cp1', line: () => shown(saveNode(kept), nodeLook) },
  { name: 'backup: configuration of a worker', on: 'w1', line: () => shown(saveNode(kept), nodeLook) },
  { name: 'backup: state of the cluster', on: 'cp1', line: ({ api }) => shown(saveState(kept, api), stateLook) },
  { name: 'backup: state of a worker', on: 'w1', line: ({ api }) => shown(saveState(kept, api), stateLook) },
  {
    name: 'backup: state without an API server',
    on: 'cp1',
    line: ({ api }) => shown(saveState(kept, api), stateLook),
    prepare: [apiServerStopped],
    given: ['api-server-stopped'],
    restore: [apiServerStarted],
  },
];
