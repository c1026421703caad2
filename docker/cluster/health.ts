import type { LabNode } from '../addresses.ts';
import { attemptInNode } from './containers.ts';

export interface NodeState {
  readonly ready: boolean;
  readonly version: string;
  readonly schedulable: boolean;
}

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly unschedulable?: boolean };
    readonly status: {
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
      readonly nodeInfo: { readonly kubeletVersion: string };
    };
  }[];
}

/** Reads `kubectl get nodes -o json`. */
export function parseNodeStates(json: string): Map<string, NodeState> {
  const { items }: NodeList = JSON.parse(json);
  const states = items.map(({ metadata, spec, status }): [string, NodeState] => [
    metadata.name,
    {
      ready: status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
      version: status.nodeInfo.kubeletVersion,
      schedulable: spec.unschedulable !== true,
    },
  ]);
  return new Map(states);
}

/** What the cluster says of its nodes, asked through the first control plane that answers; nothing where none does. */
export async function nodeStates(nodes: readonly LabNode[]): Promise<Map<string, NodeState>> {
  for (const { name, host, role } of nodes) {
    if (role !== 'control-plane') continue;
    const server = `--server=https://${host}:6443`;
    const asked = await attemptInNode(name, ['kubectl', server, '--request-timeout=5s', 'get', 'nodes', '-o', 'json']);
    if (asked.code === 0) return parseNodeStates(asked.stdout);
  }
  return new Map();
}
