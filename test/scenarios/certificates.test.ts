import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import type { Scenario } from '../../scripts/simulation/scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';
import type { Host, World } from '../../src/simulator/world/host.ts';

type Certificates = NonNullable<Scenario['certificates']>;

/** The first seed of that kind, so that the test stays right when seeds mean something else. */
const seedThat = (what: string, is: (drawn: Certificates, scenario: Scenario) => boolean): number => {
  for (let seed = 1; seed < 10_000; seed += 1) {
    const scenario = scenarioOf(seed, undefined, 'certificates');
    const { certificates, window, dryRunFirst } = scenario;
    if (certificates !== undefined && window === undefined && !dryRunFirst && is(certificates, scenario)) return seed;
  }
  throw new Error(`no seed has ${what}`);
};

const topology = { controlPlanes: 1, workers: 1 };
const play = (seed: number, options: Parameters<typeof simulate>[2] = {}) =>
  simulate(seed, { topology, course: 'certificates', kinds: [] }, { traced: true, faults: [], ...options });

const endsOf = (trace: readonly string[]): readonly string[] =>
  trace.flatMap((line) => /p\d+ ends: (.*)$/.exec(line)?.[1] ?? []);

const controlPlane = ({ hosts }: World): Host => {
  const found = [...hosts.values()].find(({ role }) => role === 'control-plane');
  if (found === undefined) throw new Error('no control plane');
  return found;
};

const isRenewed = (line: string): boolean => /journal command-finished \S+\/renew-certificates$/.test(line);

const due = ({ asked, age, byHand, keyElsewhere }: Certificates): boolean =>
  asked === 'all' && age > 280 && !byHand && !keyElsewhere;

describe('certificates of a simulated cluster', { timeout: 120_000 }, () => {
  it('are renewed, with new keys, and every program is started again', async () => {
    const before = new Map<string, string>();
    const seed = seedThat('certificates that are due', due);
    const { verdict, what, trace } = await play(seed, {
      before: (world) => before.set('apiserver', controlPlane(world).files.read('/etc/kubernetes/pki/apiserver.crt')),
      after: (world) => {
        const { files, components } = controlPlane(world);
        expect(files.read('/etc/kubernetes/pki/apiserver.crt')).not.toBe(before.get('apiserver'));
        for (const { certificates, state } of components.values()) {
          expect(state).toBe('running');
          for (const [path, read] of certificates) expect(files.read(path)).toBe(read);
        }
      },
    });
    expect({ verdict, what, ends: endsOf(trace) }).toEqual({ verdict: 'as-expected', what: [], ends: ['{"code":0}'] });
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
      expect(trace.some((line) => line.includes(`"component-stopped"`) && line.includes(`"${name}"`))).toBe(true);
  });

  it('that somebody renewed by hand are only made use of', async () => {
    const seed = seedThat(
      'certificates renewed by hand',
      ({ byHand, asked, keyElsewhere }) => byHand && asked === 'usual' && !keyElsewhere,
    );
    const { verdict, what, trace } = await play(seed);
    expect({ verdict, what, ends: endsOf(trace) }).toEqual({ verdict: 'as-expected', what: [], ends: ['{"code":0}'] });
    expect(trace.some((line) => line.includes('"component-stopped"'))).toBe(true);
    expect(trace.some((line) => /"file-changed".*\/etc\/kubernetes\/pki\/.*"kind":"nodeops"/.test(line))).toBe(false);
  });

  it('that hold for long enough stay as they are', async () => {
    const seed = seedThat(
      'certificates of long ago',
      ({ age, asked, byHand, keyElsewhere }) => age < 200 && asked === 'usual' && !byHand && !keyElsewhere,
    );
    const { verdict, what, trace } = await play(seed);
    expect({ verdict, what, ends: endsOf(trace) }).toEqual({ verdict: 'as-expected', what: [], ends: ['{"code":0}'] });
    expect(trace.some((line) => line.includes('"component-stopped"'))).toBe(false);
  });

  it('whose authority is kept elsewhere are refused, and that is named', async () => {
    const seed = seedThat('an authority elsewhere', ({ keyElsewhere }) => keyElsewhere);
    const { verdict, what, trace, said } = await play(seed);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(new Set(endsOf(trace))).toEqual(new Set(['{"code":3}']));
    expect(said).toContain('no key of ca is here');
  });

  it('are gone on with by the same command where the program was killed between renewal and restart', async () => {
    const seed = seedThat('certificates that are due', (drawn, { otherMachine }) => due(drawn) && !otherMachine);
    const undisturbed = (await play(seed)).trace;
    const entries = undisturbed.filter(
      (line, at) => line.includes(' journal ') && at <= undisturbed.findIndex(isRenewed),
    );
    const killed = { kind: 'program-killed', moment: 'after', when: { journal: entries.length } } as const;
    const { verdict, what, trace } = await play(seed, { faults: [killed] });
    expect({ verdict, what, ends: endsOf(trace) }).toEqual({
      verdict: 'as-expected',
      what: [],
      ends: ['"killed"', '{"code":0}'],
    });
    expect(trace.filter(isRenewed)).toHaveLength(1);
  });

  it.each([64, 161, 228, 951])('with the faults of seed %i end as they must', async (seed) => {
    const { verdict, what } = await simulate(seed, { course: 'certificates' });
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
  });
});
