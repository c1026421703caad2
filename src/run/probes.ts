import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { valueOf } from '../facts/fact.ts';
import { workers, type Node } from '../model/cluster.ts';
import {
  apiProbe,
  nothingAsked,
  parseProbeUrl,
  probeUrlText,
  type ProbeRecord,
  type ProbeTarget,
} from '../model/probe.ts';
import type { Prober } from '../ports/prober.ts';
import type { Emit } from './emit.ts';
import { observeCluster } from './observe.ts';
import { ProbeWatch } from './probe-watch.ts';
import { askingOrder, type Session } from './session.ts';

/** Questions about one target are begun so far apart, and wait so long for an answer. */
const intervalMs = 1000;
const timeoutMs = 3000;

/** What is seen of the targets while a run goes on. */
export interface Probes {
  seen(name: string): ProbeRecord;
  /** Asks no more, and writes down what was seen. @throws what could not be journalled. */
  end(): Promise<void>;
}

/** Where kubelets and clients reach the API: behind the load balancer, where there is one. */
const apiTarget = async (session: Session): Promise<ProbeTarget | undefined> => {
  const { observations } = await observeCluster(session, [kubeadmConfig]);
  const endpoint = valueOf(kubeadmConfig, observations.get(kubeadmConfig.key))?.controlPlaneEndpoint;
  const [own] = [...session.endpoints.values()];
  const address = endpoint === undefined ? own : `https://${endpoint}`;
  const found = address === undefined ? undefined : parseProbeUrl(`${address.replace(/\/$/, '')}/readyz`);
  if (found === undefined) return undefined;
  return { ...found, name: apiProbe, from: 'cluster', port: /:\d+$/.test(address ?? '') ? found.port : 6443 };
};

interface Watched {
  readonly target: ProbeTarget;
  readonly watch: ProbeWatch;
}

interface Watching {
  readonly session: Session;
  readonly emit: Emit;
  readonly prober: Prober;
  readonly signal: AbortSignal;
}

/** Through whom it is asked: control planes that are not worked on first, and never again whoever lets nobody through. */
const waysOf = (session: Session, shut: ReadonlySet<string>): readonly Node[] =>
  [...askingOrder(session), ...workers(session.cluster)].filter(({ name }) => !shut.has(name));

/** Asks one target once a second until the signal comes; through another node whenever one cannot be asked through. */
const watchTarget = async ({ session, emit, prober, signal }: Watching, { target, watch }: Watched): Promise<void> => {
  const { clock, transport } = session;
  const { name: probe } = target;
  const shut = new Set<string>();
  for (let turn = 0; !signal.aborted;) {
    const ways = waysOf(session, shut);
    const via = ways[turn % Math.max(1, ways.length)];
    if (via === undefined) return;
    const begun = clock.now();
    const answer = await prober.ask({ target, timeoutMs, via, transport, signal });
    if (signal.aborted) return;
    if (answer.kind === 'unasked') {
      if (answer.never) shut.add(via.name);
      else turn += 1;
    }
    const change = watch.note(answer, begun);
    if (change !== undefined) await emit.event({ type: 'probe-changed', probe, change });
    await clock.sleep(Math.max(0, begun + intervalMs - clock.now()), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
};

const unwatched: Probes = { seen: () => nothingAsked, end: () => Promise.resolve() };

/**
 * Begins to ask the API server and what the inventory names. Without a prober, or a way to the API, nothing is asked of
 * it, and `seen` says so.
 */
export const startProbes = async (session: Session, emit: Emit): Promise<Probes> => {
  const { clock, cluster } = session;
  const prober = await session.prober?.();
  if (prober === undefined) return unwatched;
  const stop = new AbortController();
  const api = await apiTarget(session);
  const watched = [...(api === undefined ? [] : [api]), ...cluster.probes].map((target): Watched => ({
    target,
    watch: new ProbeWatch(),
  }));
  let trouble: { readonly error: unknown } | undefined;
  const loops = watched.map((each) =>
    watchTarget({ session, emit, prober, signal: stop.signal }, each).catch((error: unknown) => {
      trouble = { error };
    }),
  );
  return {
    seen: (name) => watched.find(({ target }) => target.name === name)?.watch.seen(clock.now()) ?? nothingAsked,
    end: async () => {
      stop.abort();
      await Promise.all(loops);
      if (trouble !== undefined) throw trouble.error;
      if (watched.length === 0) return;
      const now = clock.now();
      await emit.event({
        type: 'probes-ended',
        probes: watched.map(({ target, watch }) => ({
          name: target.name,
          url: probeUrlText(target),
          ...watch.seen(now),
        })),
      });
    },
  };
};
