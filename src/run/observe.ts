import { frameCommands, splitFrames, type Framed } from '../facts/frame.ts';
import { valueOf, type Fact, type FactPlace, type Parsed } from '../facts/fact.ts';
import { commandFor } from './command-for.ts';
import { staticPods } from '../facts/static-pods.ts';
import { controlPlanes, type Node } from '../model/cluster.ts';
import { nothingAsked } from '../model/probe.ts';
import type { Observed } from '../model/observed.ts';
import { describeExit } from '../model/exit.ts';
import { ConnectError } from '../ports/transport.ts';
import { readNotes } from './kept-text.ts';
import { parseOnce } from './parse-once.ts';
import { observedOf, withWholes } from './whole-facts.ts';
import { askingOrder, courseOf, etcdAskingOrder, nodeOf, type Session } from './session.ts';

type AnyFact = Fact<unknown>;
export type Observations = ReadonlyMap<string, Observed<unknown>>;

/** What a parser made of an answer, as it is kept. */
export const observedFrom = (parsed: Parsed<unknown>, at: number, from: string): Observed<unknown> => {
  if ('value' in parsed) return { kind: 'value', value: parsed.value, at, from };
  if ('absent' in parsed) return { kind: 'absent' };
  if ('unreadable' in parsed) return { kind: 'unreadable', text: parsed.unreadable, from };
  return { kind: 'unavailable', why: parsed.unavailable };
};

const parseFramed = (
  { readings }: Session,
  { name }: Node,
  fact: AnyFact,
  framed: Framed | undefined,
): Parsed<unknown> => {
  if (framed === undefined) return { unavailable: `${name} did not answer for ${fact.id}` };
  if ('unavailable' in framed) return framed;
  return fact.source.kind === 'command'
    ? parseOnce(readings, `${name} ${fact.subject} ${fact.key}`, framed.output, fact.source.parse)
    : { unavailable: `${fact.id} is not read by a command` };
};

const keptOf = ({ kept, clock }: Session, node: Node, fact: AnyFact): Observed<unknown> | undefined => {
  const found = kept.get(`${node.name} ${fact.key}`);
  return found !== undefined && clock.now() < found.until ? found.observed : undefined;
};

const interpret = (session: Session, node: Node, fact: AnyFact, framed: Framed | undefined): Observed<unknown> => {
  const parsed = parseFramed(session, node, fact, framed);
  const at = session.clock.now();
  const observed = observedFrom(parsed, at, node.name);
  if ('value' in parsed && parsed.keepMs !== undefined)
    session.kept.set(`${node.name} ${fact.key}`, { until: at + parsed.keepMs, observed });
  return observed;
};

/** All the facts of one place in one round trip (or a few, where the script would be too long for one argument). */
const ask = async (
  session: Session,
  node: Node,
  place: FactPlace,
  facts: readonly AnyFact[],
): Promise<Observations> => {
  const kept = new Map(facts.map((fact) => [fact.key, keptOf(session, node, fact)]));
  const questions = facts.flatMap((fact) =>
    fact.source.kind === 'command' && kept.get(fact.key) === undefined
      ? [{ id: fact.key, command: commandFor(node, fact.source.command(place)) }]
      : [],
  );
  const token = session.entropy.token();
  const answers = new Map<string, Framed>();
  let trouble: string | undefined;
  for (const command of frameCommands(questions, token)) {
    try {
      const from = session.clock.now();
      const result = await session.transport.run(node, command, { keepBytes: 64 * 1024 * 1024 });
      const asked = { from, to: session.clock.now() };
      for (const [key, framed] of splitFrames(result, token))
        answers.set(key, 'output' in framed ? { output: { ...framed.output, asked } } : framed);
      if (result.exit.kind !== 'code') trouble = `${node.name}: ${describeExit(result.exit)}`;
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      trouble = error.message;
    }
  }
  return new Map(
    facts.map((fact) => {
      const answer = answers.get(fact.key) ?? (trouble === undefined ? undefined : { unavailable: trouble });
      return [fact.key, kept.get(fact.key) ?? interpret(session, node, fact, answer)];
    }),
  );
};

