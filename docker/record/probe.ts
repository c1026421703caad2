import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabNode } from '../addresses.ts';
import { attemptInNode } from '../cluster/containers.ts';
import { recipe } from '../paths.ts';
import { until } from '../until.ts';
import { hashOf } from './hash.ts';
import { reduceCluster } from './reduce-cluster.ts';
import type { ClusterState, LabState, MachineState } from './state.ts';

/** Texts that were seen, by their hashes. */
export type Texts = Map<string, string>;

const sections = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((part) => {
        const [name = '', ...lines] = part.split('\n');
        return [name, lines.filter(Boolean)];
      }),
  );

const pairs = (lines: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(
    lines.map((line) => {
      const [key = '', ...rest] = line.split('\t');
      return [key, rest.map((word) => word.trim()).join(' ')];
    }),
  );

/** Reads what look.sh printed; puts the texts among `texts`. */
export const parseMachine = (printed: string, texts: Texts): MachineState => {
  const at = sections(printed);
  for (const line of at.get('texts') ?? []) {
    const bytes = Buffer.from(line, 'base64');
    texts.set(hashOf(bytes), bytes.toString('utf8'));
  }
  const running = at.get('kubelet')?.[0]?.replace(/^Kubernetes v/, '');
  return {
    packages: pairs(at.get('packages')),
    held: (at.get('held') ?? []).toSorted(),
    interrupted: (at.get('updates') ?? []).length > 0,
    units: pairs(at.get('units')),
    ...(running === undefined ? {} : { kubelet: running }),
    files: Object.fromEntries(
      (at.get('files') ?? [])
        .map((line) => [line.slice(66), line.slice(0, 16)])
        .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ),
    listing: (at.get('listing') ?? []).toSorted(),
    ...(at.has('archives') ? { archives: at.get('archives') ?? [] } : {}),
    bootId: at.get('boot')?.[0] ?? '',
  };
};

const kinds = 'nodes,pods,deployments,daemonsets,poddisruptionbudgets,leases,configmaps,jobs';

const probeCluster = async (nodes: readonly LabNode[], texts: Texts): Promise<ClusterState | undefined> => {
  for (const { name, host, role } of nodes) {
    if (role !== 'control-plane') continue;
    const words = [
      'kubectl',
      `--server=https://${host}:6443`,
      '--request-timeout=5s',
      'get',
      kinds,
      '-A',
      '-o',
      'json',
    ];
    const asked = await attemptInNode(name, words);
    if (asked.code === 0) return reduceCluster(asked.stdout, texts);
  }
  return undefined;
};

/** Looks at every machine and at the API, all at once. @throws Error when a machine cannot be asked. */
export const probe = async (nodes: readonly LabNode[], texts: Texts): Promise<LabState> => {
  const script = readFileSync(join(recipe, 'record/look.sh'), 'utf8');
  const machine = async ({ name }: LabNode): Promise<[string, MachineState]> => {
    const { code, stdout, stderr } = await attemptInNode(name, ['sh', '-s'], { input: script });
    if (code !== 0) throw new Error(`${name} could not be looked at: rc ${code} ${stderr}`);
    return [name, parseMachine(stdout, texts)];
  };
  const [machines, cluster] = await Promise.all([Promise.all(nodes.map(machine)), probeCluster(nodes, texts)]);
  return { machines: Object.fromEntries(machines), ...(cluster === undefined ? {} : { cluster }) };
};

const calm = ({ cluster }: LabState): boolean =>
  cluster !== undefined &&
  cluster.nodes.every(({ ready }) => ready === 'True') &&
  cluster.pods.every(
    ({ ready, deleting, phase }) => !deleting && (ready || phase === 'Succeeded' || phase === 'Pending'),
  );

/**
 * Looks until two looks in a row are the same and the cluster is calm, for at most `patienceMs`; then until two are the
 * same, whatever they are, once.
 */
export const probeSettled = async (nodes: readonly LabNode[], texts: Texts, patienceMs: number): Promise<LabState> => {
  let last = await probe(nodes, texts);
  await until(async () => {
    const next = await probe(nodes, texts);
    const same = JSON.stringify(next) === JSON.stringify(last);
    last = next;
    return same && calm(next);
  }, patienceMs);
  return last;
};
