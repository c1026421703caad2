import type { Finding } from '../documents/finding.ts';
import { firstUses } from './first-uses.ts';
import { address, jumpChain } from './jump-chain.ts';
import type { Path } from '../documents/raw.ts';
import { asMap, asText } from '../documents/raw.ts';
import type { RuleContext } from './rule-context.ts';
import type { NodeSketch, Sketch } from './sketch.ts';

/** One machine is one node, and there is a way to each that does not go through itself. */
export const addressRules = (inventory: Sketch, context: RuleContext): Finding[] => {
  const nodes = inventory.clusters.flatMap((cluster) => cluster.nodes);
  return [
    ...sharedAddresses(inventory, context),
    ...jumpLoops(inventory),
    ...nodes.flatMap(throughItself),
    ...nodes.flatMap((node) => loginKnown(node, context)),
  ];
};

/** The same address behind another jump host is another machine: private networks repeat from site to site. */
const sharedAddresses = (inventory: Sketch, { placeOf }: RuleContext): Finding[] =>
  firstUses(
    inventory.clusters.flatMap((cluster) =>
      cluster.nodes.map((node) => ({
        key:
          node.host === undefined
            ? undefined
            : [address(node.host, node.ssh['port']), ...jumpChain(node.ssh['jump'])].join(' '),
        path: [...node.path, 'host'],
        title: `${cluster.name ?? '?'}/${node.name ?? '?'}`,
      })),
    ),
    ({ key, first }) => `${key.split(' ', 1)[0]} is already the address of ${first.title} (${placeOf(first.path)})`,
  );

const throughItself = (node: NodeSketch): Finding[] => {
  if (node.host === undefined) return [];
  const own = address(node.host, node.ssh['port']);
  if (!jumpChain(node.ssh['jump']).includes(own)) return [];
  return [
    {
      path: [...node.path, 'host'],
      message: `${own} would be reached through itself as its jump host`,
      hint: 'give this node `ssh: { jump: none }`',
    },
  ];
};

/** Looked for where a jump is written, once, and not at every node that inherits it. */
const jumpLoops = (inventory: Sketch): Finding[] =>
  [...inventory.layers, ...inventory.clusters.flatMap((cluster) => [cluster, ...cluster.nodes])].flatMap(
    ({ path, raw }: { readonly path: Path; readonly raw: Readonly<Record<string, unknown>> }) => {
      const chain = jumpChain(asMap(raw['ssh'])?.['jump']);
      const again = chain.find((hop, index) => chain.indexOf(hop) < index);
      if (again === undefined) return [];
      return [{ path: [...path, 'ssh', 'jump'], message: `the jump hosts form a circle: ${again} comes twice` }];
    },
  );

const loginKnown = (node: NodeSketch, { login }: RuleContext): Finding[] =>
  login !== undefined || asText(node.ssh['user']) !== undefined
    ? []
    : [
        {
          path: node.path,
          message: 'no user to log in as: no layer sets ssh.user, and USER is not set in the environment',
          hint: 'write `ssh: { user: … }` under defaults',
        },
      ];
