import { read } from '../commands/build.ts';
import { allHosts, type Cluster, type Node } from '../model/cluster.ts';
import { describeExit, succeeded } from '../model/exit.ts';
import { ConnectError } from '../ports/transport.ts';
import type { Session } from './session.ts';

export interface Unreachable {
  readonly node: string;
  readonly message: string;
  readonly fix: string;
}

const asRoot = async ({ transport }: Session, node: Node): Promise<readonly Unreachable[]> => {
  const result = await transport.run(node, read(['true']));
  if (succeeded(result.exit)) return [];
  const message = `${node.ssh.user}@${node.ssh.host} cannot run a command as root: ${describeExit(result.exit)} ${result.stderr.trim()}`;
  return [{ node: node.name, message, fix: `try it by hand: ssh ${node.ssh.user}@${node.ssh.host} sudo -n true` }];
};

const connected = async (session: Session, node: Node): Promise<readonly Unreachable[]> => {
  const { reach } = session.transport;
  if (reach === undefined) return asRoot(session, node);
  await reach(node);
  return [];
};

const reachAll = async (
  session: Session,
  way: (session: Session, node: Node) => Promise<readonly Unreachable[]>,
): Promise<readonly Unreachable[]> =>
  (
    await Promise.all(
      allHosts(session.cluster).map((node) =>
        way(session, node).catch((error: unknown): readonly Unreachable[] => {
          if (!(error instanceof ConnectError)) throw error;
          return [{ node: node.name, message: error.message, fix: error.fix }];
        }),
      ),
    )
  ).flat();

/** Connects to all nodes at once and becomes root on each; returns those where that failed, with the reason. */
export const unreachableNodes = (session: Session): Promise<readonly Unreachable[]> => reachAll(session, asRoot);

/**
 * The same for who only looks: without a command of its own where one is not needed to know. Each costs the node a session,
 * and its login shell's start; what it is asked next tells whether it runs commands.
 */
export const unconnectedNodes = (session: Session): Promise<readonly Unreachable[]> => reachAll(session, connected);

/** The cluster with those hosts only that are not among the lost, by name: etcd hosts stay a kind of their own. */
export const withoutHosts = (cluster: Cluster, lost: { has(name: string): boolean }): Cluster => {
  const isHere = ({ name }: Node): boolean => !lost.has(name);
  const { etcdHosts: hosts } = cluster;
  return {
    ...cluster,
    nodes: cluster.nodes.filter(isHere),
    ...(hosts === undefined ? {} : { etcdHosts: hosts.filter(isHere) }),
  };
};

/** The same session with the nodes that answer only, so that one that is away is waited for once; and why each other is. */
export const reachableOnly = async (
  session: Session,
): Promise<{ readonly session: Session; readonly lost: ReadonlyMap<string, string> }> => {
  const lost = new Map((await unconnectedNodes(session)).map(({ node, message }) => [node, message]));
  return { session: { ...session, cluster: withoutHosts(session.cluster, lost) }, lost };
};