/** A control plane's own API server, as its static pod manifest names it; learnt once a session. */
const endpointOf = async (session: Session, node: Node): Promise<string> => {
  const known = session.endpoints.get(node.name);
  if (known !== undefined) return known;
  const observed = await ask(session, node, { node: node.name, apiServer: '' }, [staticPods]);
  const apiServer = valueOf(staticPods, observed.get(staticPods.key))?.apiServer;
  if (apiServer !== undefined) session.endpoints.set(node.name, apiServer);
  return apiServer ?? '';
};

const othersOf = ({ cluster, endpoints }: Session, { name }: Node): readonly string[] =>
  controlPlanes(cluster).flatMap((node) => (node.name === name ? [] : (endpoints.get(node.name) ?? [])));

export const placeOf = async (session: Session, node: Node): Promise<FactPlace> => {
  if (node.role !== 'control-plane') return { node: node.name, apiServer: '' };
  const apiServer = await endpointOf(session, node);
  return { node: node.name, apiServer, others: othersOf(session, node) };
};

const observeArtifact = async (session: Session, fact: AnyFact): Promise<Observed<unknown>> => {
  if (fact.source.kind === 'notes') {
    const { prefix, parse } = fact.source;
    const now = session.clock.now();
    return observedFrom(parse(await readNotes(session.artifacts, prefix), now), now, 'the operator');
  }
  if (fact.source.kind === 'probe') {
    const { probe, parse } = fact.source;
    return observedFrom(parse(session.probes?.seen(probe) ?? nothingAsked), session.clock.now(), 'this run');
  }
  if (fact.source.kind === 'course')
    return observedFrom(fact.source.parse(courseOf(session)), session.clock.now(), 'this run');
  if (fact.source.kind !== 'artifact') return { kind: 'unavailable', why: `${fact.id} is not an artifact` };
  const found = await session.artifacts.find(fact.source.name);
  return observedFrom(fact.source.parse(found), session.clock.now(), 'the operator');
};

/** Looks at facts about one node, on that node. Changes nothing. */
export const observeNode = async (session: Session, name: string, facts: readonly AnyFact[]): Promise<Observations> => {
  if (facts.length === 0) return new Map();
  const node = nodeOf(session, name);
  return ask(session, node, await placeOf(session, node), facts);
};

/** What was seen of the cluster, and through which control plane. */
export interface ClusterSight {
  readonly observations: Observations;
  readonly place: FactPlace;
}

const nowhere: ClusterSight = { observations: new Map(), place: { node: '', apiServer: '' } };

/** Facts that one thing on a control plane answers: its API server, or its etcd. */
type Source = 'api' | 'etcd';
const sourceOf = ({ through }: AnyFact): Source => through ?? 'api';

/** A control plane whose etcd is another one's speaks for itself only. */
const unanswered = (source: Source, observations: Observations): boolean =>
  [...observations.values()].some(({ kind }) => kind === 'unavailable' || (source === 'etcd' && kind === 'absent'));

const unavailable = ({ observations }: ClusterSight): boolean =>
  [...observations.values()].some(({ kind }) => kind === 'unavailable');

const withoutApiServer = (node: Node, facts: readonly AnyFact[]): Observations =>
  new Map(facts.map(({ key }) => [key, { kind: 'unavailable', why: `${node.name} names no API server of its own` }]));

const askControlPlane = async (session: Session, node: Node, facts: readonly AnyFact[]): Promise<ClusterSight> => {
  const place = await placeOf(session, node);
  const [askable, others] =
    place.apiServer === ''
      ? [facts.filter((fact) => sourceOf(fact) === 'etcd'), facts.filter((fact) => sourceOf(fact) === 'api')]
      : [facts, []];
  const seen = askable.length === 0 ? new Map<string, Observed<unknown>>() : await ask(session, node, place, askable);
  return { place, observations: new Map([...seen, ...withoutApiServer(node, others)]) };
};

