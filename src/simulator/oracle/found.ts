import type { SeenHost, SeenWorld } from './seen-world.ts';
import { lookAtCertificates, type FoundCertificates } from './found-certificates.ts';
import { lookAtEtcd, type FoundEtcd } from './found-etcd.ts';
import { lookAtKubelets, type FoundKubelets } from './found-kubelets.ts';
import { cordonMark, isKeptOut, isReady, isUnschedulable, kubeletConfOf } from './reading.ts';

/**
 * How the cluster was before the program of ours that is looked at began (an ended run may have left its traces): what has to be so again at the end. What a person does
 * meanwhile by hand is from then on how it was found.
 */
export interface Found {
  /** SeenHost → held packages. */
  readonly holds: ReadonlyMap<string, Set<string>>;
  /**
   * The same, whatever people did since. One of these may be back although a person has lifted it meanwhile: it was seen
   * before that, or is by their own hand.
   */
  readonly firstHolds: ReadonlyMap<string, ReadonlySet<string>>;
  /** Nodes that somebody else keeps cordoned. */
  readonly cordoned: Set<string>;
  /** Nodes that an earlier run of ours left cordoned → that run. */
  readonly ownCordons: ReadonlyMap<string, string>;
  /** Nodes that an operator keeps out with nodeops. */
  readonly keptOut: Set<string>;
  /** Nodes that a person has given back meanwhile. */
  readonly opened: Set<string>;
  /** SeenHost → its packages. */
  readonly packages: ReadonlyMap<string, ReadonlySet<string>>;
  /** SeenHost → its boot. */
  readonly boots: ReadonlyMap<string, string>;
  /** SeenHost → version of the running kubelet. */
  readonly kubelets: ReadonlyMap<string, string>;
  /** SeenHost → what its kubelet talks to the API with. */
  readonly kubeletConfs: ReadonlyMap<string, string>;
  /** Nodes that were not Ready. */
  readonly away: ReadonlySet<string>;
  /** SeenHost → its certificates. */
  readonly certificates: ReadonlyMap<string, FoundCertificates>;
  readonly kubeletFiles: FoundKubelets;
  readonly etcd: FoundEtcd;
}

/** What a run that was ended left in its place is not what it was: the run kept that. */
const ownKubeletConf = (host: SeenHost): string => {
  const kept = '/var/lib/nodeops/kubelet.conf';
  return host.files.stat(kept) === undefined ? kubeletConfOf(host) : host.files.read(kept);
};

/** Looks at a world in which no program of ours is doing anything. */
export const lookAround = (world: SeenWorld): Found => {
  const hosts = [...world.hosts.values()];
  const names = hosts.map(({ name }) => name);
  const holds = (): Map<string, Set<string>> =>
    new Map(
      hosts.map(({ name, packages }) => [
        name,
        new Set([...packages.values()].filter(({ held }) => held).map((each) => each.name)),
      ]),
    );
  return {
    holds: holds(),
    firstHolds: holds(),
    cordoned: new Set(names.filter((name) => isUnschedulable(world, name) && cordonMark(world, name) === undefined)),
    ownCordons: new Map(
      names.flatMap((name) => {
        const run = cordonMark(world, name);
        return run === undefined || !isUnschedulable(world, name) ? [] : [[name, run]];
      }),
    ),
    keptOut: new Set(names.filter((name) => isUnschedulable(world, name) && isKeptOut(world, name))),
    opened: new Set(),
    packages: new Map(hosts.map(({ name, packages }) => [name, new Set(packages.keys())])),
    boots: new Map(hosts.map(({ name, boot }) => [name, boot.id])),
    kubelets: new Map(
      hosts.flatMap(({ name, kubelet }) => (kubelet.running === undefined ? [] : [[name, kubelet.running]])),
    ),
    kubeletConfs: new Map(hosts.map((host) => [host.name, ownKubeletConf(host)])),
    away: new Set(names.filter((name) => !isReady(world, name))),
    certificates: new Map(hosts.map((host) => [host.name, lookAtCertificates(host)])),
    kubeletFiles: lookAtKubelets(world),
    etcd: lookAtEtcd(world),
  };
};
