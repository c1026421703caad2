import { describe, expect, it } from 'vitest';
import { blocked, pending } from '../../src/model/verdict.ts';
import { formatDuration } from '../../src/report/duration.ts';
import { factsText } from '../../src/report/facts-text.ts';
import { failureText } from '../../src/report/failure-text.ts';
import { colourPaint, noPaint, paintFor } from '../../src/report/paint.ts';
import { planCounts, planText } from '../../src/report/plan-text.ts';
import { runSummary } from '../../src/report/run-summary.ts';
import { drainFailure, runEvents, upgradePlan } from './fixtures.ts';

describe('plan text', () => {
  it('reads as a table of contents', () =>
    expect(planText(upgradePlan())).toMatchInlineSnapshot(`
    "paris: upgrade 1.35.4 → 1.36.3

    ! One control plane: the API is away for about a minute while its static pods are swapped.
    ! Pods that lose data on draining paris-w1: shop/cache-0 (emptyDir).

      paris-cp1  control-plane  1.35.4
      paris-w1   worker         1.35.4
      paris-w2   worker         1.35.4

    before anything
      paris as a whole
        ✓ every etcd member is healthy
        → take and verify an etcd snapshot
            no snapshot of this run yet

    first control plane
      paris-cp1
        → read packages from the v1.36 repository
            repository v1.35 → v1.36
        → install kubeadm 1.36.3
            kubeadm 1.35.4-1.1 → 1.36.3-1.1
        → kubeadm upgrade apply v1.36.3
            control plane 1.35.4 → 1.36.3
        → drain the node
            4 pods move elsewhere
          → install kubelet and kubectl 1.36.3
              kubelet 1.35.4-1.1 → 1.36.3-1.1
          → restart the kubelet
              kubelet 1.35.4 → 1.36.3
          ? see that the node is whole
        → uncordon the node
            schedulable again

    workers
      paris-w1
        ✓ read packages from the v1.36 repository
        → kubeadm upgrade node
            kubelet configuration 1.35 → 1.36
        → drain the node
            11 pods move elsewhere
          → install kubelet and kubectl 1.36.3
              kubelet 1.35.4-1.1 → 1.36.3-1.1
          → restart the kubelet
              kubelet 1.35.4 → 1.36.3
        → uncordon the node
            schedulable again
      paris-w2
        → read packages from the v1.36 repository
            repository v1.35 → v1.36
        → kubeadm upgrade node
            kubelet configuration 1.35 → 1.36
        → drain the node
            11 pods move elsewhere
          → install kubelet and kubectl 1.36.3
              kubelet 1.35.4-1.1 → 1.36.3-1.1
          → restart the kubelet
              kubelet 1.35.4 → 1.36.3
        → uncordon the node
            schedulable again

    22 steps: 19 to do, 2 satisfied, 1 judged on the way
    "
  `));

  it('shows what blocks with its fix, and what is waited for', () => {
    const plan = upgradePlan();
    const [first] = plan.phases;
    const [lane] = first?.lanes ?? [];
    const items = lane?.items.flatMap((item) => (item.kind === 'step' ? [item] : [])) ?? [];
    const verdicts = [blocked('member cp2 is down', 'systemctl status kubelet'), pending('the CNI to roll out')];
    const gates = items.map((item, index) => ({ ...item, verdict: verdicts[index] ?? item.verdict }));
    const text = planText({
      ...plan,
      parameters: {},
      before: [],
      notices: [],
      phases: [{ name: 'gates', parallel: 2, lanes: [{ node: 'cp1', items: gates }, { items: [] }] }],
    });
    expect(text).toMatchInlineSnapshot(`
      "paris: upgrade

      gates (2 at a time)
        cp1
          ✗ every etcd member is healthy
              member cp2 is down
              fix: systemctl status kubelet
          ? take and verify an etcd snapshot
              waits for the CNI to roll out
        paris as a whole

      2 steps: 1 judged on the way, 1 blocked
      "
    `);
  });

  it('counts', () => {
    expect(planCounts(upgradePlan())).toBe('22 steps: 19 to do, 2 satisfied, 1 judged on the way');
    expect(planCounts({ ...upgradePlan(), phases: [] })).toBe('0 steps');
  });
});

describe('failure text', () => {
  it('says where, what, how things stand and what to type', () =>
    expect(failureText(drainFailure())).toMatchInlineSnapshot(`
      "✗ FAILED paris, node paris-w1: drain-node
        step     workers/paris-w1/drain-node
        why      the drain did not finish within 10 minutes
        command  kubectl drain paris-w1 --ignore-daemonsets --timeout=600s
        exit     rc 1
        stderr   error when evicting pods/"db-0" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
                 error: unable to drain node, timed out

      How things stand
        control plane 1.36.3, paris-w1 and paris-w2 1.35.4
        paris-w1 is cordoned by this run
        package holds are back as they were

      What to do next
        kubectl -n shop get pdb        # a budget that allows no disruption
        nodeops upgrade paris        # goes on where it stopped
      "
    `));

  it('leaves out what is not known', () => {
    const failure = {
      cluster: 'paris',
      address: 'gates/etcd',
      step: 'etcd',
      kind: 'blocked',
      message: 'no quorum',
      state: [],
      next: [],
    } as const;
    expect(failureText(failure)).toMatchInlineSnapshot(`
      "✗ BLOCKED paris: etcd
        step     gates/etcd
        why      no quorum
      "
    `);
  });
});

