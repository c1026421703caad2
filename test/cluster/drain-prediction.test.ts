import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding, FindingKind } from '../../src/drain/finding.ts';
import type { Prediction } from '../../src/drain/predict-drains.ts';
import { refusedEvictions } from '../../src/facts/refused-evictions.ts';
import { movablePods } from '../../src/facts/movable-pods.ts';
import { digest, settledDigest } from './digest.ts';
import { budget, deployment, lonePod, onlyOn, refusingPolicy, spread, type Ground } from './drain-manifests.ts';
import { situations, timeoutSeconds, type Expected } from './drain-situations.ts';
import { apply, ask, drained, onlyTakesPods, predicted, settled, type Drained } from './drain-truth.ts';
import { freshCluster, type LabCluster } from './lab-cluster.ts';
import { watchReady } from './watch-ready.ts';

const name = 'ci-drain-prediction';
const [cp1, w1, w2] = [`${name}-cp1`, `${name}-w1`, `${name}-w2`] as const;
const settings = { timeoutMs: timeoutSeconds * 1000, deleteEmptyDirData: false };

const maybe: ReadonlySet<FindingKind> = new Set(['may-not-end', 'stays-refused', 'too-slow', 'wait-for-each-other']);

/** What findings say of a drain's end. */
const endOf = (findings: readonly Finding[]): Expected => {
  if (findings.some(({ level }) => level === 'block')) return 'blocked';
  return findings.some(({ kind }) => maybe.has(kind)) ? 'either' : 'ends';
};

const namespaceOf = ({ pod, owner, budget: about }: Finding): string =>
  (pod ?? owner?.split(' ')[1] ?? about ?? '').split('/')[0] ?? '';

const about = (predictions: readonly Prediction[], node: string, namespace?: string): readonly Finding[] =>
  predictions
    .filter((one) => one.node === node)
    .flatMap(({ findings }) => findings)
    .filter((finding) => namespace === undefined || namespaceOf(finding) === namespace);

const actualOf = ({ errors, left }: Drained, namespace: string): 'ends' | 'blocked' =>
  errors.has(namespace) || left.has(namespace) ? 'blocked' : 'ends';

const kindsOf = (findings: readonly Finding[]): readonly string[] =>
  [...new Set(findings.map(({ kind }) => kind))].toSorted();