const only = ({ observations, place }: ClusterSight, facts: readonly AnyFact[]): ClusterSight => ({
  place,
  observations: new Map([...observations].filter(([key]) => facts.some((fact) => fact.key === key))),
});

/**
 * Each source answers by itself: where no API server does, etcd still may. Of those that answer nowhere, what the first
 * control plane said stands, one that should have answered before one that has nothing to say.
 */
const askInTurn = async (
  session: Session,
  facts: readonly AnyFact[],
  order: readonly Node[],
): Promise<ClusterSight> => {
  const bySource = [...Map.groupBy(facts, sourceOf)];
  const settled = new Map<Source, ClusterSight>();
  const doubtful = new Map<Source, ClusterSight>();
  for (const node of order) {
    const open = bySource.filter(([source]) => !settled.has(source));
    if (open.length === 0) break;
    const sight = await askControlPlane(
      session,
      node,
      open.flatMap(([, asked]) => asked),
    );
    for (const [source, asked] of open) {
      const own = only(sight, asked);
      const before = doubtful.get(source);
      if (!unanswered(source, own.observations)) settled.set(source, own);
      else if (before === undefined || (unavailable(own) && !unavailable(before))) doubtful.set(source, own);
    }
  }
  const found = bySource.map(([source]) => settled.get(source) ?? doubtful.get(source) ?? nowhere);
  const { place } = settled.get('api') ?? settled.get('etcd') ?? found[0] ?? nowhere;
  if (settled.size > 0) session.preferred = place.node;
  return { place, observations: new Map(found.flatMap(({ observations }) => [...observations])) };
};

/** What is said where no host of etcd is left to be asked. */
const noEtcdHost: Observed<unknown> = { kind: 'unavailable', why: 'no etcd host of the inventory can be reached' };

/** Where etcd has hosts of its own they are asked about it, and control planes about the rest. */
const askClusterFacts = async (session: Session, facts: readonly AnyFact[]): Promise<ClusterSight> => {
  if (session.cluster.etcdHosts === undefined) return askInTurn(session, facts, askingOrder(session));
  const [ofEtcd, ofApi] = ['etcd', 'api'].map((source) => facts.filter((fact) => sourceOf(fact) === source));
  const { preferred } = session;
  const etcd = ofEtcd?.length ? await askInTurn(session, ofEtcd, etcdAskingOrder(session)) : undefined;
  if (preferred !== undefined) session.preferred = preferred;
  const api = ofApi?.length ? await askInTurn(session, ofApi, askingOrder(session)) : undefined;
  const seen = new Map<string, Observed<unknown>>(ofEtcd?.map(({ key }) => [key, noEtcdHost]));
  const observations = new Map([...seen, ...(etcd?.observations ?? []), ...(api?.observations ?? [])]);
  return { place: (api ?? etcd ?? nowhere).place, observations };
};

const firstPlace = (session: Session): FactPlace => {
  const [first] = askingOrder(session);
  return first === undefined ? nowhere.place : { node: first.name, apiServer: session.endpoints.get(first.name) ?? '' };
};

/**
 * Looks at facts about the cluster as a whole, through the first control plane that can answer all of one source. Reads
 * fail over; the place comes back so that what is written next goes to the one that was looked through.
 */
export const observeCluster = async (session: Session, facts: readonly AnyFact[]): Promise<ClusterSight> => {
  const asked = facts.filter(({ source }) => source.kind === 'command');
  const kept = facts.filter(({ source }) => source.kind !== 'command');
  const sight =
    asked.length === 0
      ? { observations: new Map<string, Observed<unknown>>(), place: firstPlace(session) }
      : await askClusterFacts(session, withWholes(asked));
  const seen = asked.flatMap((fact) => {
    const observed = observedOf(fact, sight.observations);
    return observed === undefined ? [] : [[fact.key, observed] as const];
  });
  const artifacts = await Promise.all(
    kept.map(async (fact) => [fact.key, await observeArtifact(session, fact)] as const),
  );
  return { place: sight.place, observations: new Map([...seen, ...artifacts]) };
};