describe('run summary', () => {
  it('of a run that is done', () =>
    expect(runSummary(runEvents(upgradePlan()), '/state/journal.jsonl')).toMatchInlineSnapshot(`
      "✓ paris: done in 5m 24s
        19 steps done, 3 had nothing to do, 0 left out
        waiting for commands and for the cluster 5m 20s (99 %), nodeops itself 4.4s

      Phases
        before anything      4.4s
        first control plane  3m 39s
        workers              1m 41s

      Nodes
        cluster as a whole  4.4s    waited 4.0s
        paris-cp1           3m 39s  waited 3m 37s
        paris-w1            50s     waited 49s
        paris-w2            51s     waited 50s

      Out of service (cordoned by this run)
        paris-cp1  49s
        paris-w1   49s
        paris-w2   49s

      Longest steps
        paris-cp1: kubeadm upgrade apply v1.36.3  2m 45s
        paris-cp1: drain the node                 38s
        paris-w1: drain the node                  38s

      journal: /state/journal.jsonl
      "
    `));

  it('of a run that failed', () =>
    expect(runSummary(runEvents(upgradePlan(), drainFailure()), '/state/journal.jsonl')).toMatchInlineSnapshot(`
      "✗ paris: failed in 4m 23s
        9 steps done, 3 had nothing to do, 0 left out
        waiting for commands and for the cluster 4m 20s (99 %), nodeops itself 2.6s

      Phases
        before anything      4.4s
        first control plane  3m 39s
        workers              40s

      Nodes
        cluster as a whole  4.4s    waited 4.0s
        paris-cp1           3m 39s  waited 3m 37s
        paris-w1            40s     waited 39s

      Out of service (cordoned by this run)
        paris-cp1  49s

      Longest steps
        paris-cp1: kubeadm upgrade apply v1.36.3  2m 45s
        paris-cp1: drain the node                 38s
        paris-w1: drain the node                  38s

      journal: /state/journal.jsonl
      "
    `));

  it('of a run that was watched', () => {
    const events = runEvents(upgradePlan());
    const probe = { url: 'tcp://10.96.0.20:80', asked: 324, failed: 0, awayMs: 0, longestMs: 0, blindMs: 0 };
    const ended = {
      type: 'probes-ended',
      at: events[0]?.at ?? 0,
      cluster: 'paris',
      probes: [
        { ...probe, name: 'API', failed: 7, awayMs: 9000, longestMs: 6000, blindMs: 2000 },
        { ...probe, name: 'shop' },
        { ...probe, name: 'db', asked: 0, blindMs: 324_000 },
      ],
    } as const;
    const text = runSummary([...events.slice(0, -1), ended, ...events.slice(-1)], '/j');
    expect(text.slice(text.indexOf('Asked'), text.indexOf('Longest'))).toMatchInlineSnapshot(`
      "Asked once a second
        API   away 9.0s           7 of 324 questions, at most 6.0s at once  not seen for 2.0s
        shop  always answered     324 questions
        db    could not be asked  0 questions

      "
    `);
  });

  it('of a journal that breaks off, or holds nothing', () => {
    expect(runSummary(runEvents(upgradePlan()).slice(0, 9), '/j')).toMatch(
      /^! paris: the run has no end in its journal\n/,
    );
    expect(runSummary([], '/j')).toMatch(/^! no cluster: /);
  });
});

it('facts are a line a node', () =>
  expect(
    factsText([
      { node: 'paris-cp1', rows: { kubelet: '1.35.4', held: 'kubelet\nkubectl' } },
      { node: 'paris-w1', rows: { kubelet: '1.34.4', system: 'Debian 12' } },
    ]),
  ).toMatchInlineSnapshot(`
    "node       kubelet  held     system
    paris-cp1  1.35.4   kubelet  –
                        kubectl
    paris-w1   1.34.4   –        Debian 12
    "
  `));

it.each([
  [0, '0.0s'],
  [-5, '0.0s'],
  [840, '0.8s'],
  [9960, '10s'],
  [59_960, '1m 00s'],
  [165_000, '2m 45s'],
  [3_599_960, '1h 00m'],
  [3_725_000, '1h 02m'],
])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

it('paints on a terminal only, unless NO_COLOR', () => {
  expect(paintFor({ isTTY: true }, {})).toBe(colourPaint);
  expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(noPaint);
  expect(paintFor({ isTTY: true }, { TERM: 'dumb' })).toBe(noPaint);
  expect(paintFor({}, {})).toBe(noPaint);
  expect(colourPaint('bad', 'x')).toBe('\u001B[31mx\u001B[39m');
});
