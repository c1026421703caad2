import { containerRuntime } from '../facts/container-runtime.ts';
import { valueOf, type Fact } from '../facts/fact.ts';
import { kernel } from '../facts/kernel.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import { nodes as nodesFact } from '../facts/nodes.ts';
import { operatingSystem } from '../facts/operating-system.ts';
import { ownApiServer } from '../facts/own-api-server.ts';
import { packages } from '../facts/packages.ts';
import { dayMs } from '../model/calendar-day.ts';
import type { Node } from '../model/cluster.ts';
import { supportOf } from '../model/minor-support.ts';
import { compareVersions, minorOf, nextMinor, type Version } from '../model/version.ts';
import type { NodeVersions, OfferedMinor, VersionsReport } from '../report/versions-text.ts';
import { observeCluster, observeNode, type Observations } from '../run/observe.ts';
import { offeredEverywhere, offersOf, type NodeOffer } from '../run/offered.ts';
import type { Session } from '../run/session.ts';
import { wayThere } from './way-there.ts';
import { whyUnknown } from './why-unknown.ts';

type Unread = VersionsReport['unread'][number];

const wanted = ['kubeadm', 'kubelet', 'kubectl'];
const isThere = (status: string): boolean => /^[a-z][iUFWt]/.test(status);

/** What is asked of every node; of control planes their API server besides. */
const asked: readonly { readonly fact: Fact<unknown>; readonly what: string; readonly absent: string }[] = [
  { fact: packages, what: 'packages', absent: 'there is no dpkg' },
  { fact: kubeletVersions, what: 'kubelet', absent: 'there is none' },
  { fact: containerRuntime, what: 'container runtime', absent: 'there is no containerd' },
  { fact: operatingSystem, what: 'operating system', absent: 'there is no os-release' },
  { fact: kernel, what: 'kernel', absent: 'there is no uname' },
];

const ofNode = (node: string, seen: Observations): NodeVersions => {
  const value = <T>(fact: Fact<T>): T | undefined => valueOf(fact, seen.get(fact.key));
  const [kubelet, api, runtime] = [
    value(kubeletVersions)?.running,
    value(ownApiServer)?.version,
    value(containerRuntime),
  ];
  const [system, running] = [value(operatingSystem)?.name, value(kernel)?.release];
  const installed = Object.entries(value(packages)?.installed ?? {});
  return {
    node,
    packages: Object.fromEntries(
      installed.flatMap(([name, { version, status }]) =>
        wanted.includes(name) && isThere(status) ? [[name, version]] : [],
      ),
    ),
    ...(kubelet === undefined ? {} : { kubelet }),
    ...(api === undefined ? {} : { apiServer: api }),
    ...(runtime === undefined ? {} : { runtime: `${runtime.name} ${runtime.version}` }),
    ...(system === undefined ? {} : { system }),
    ...(running === undefined ? {} : { kernel: running }),
  };
};

const seeNode = async (
  session: Session,
  { name, role }: Node,
): Promise<{ readonly has: NodeVersions; readonly unread: readonly Unread[] }> => {
  const facts = asked.map(({ fact }) => fact);
  const seen = await observeNode(session, name, role === 'control-plane' ? [...facts, ownApiServer] : facts);
  const api = valueOf(ownApiServer, seen.get(ownApiServer.key));
  const silent = role === 'control-plane' && api?.version === undefined;
  return {
    has: ofNode(name, seen),
    unread: [
      ...asked.flatMap(({ fact, what, absent }) => {
        const observed = seen.get(fact.key);
        return observed?.kind === 'value' ? [] : [{ node: name, what, why: whyUnknown(observed, absent) }];
      }),
      ...(silent
        ? [
            {
              node: name,
              what: 'API server',
              why: api?.detail ?? whyUnknown(seen.get(ownApiServer.key), 'its manifest is not there'),
            },
          ]
        : []),
    ],
  };
};

/** A minor that was not published, or not mirrored: apt finds no Release file (lab, apt 2.6), or is turned away. */
const notPublished = /does not have a Release file| 40[34] /;

const offeredMinor = (minor: string, offers: readonly NodeOffer[], now: number): OfferedMinor => {
  // A mirror that gives the same under every path would never come to an end.
  const ofMinor = (version: Version): boolean => minorOf(version) === minor;
  const versions = offeredEverywhere(offers).filter(ofMinor);
  const some = [...new Set(offers.flatMap((offer) => offer.versions ?? []))]
    .filter(ofMinor)
    .filter((each) => !versions.includes(each));
  const { released = 'unknown', endOfLife = 'unknown' } = supportOf(minor) ?? {};
  // Patches are published until that day is over.
  const left = Math.floor((Date.parse(endOfLife) + dayMs - now) / dayMs);
  return {
    minor,
    versions,
    onSomeNodes: some.toSorted((one, other) => compareVersions(other, one)),
    released,
    endOfLife,
    ...(Number.isNaN(left) ? {} : { daysLeft: left }),
  };
};

const unreadOffers = (minor: string, offers: readonly NodeOffer[], isNext: boolean): readonly Unread[] =>
  offers.flatMap(({ node, problem, observed }) => {
    const what = `what is offered of ${minor}`;
    if (observed?.kind !== 'value')
      return [{ node, what, why: whyUnknown(observed, 'no source of Kubernetes packages') }];
    return problem === undefined || (isNext && notPublished.test(problem)) ? [] : [{ node, what, why: problem }];
  });

/** From a minor on upwards, until one of which nothing is offered. */
const lookAhead = async (
  session: Session,
  from: string,
): Promise<{ readonly offered: readonly OfferedMinor[]; readonly unread: readonly Unread[] }> => {
  const names = session.cluster.nodes.map(({ name }) => name);
  const [offered, unread]: [OfferedMinor[], Unread[]] = [[], []];
  for (let minor = from; ; minor = nextMinor(minor)) {
    const offers = (await offersOf(session, names, [minor])).get(minor) ?? [];
    const found = offeredMinor(minor, offers, session.clock.now());
    offered.push(found);
    unread.push(...unreadOffers(minor, offers, minor !== from));
    if (found.versions.length + found.onSomeNodes.length === 0) return { offered, unread };
  }
};

/** What a cluster is made of, what its nodes could get, and the way there. Changes nothing. */
export const seeVersions = async (session: Session, to: Version | undefined): Promise<VersionsReport> => {
  const [{ observations }, nodes] = await Promise.all([
    observeCluster(session, [nodesFact, kubeadmConfig]),
    Promise.all(session.cluster.nodes.map((node) => seeNode(session, node))),
  ]);
  const configured = observations.get(kubeadmConfig.key);
  const current = valueOf(kubeadmConfig, configured)?.kubernetesVersion;
  const there = nodes.flatMap(({ has }) => has.kubelet ?? []).toSorted(compareVersions);
  const start = current ?? there[0];
  const ahead = start === undefined ? { offered: [], unread: [] } : await lookAhead(session, minorOf(start));
  const running = (valueOf(nodesFact, observations.get(nodesFact.key)) ?? []).map((node) => node.kubeletVersion);
  return {
    cluster: session.cluster.name,
    nodes: nodes.map(({ has }) => has),
    offered: ahead.offered,
    ...(current === undefined ? {} : { way: wayThere({ current, running, offered: ahead.offered, to }) }),
    unread: [
      ...(current === undefined
        ? [{ what: 'the way', why: whyUnknown(configured, 'there is no ConfigMap kubeadm-config') }]
        : []),
      ...nodes.flatMap(({ unread }) => unread),
      ...ahead.unread,
    ],
  };
};
