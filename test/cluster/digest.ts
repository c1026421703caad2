import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../docker/until.ts';
import { objectLines } from './object-lines.ts';
import type { LabCluster } from './lab-cluster.ts';

/** What a node is made of, as far as packages, sources and configuration go. Journals and logs are not part of it. */
const nodeScript = String.raw`
digest() { sha256sum | cut -c 1-64; }
echo "dpkg $(cat /var/lib/dpkg/status /var/lib/apt/extended_states 2>/dev/null | digest)"
echo "apt $(find /var/lib/apt /var/cache/apt -type f -printf '%p %s %T@\n' | sort | digest)"
echo "etc $(find /etc -type f -printf '%p %m %u ' -exec sha256sum {} \; | sort | digest)"
echo "kubelet $(sha256sum /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env | digest)"
echo "nodeops $(find /var/lib/nodeops -mindepth 1 ! -name epoch ! -name epoch.lock 2>/dev/null | sort | digest)"
echo "units $(systemctl list-units --all --no-legend 'nodeops-*' | digest)"
echo "owner $(head -n 1 /var/lib/nodeops/epoch 2>/dev/null | cut -d ' ' -f 1-2)"
echo "owner's kubectl-cache $(find /root/.kube /home/*/.kube 2>/dev/null | sort | digest)"`;

const nodeLines = async ({ nodes, exec }: LabCluster): Promise<readonly string[]> => {
  const perNode = nodes.map(async ({ name }) => {
    const lines = (await exec(name, 'sh', '-c', nodeScript)).trim().split('\n');
    return lines.map((line) => `${name} ${line.trim()}`);
  });
  return (await Promise.all(perNode)).flat();
};

/** Looking leaves nothing behind that a later look would find: not even kubectl's cache. */
const kubectl = ({ name, exec }: LabCluster, ...args: readonly string[]): Promise<string> =>
  exec(`${name}-cp1`, 'kubectl', '--cache-dir=/run/digest-cache', ...args);

/** Heartbeats, what controllers note of them and of a probe that was late, and what is cleaned up by its age. */
const restless = /^(leases|events|endpoints|endpointslices|componentstatuses|certificatesigningrequests)(\.|$)/;

const clusterLines = async (cluster: LabCluster): Promise<readonly string[]> => {
  const kinds = (await kubectl(cluster, 'api-resources', '--verbs=list', '-o', 'name'))
    .split('\n')
    .filter((kind) => kind !== '' && !restless.test(kind));
  const objects = objectLines(await kubectl(cluster, 'get', kinds.join(','), '-A', '-o', 'json'));
  const shown = 'jsonpath={.spec.leaseTransitions} [{.spec.holderIdentity}]';
  const lease = ['-n', 'kube-system', 'get', 'lease', 'nodeops', '--ignore-not-found', '-o', shown];
  return [`lease owner ${await kubectl(cluster, ...lease)}`.trim(), ...objects];
};

/** Everything that a dry run must leave as it was, a line each: `bad-w1 etc <sha256>`. */
const digestOnce = async (cluster: LabCluster): Promise<readonly string[]> => [
  ...(await nodeLines(cluster)),
  ...(await clusterLines(cluster)),
];

const patienceMs = 300_000;

/** An API server of a busy machine is asked again. @throws Error of the last try. */
export const digest = async (cluster: LabCluster, tries = 5): Promise<readonly string[]> => {
  try {
    return await digestOnce(cluster);
  } catch (error) {
    if (tries <= 1) throw error;
    await sleep(3000);
    return digest(cluster, tries - 1);
  }
};

/** The digest of a cluster that has come to rest: one that was just made still writes down how its pods came up. @throws Error */
export const settledDigest = async (cluster: LabCluster): Promise<readonly string[]> => {
  let last = await digest(cluster);
  const still = await until(
    async () => {
      const next = await digest(cluster);
      const same = next.join('\n') === last.join('\n');
      last = next;
      return same;
    },
    patienceMs,
    2000,
  );
  if (!still) throw new Error(`${cluster.name} never came to rest`);
  return last;
};

const aboutOwner = (line: string): boolean => /^\S+ owner\b/.test(line);

/** Without the marks of a run that owned the cluster: epoch, lease, and the cache of the kubectl that wrote it. */
export const withoutOwner = (lines: readonly string[]): readonly string[] => lines.filter((line) => !aboutOwner(line));

/** Who owned what: `w1 owner 1 <run>`, `lease owner 1 []`. */
export const owners = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => aboutOwner(line) && !line.includes('kubectl-cache'));

/**
 * The digest once it is `before` again, or after a minute as it is then: what controllers put back is no change.
 * `about` chooses the lines that are to be the same.
 */
export const digestAfter = async (
  cluster: LabCluster,
  before: readonly string[],
  about = (lines: readonly string[]): readonly string[] => lines,
): Promise<readonly string[]> => {
  const wanted = about(before).join('\n');
  let last = await digest(cluster);
  await until(
    async () => {
      if (about(last).join('\n') === wanted) return true;
      last = await digest(cluster);
      return false;
    },
    60_000,
    2000,
  );
  return last;
};
