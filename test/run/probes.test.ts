import { describe, expect, it } from 'vitest';
import type { ProbeTarget } from '../../src/model/probe.ts';
import type { ProbeAnswer, Prober, ProbeQuestion } from '../../src/ports/prober.ts';
import { startProbes } from '../../src/run/probes.ts';
import { makeCluster, stage } from './scripted.ts';

const answered: ProbeAnswer = { kind: 'answered' };
const shop: ProbeTarget = { name: 'shop', scheme: 'tcp', host: '10.96.0.20', port: 80, path: '', from: 'cluster' };
const configured = (endpoint: string): string =>
  `kind: ClusterConfiguration\nkubernetesVersion: v1.35.4\n${endpoint === '' ? '' : `controlPlaneEndpoint: ${endpoint}\n`}`;

interface Asked {
  readonly probe: string;
  readonly at: number;
  readonly via: string;
  readonly url: string;
}

/** A run that lasts `seconds`, asked about by `answer`; `probes` are those of the inventory. */
const watched = async (
  answer: (question: ProbeQuestion, second: number) => ProbeAnswer,
  {
    seconds = 3,
    endpoint = 'lb.example:6443',
    probes = [] as readonly ProbeTarget[],
    hand = [] as readonly string[],
  } = {},
) => {
  const { session, emit, clock, events } = stage(
    { ...makeCluster('cp1', 'cp2', 'w1'), probes },
    { facts: (_node, key) => (key === 'kubeadm-config' ? { stdout: configured(endpoint) } : undefined) },
  );
  const asked: Asked[] = [];
  const begun = clock.now();
  const prober: Prober = {
    ask: (question) => {
      const at = (clock.now() - begun) / 1000;
      const { target, via } = question;
      asked.push({
        probe: target.name,
        at,
        via: via.name,
        url: `${target.scheme}://${target.host}:${target.port}${target.path}`,
      });
      return Promise.resolve(answer(question, at));
    },
  };
  for (const node of hand) session.inHand.add(node);
  const watch = await startProbes({ ...session, prober: () => Promise.resolve(prober) }, emit);
  for (let second = 0; second < seconds; second += 1) await clock.sleep(1000);
  const seen = watch.seen('API');
  await watch.end();
  await clock.sleep(5000);
  return { asked, seen, told: events.filter(({ type }) => type.startsWith('probe')) };
};

describe('what is watched while a run goes on', () => {
  it('asks the API behind its load balancer once a second, and no more afterwards', async () => {
    const { asked, seen, told } = await watched(() => answered);
    expect(asked).toEqual(
      [0, 1, 2, 3].map((at) => ({ probe: 'API', at, via: 'cp1', url: 'https://lb.example:6443/readyz' })),
    );
    expect(seen).toMatchObject({ asked: 4, failed: 0, awayMs: 0 });
    expect(told).toMatchObject([
      { type: 'probes-ended', probes: [{ name: 'API', url: 'https://lb.example:6443/readyz', asked: 4, failed: 0 }] },
    ]);
  });

  it.each([
    ['lb.example', 'https://lb.example:6443/readyz'],
    ['lb.example:443', 'https://lb.example:443/readyz'],
    ['', 'https://172.30.5.1:6443/readyz'],
  ])('controlPlaneEndpoint %j is asked as %s', async (endpoint, url) => {
    const { asked } = await watched(() => answered, { endpoint, seconds: 0 });
    expect(asked.map((each) => each.url)).toEqual([url]);
  });

  it('tells when it goes and when it comes back, and adds up', async () => {
    const { seen, told } = await watched((_question, at) =>
      at === 1 || at === 2 ? { kind: 'away', why: 'refused' } : answered,
    );
    expect(seen).toEqual({ asked: 4, failed: 2, awayMs: 2000, longestMs: 2000, blindMs: 0 });
    expect(told).toMatchObject([
      { type: 'probe-changed', probe: 'API', change: { kind: 'away', why: 'refused' } },
      { type: 'probe-changed', probe: 'API', change: { kind: 'back', awayMs: 2000 } },
      { type: 'probes-ended' },
    ]);
  });

  it('asks what the inventory names beside it', async () => {
    const { asked, told } = await watched(() => answered, { probes: [shop], seconds: 1 });
    expect(asked.filter(({ probe }) => probe === 'shop').map(({ at, url }) => [at, url])).toEqual([
      [0, 'tcp://10.96.0.20:80'],
      [1, 'tcp://10.96.0.20:80'],
    ]);
    expect(told).toMatchObject([{ probes: [{ name: 'API' }, { name: 'shop', url: 'tcp://10.96.0.20:80' }] }]);
  });

  it('asks through a control plane that is not worked on', async () => {
    const { asked } = await watched(() => answered, { hand: ['cp1'], seconds: 0 });
    expect(asked.map(({ via }) => via)).toEqual(['cp2']);
  });

  it('goes on through another node where one cannot be reached', async () => {
    const { asked, seen } = await watched(({ via }) =>
      via.name === 'cp1' ? { kind: 'unasked', why: 'timed out', never: false } : answered,
    );
    expect(asked.map(({ via }) => via)).toEqual(['cp1', 'cp2', 'cp2', 'cp2']);
    expect(seen).toMatchObject({ asked: 3, failed: 0, blindMs: 1000 });
  });

  it('asks nobody twice who lets nobody through, and says that nothing was seen', async () => {
    const { asked, told } = await watched(() => ({ kind: 'unasked', why: 'forbidden', never: true }));
    expect(asked.map(({ via }) => via)).toEqual(['cp1', 'cp2', 'w1']);
    expect(told).toMatchObject([{ type: 'probes-ended', probes: [{ asked: 0, failed: 0, awayMs: 0, blindMs: 3000 }] }]);
  });

  it('asks nothing where nothing can ask', async () => {
    const { session, emit, events } = stage(makeCluster('cp1'), {});
    const watch = await startProbes(session, emit);
    await watch.end();
    expect(watch.seen('API')).toMatchObject({ asked: 0 });
    expect(events).toEqual([]);
  });

  it('lets the run hear of a journal that refuses', async () => {
    const { session, emit, clock } = stage(makeCluster('cp1'), {
      facts: (_node, key) => (key === 'kubeadm-config' ? { stdout: configured('lb.example') } : undefined),
    });
    const away: ProbeAnswer = { kind: 'away', why: 'refused' };
    const full = { ...emit, event: () => Promise.reject(new Error('no space left on device')) };
    const prober: Prober = { ask: () => Promise.resolve(away) };
    const watch = await startProbes({ ...session, prober: () => Promise.resolve(prober) }, full);
    await clock.sleep(1000);
    await expect(watch.end()).rejects.toThrow('no space left on device');
  });
});
