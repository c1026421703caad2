import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findWay } from '../../src/run/find-way.ts';
import { readRecorded } from '../facts/recorded.ts';
import { playbook } from '../plan/upgrade.ts';
import { makeCluster, stage, type Answer } from './scripted.ts';

const cluster = makeCluster('cp1', 'w1');

const recorded = (fact: string, name: string) => {
  const path = join(import.meta.dirname, '../facts/recorded', fact, `${name}.txt`);
  return readRecorded(readFileSync(path, 'utf8'), path).output;
};

/** An API server 1.35.4 whose etcd is behind: it knows its nodes no more, for now. */
const rolesMissing = recorded('nodes', 'api-server-starting-1.35.4');
const stopped = recorded('kubeadm-config', 'api-server-stopped-1.35.4');
const configured = recorded('kubeadm-config', 'one-control-plane-1.35.4');

/** As recorded, of a control plane or a worker; kept out by a run of ours. */
const listed = (out: readonly string[], names: readonly string[]): Answer => {
  const { stdout } = recorded('nodes', 'cordoned-by-a-run-1.35.4');
  const [controlPlane = '', worker = ''] = stdout.split('\n');
  const lines = names.map((name) => {
    const line: Record<string, unknown> = JSON.parse(name.includes('cp') ? controlPlane : worker);
    const kept = out.includes(name);
    return JSON.stringify({ ...line, name, unschedulable: kept, cordonedBy: kept ? 'run-1' : null });
  });
  return { stdout: [...lines, `${names.length}`, ''].join('\n') };
};

const kubelet = (version: string): Answer => ({
  stdout: `installed Kubernetes v${version}\nrunning Kubernetes v${version}\n`,
});

interface Case {
  readonly says: string;
  readonly nodes: Answer;
  readonly config: Answer;
  readonly kubelets: Readonly<Record<string, string>>;
  readonly workers?: string;
  readonly hops: readonly string[];
}

const cases: readonly Case[] = [
  {
    says: 'ends what was begun, whose nodes the API cannot tell',
    nodes: rolesMissing,
    config: configured,
    kubelets: { cp1: '1.34.4', w1: '1.34.4' },
    hops: ['1.35.4', '1.36.3'],
  },
  {
    says: 'ends what was begun where no API answers',
    nodes: stopped,
    config: stopped,
    kubelets: { cp1: '1.34.4', w1: '1.34.4' },
    hops: ['1.35.4', '1.36.3'],
  },
  {
    says: 'ends what was begun on a worker alone',
    nodes: stopped,
    config: stopped,
    kubelets: { cp1: '1.35.4', w1: '1.34.4' },
    hops: ['1.35.4', '1.36.3'],
  },
  {
    says: 'leaves a worker behind that is to go last',
    nodes: stopped,
    config: stopped,
    kubelets: { cp1: '1.35.4', w1: '1.34.4' },
    workers: 'last',
    hops: ['1.36.3'],
  },
  {
    says: 'has nothing to end where all nodes are at one version',
    nodes: rolesMissing,
    config: configured,
    kubelets: { cp1: '1.35.4', w1: '1.35.4' },
    hops: ['1.36.3'],
  },
];

describe('the way of an upgrade', () => {
  it.each([
    ['another control plane', ['cp2'], ['1.35.4', '1.36.3']],
    ['the first control plane, which the next hop begins with', ['cp1'], ['1.36.3']],
    ['a worker', ['w1'], ['1.36.3']],
    ['whatever could take the pods of the first control plane', ['cp2', 'w1'], ['1.35.4', '1.36.3']],
    ['nobody', [], ['1.36.3']],
  ])('all run 1.35.4, and a run keeps out %s', async (_whom, out, hops) => {
    const names = ['cp1', 'cp2', 'w1'];
    const { session } = stage(makeCluster(...names), {
      facts: (_node, key) => (key === 'nodes' ? listed(out, names) : key === 'kubeadm-config' ? configured : undefined),
    });
    const way = await findWay(session, {
      playbook,
      parameters: { version: '1.36.3' },
      selection: { nodes: names },
      run: '2026-11-21-100000-1f3a',
    });
    expect(way.hops.map(({ version }) => version)).toEqual(hops);
  });

  it.each(cases)('$says', async ({ nodes, config, kubelets, workers, hops }) => {
    const { session } = stage(cluster, {
      facts: (node, key) => {
        if (key === 'nodes') return nodes;
        if (key === 'kubeadm-config') return config;
        return key === 'kubelet-versions' ? kubelet(kubelets[node] ?? '') : undefined;
      },
    });
    const way = await findWay(session, {
      playbook,
      parameters: { version: '1.36.3', ...(workers === undefined ? {} : { workers }) },
      selection: { nodes: ['cp1', 'w1'] },
      run: '2026-11-21-100000-1f3a',
    });
    expect(way.hops.map(({ version }) => version)).toEqual(hops);
  });
});