const tableText = (rows: readonly (readonly string[])[]): string => {
  const all = [['situation', 'predicted', 'actual', 'foreseen', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map(
      (row) =>
        `${row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
};

describe('what is predicted of drains is what drains do', () => {
  let cluster: LabCluster;
  let ground: Ground;
  const workers = [w1, w2];

  const restingState = async (wanted: readonly string[]): Promise<void> => {
    await settled(cluster, async () => {
      const pods = (await ask(cluster, movablePods)).filter(({ namespace }) => wanted.includes(namespace));
      const starting = ({ phase, waiting }: (typeof pods)[number]) =>
        phase === 'Pending' && !waiting.some((why) => /Image/.test(why));
      return pods.length > 0 && !pods.some(starting);
    });
  };

  /** Takes situations away: finalizers, what refuses evictions, and all that is in their namespaces. */
  const cleaned = async (names: readonly string[]): Promise<void> => {
    await cluster.exec(w1, 'rm', '-f', '/etc/kubernetes/manifests/still.yaml');
    await cluster.kubectl(
      'delete',
      'validatingwebhookconfiguration,validatingadmissionpolicy,validatingadmissionpolicybinding',
      '--all',
    );
    await cluster.kubectl('delete', 'namespace', ...names, '--wait=false', '--ignore-not-found');
    for (const { namespace, name: pod, finalizers } of await ask(cluster, movablePods))
      if (finalizers.some((one) => one.startsWith('example.com/')))
        await cluster.kubectl(
          'patch',
          'pod',
          '-n',
          namespace,
          pod,
          '--type=merge',
          '--patch={"metadata":{"finalizers":null}}',
        );
    await Promise.all(
      names.map((one) =>
        cluster.kubectl('delete', 'pods', '-n', one, '--all', '--grace-period=0', '--force', '--wait=false'),
      ),
    );
    await settled(cluster, async () => {
      const pods = await ask(cluster, movablePods);
      return !pods.some(({ namespace }) => names.includes(namespace));
    });
  };

  beforeAll(async () => {
    cluster = await freshCluster({ name, topology: '1+2', version: '1.35.4' });
    const image = await cluster.kubectl('get', 'deployment', 'web', '--output=jsonpath={..image}');
    ground = { image, here: w1, there: w2, controlPlane: cp1 };
  });
  afterAll(() => cluster.dispose());

  it('a dry run of a drain changes nothing', async () => {
    await cluster.kubectl('create', 'namespace', 'policy');
    await apply(cluster, 'policy', refusingPolicy('policy'));
    const before = await settledDigest(cluster);
    expect(await ask(cluster, refusedEvictions([cp1, w1, w2]))).toEqual([]);
    expect(await digest(cluster)).toEqual(before);
  });

  it('pods that kubectl refuses to evict at all', async () => {
    await onlyTakesPods(cluster, workers, [w1]);
    await cluster.kubectl('create', 'namespace', 'refused');
    const local = { spec: { volumes: [{ name: 'cache', emptyDir: {} }] } };
    await apply(cluster, 'refused', [lonePod(ground, 'lone'), deployment(ground, 'a', local)]);
    await restingState(['refused']);
    const before = await predicted(cluster, [w1], settings);
    const after = await drained(cluster, w1, settings);
    await cluster.kubectl('delete', 'namespace', 'refused', '--wait=false');
    expect(kindsOf(about(before, w1, 'refused').filter(({ level }) => level === 'block'))).toEqual([
      'local-data',
      'lone',
    ]);
    expect(after.code).toBe(1);
    expect(after.text).toMatch(/Pods that declare no controller .*refused\/lone/);
    expect(after.text).toMatch(/Pods with local storage .*refused\/a-/);
    expect(after.left).toContain('refused');
  });

  it('each situation, on one node', async () => {
    const all = situations(ground);
    const phases = [
      { open: [w1], of: 'here' },
      { open: [w2], of: 'there' },
      { open: workers, of: 'anywhere' },
    ] as const;
    for (const { open, of } of phases) {
      await onlyTakesPods(cluster, workers, open);
      const these = all.filter((one) => one[of] !== undefined);
      await Promise.all(
        these.map(async (one) => {
          await cluster.exec(cp1, 'sh', '-c', `kubectl create namespace ${one.name} 2>/dev/null || true`);
          await apply(cluster, one.name, one[of] ?? []);
        }),
      );
      await restingState(these.map((one) => one.name));
    }
    const manifest = JSON.stringify({ ...lonePod(ground, 'still'), metadata: { name: 'still', namespace: 'room' } });
    await cluster.exec(w1, 'sh', '-c', `printf %s '${manifest}' > /etc/kubernetes/manifests/still.yaml`);

    const foreseen = await predicted(cluster, [w1], settings);
    const watch = watchReady(cp1);
    const letGo = async () => {
      const pod = await cluster.kubectl('get', 'pods', '-n', 'let-go', '-o', 'name');
      await new Promise((resolve) => setTimeout(resolve, 4000));
      await cluster.kubectl(
        'patch',
        '-n',
        'let-go',
        pod.split('\n')[0] ?? '',
        '--type=merge',
        '--patch={"metadata":{"finalizers":null}}',
      );
    };
    const seen = await drained(cluster, w1, settings, letGo);
    const wasDown = await watch.stop();

    const rows: (readonly string[])[] = [];
    const wrong: string[] = [];
    for (const one of all) {
      const findings = about(foreseen, w1, one.name);
      const end = endOf(findings);
      const actual = actualOf(seen, one.name);
      const troubles = [
        ...(end === one.predicted ? [] : [`predicted ${end}, not ${one.predicted}`]),
        ...(actual === (one.actual ?? one.predicted) ? [] : [`really ${actual}, not ${one.actual ?? one.predicted}`]),
        ...(end === 'either' || end === actual ? [] : ['the prediction is wrong']),
        ...(kindsOf(findings).join() === [...one.kinds].toSorted().join()
          ? []
          : [`foreseen ${kindsOf(findings).join(', ')}, not ${one.kinds.join(', ')}`]),
        ...(one.says === undefined || one.says.test(seen.errors.get(one.name) ?? '')
          ? []
          : [`kubectl said: ${seen.errors.get(one.name) ?? 'nothing'}`]),
        ...(one.down === undefined || wasDown.has(`${one.name}/a`) === one.down
          ? []
          : [`down: ${wasDown.has(`${one.name}/a`)}`]),
      ];
      if (troubles.length > 0)
        wrong.push(
          `${one.name} (${one.what}): ${troubles.join('; ')}\n  ${findings.map(({ because }) => because).join('\n  ')}`,
        );
      rows.push([one.what, end, actual, kindsOf(findings).join(', '), troubles.length === 0 ? '' : 'WRONG']);
    }
    process.stdout.write(tableText(rows));
    expect(wrong).toEqual([]);
    expect(all.length).toBeGreaterThanOrEqual(20);
  });

  it('two nodes at once, whose pods the same budgets guard', async () => {
    const short = { ...settings, timeoutMs: 20_000 };
    await cleaned(situations(ground).map((one) => one.name));
    await onlyTakesPods(cluster, workers, workers);
    const on = onlyOn(w1, w2);
    const each = (app: string) => [
      budget({ minAvailable: 1 }, { matchLabels: { app } }, app),
      deployment(ground, app, { replicas: 2, spec: { ...on, ...spread({}, app) } }),
    ];
    await cluster.kubectl('create', 'namespace', 'turns');
    await apply(cluster, 'turns', each('a'));
    await cluster.kubectl('create', 'namespace', 'crossed');
    await apply(cluster, 'crossed', [...each('a'), ...each('b')]);
    await cluster.kubectl('create', 'namespace', 'both');
    await apply(cluster, 'both', [
      budget({ minAvailable: 3 }),
      deployment(ground, 'a', { replicas: 4, spec: { ...on, ...spread() } }),
    ]);
    await restingState(['turns', 'crossed', 'both']);
    const foreseen = await predicted(cluster, workers, short);
    const ended = await Promise.all(workers.map((node) => drained(cluster, node, short)));
    const stuck = (namespace: string) => ended.filter((one) => actualOf(one, namespace) === 'blocked').length;
    const rows = ['turns', 'crossed', 'both'].map((namespace) => {
      const findings = workers.flatMap((node) => about(foreseen, node, namespace));
      return [namespace, endOf(findings), `${stuck(namespace)} of 2 blocked`, kindsOf(findings).join(', '), ''];
    });
    process.stdout.write(tableText(rows));
    // Neither node comes back because of `both`: whoever comes second elsewhere waits for good.
    expect(rows).toEqual([
      ['turns', 'either', '1 of 2 blocked', 'homeless, wait-for-each-other', ''],
      ['crossed', 'blocked', expect.stringMatching(/^[12] of 2 blocked$/), 'homeless, stays-refused', ''],
      ['both', 'blocked', '2 of 2 blocked', 'homeless, stays-refused', ''],
    ]);
  });

  it('CoreDNS on one node, and what is advised', async () => {
    await cleaned(['turns', 'crossed', 'both']);
    await onlyTakesPods(cluster, workers, workers);
    const aboutDns = async () =>
      about(await predicted(cluster, [cp1], settings), cp1).filter(
        ({ owner }) => owner === 'deployment kube-system/coredns',
      );
    const [outage, ...others] = await aboutDns();
    expect([outage?.kind, outage?.level, others]).toEqual(['outage', 'warn', []]);
    const advice = /kubectl .*$/.exec(outage?.fix ?? '')?.[0] ?? '';
    expect(advice).toBe('kubectl -n kube-system rollout restart deployment/coredns');
    await cluster.exec(
      cp1,
      'sh',
      '-c',
      `${advice} && kubectl -n kube-system rollout status deployment/coredns --timeout=120s`,
    );
    await settled(cluster, async () => {
      const dns = (await ask(cluster, movablePods)).filter(({ labels }) => labels['k8s-app'] === 'kube-dns');
      return dns.length === 2;
    });
    expect(await aboutDns()).toEqual([]);
    const [estimate] = await predicted(cluster, [cp1], settings);
    const watch = watchReady(cp1);
    const { code, seconds } = await drained(cluster, cp1, settings);
    expect([code, (await watch.stop()).has('kube-system/coredns')]).toEqual([0, false]);
    process.stdout.write(
      `drain of ${cp1}: ${seconds} s; predicted ${estimate?.seconds ?? 0} s, at most ${estimate?.atMostSeconds ?? 0} s (${estimate?.restsOn.join('; ') ?? ''})\n`,
    );
    // A container that ends, on a busy machine, and kubectl's own start.
    expect(seconds).toBeLessThan((estimate?.atMostSeconds ?? 0) + 15);
    await cluster.kubectl('uncordon', cp1);
  });
});
