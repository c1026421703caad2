import { UsageError } from './usage-error.ts';

export interface Topology {
  readonly controlPlanes: number;
  readonly workers: number;
  /** Members of etcd on hosts of their own; missing where every control plane has one in a static pod. */
  readonly etcdHosts?: number;
}

const MOST_CONTROL_PLANES = 7;
const MOST_WORKERS = 50;
/** More members than seven make etcd slower, and no safer. Source: etcd.io, FAQ, "What is maximum cluster size?" */
const MOST_ETCD_HOSTS = 7;

/** `1+2` means one control plane and two workers. */
export function parseTopology(text: string): Topology {
  const match = /^(\d{1,3})\+(\d{1,3})$/.exec(text);
  if (!match)
    throw new UsageError(`'${text}' is not a topology. Type control planes + workers, for example 1+2 or 3+1.`);
  const topology = { controlPlanes: Number(match[1]), workers: Number(match[2]) };
  if (topology.controlPlanes < 1 || topology.controlPlanes > MOST_CONTROL_PLANES || topology.workers > MOST_WORKERS) {
    throw new UsageError(
      `'${text}': 1 to ${MOST_CONTROL_PLANES} control planes and 0 to ${MOST_WORKERS} workers are possible.`,
    );
  }
  return topology;
}

/** `3` means three members of etcd on hosts of their own; `0` that control planes have them. */
export function parseEtcdHosts(text: string): Pick<Topology, 'etcdHosts'> {
  const count = /^\d$/.test(text) ? Number(text) : Infinity;
  if (count > MOST_ETCD_HOSTS)
    throw new UsageError(`'${text}' is no number of etcd hosts. Type 1 to ${MOST_ETCD_HOSTS}, for example 1 or 3.`);
  return count === 0 ? {} : { etcdHosts: count };
}

/** A cluster with more than one control plane is reached through a load balancer: losing the first is not losing all. */
export const needsLoadBalancer = (topology: Topology): boolean => topology.controlPlanes > 1;

/** A cluster's name becomes part of host names, so it follows their rules (RFC 1123). */
export function checkClusterName(name: string): string {
  // Labels of what is no cluster.
  if (['mirror', 'network', 'image'].includes(name))
    throw new UsageError(`'${name}' is what the lab calls a part of its own.`);
  if (/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(
    `'${name}' is no cluster name: lower-case letters, digits and dashes, at most 30, first a letter.`,
  );
}
