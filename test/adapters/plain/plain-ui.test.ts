import { PassThrough, Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { createJsonUi } from '../../../src/adapters/json/json-ui.ts';
import { cleanLine } from '../../../src/adapters/plain/clean-line.ts';
import { createPlainUi } from '../../../src/adapters/plain/plain-ui.ts';
import type { Event, EventBody } from '../../../src/model/event.ts';
import { pending } from '../../../src/model/verdict.ts';
import type { Ui } from '../../../src/ports/ui.ts';
import { formatDuration } from '../../../src/report/duration.ts';
import { drainFailure, runEvents, startedAt, upgradePlan } from '../../report/fixtures.ts';

vi.stubEnv('TZ', 'UTC');

const played = async (create: (stream: NodeJS.WritableStream) => Ui, events: readonly Event[]): Promise<string> => {
  const stream = new PassThrough();
  const ui = create(stream);
  ui.begin(upgradePlan());
  for (const event of events) ui.event(event);
  await ui.end();
  return String(stream.read() ?? '');
};
const plain = (stream: NodeJS.WritableStream): Ui => createPlainUi(stream, formatDuration);

it('plain lines of a run that failed', async () =>
  expect(await played(plain, runEvents(upgradePlan(), drainFailure()))).toMatchInlineSnapshot(`
    "02:00:00 paris  run 20261121T020000Z-1f: upgrade version=1.36.3 (ana@bastion, nodeops 0.1.0, 2026-11-21T02:00:00.000Z)
    02:00:00 paris  == before anything
    02:00:00 paris  every etcd member is healthy
    02:00:00 paris  every etcd member is healthy: nothing to do (0.2s)
    02:00:00 paris  take and verify an etcd snapshot
    02:00:00 paris    to do: no snapshot of this run yet
    02:00:00 paris    $ do snapshot-etcd
    02:00:04 paris  take and verify an etcd snapshot: done (4.2s)
    02:00:04 paris  == before anything: finished
    02:00:04 paris  == first control plane
    02:00:04 paris/paris-cp1  read packages from the v1.36 repository
    02:00:04 paris/paris-cp1    to do: repository v1.35 → v1.36
    02:00:04 paris/paris-cp1    $ do switch-package-repository
    02:00:05 paris/paris-cp1  read packages from the v1.36 repository: done (1.2s)
    02:00:05 paris/paris-cp1  install kubeadm 1.36.3
    02:00:05 paris/paris-cp1    to do: kubeadm 1.35.4-1.1 → 1.36.3-1.1
    02:00:05 paris/paris-cp1    $ do install-kubeadm
    02:00:08 paris/paris-cp1  install kubeadm 1.36.3: done (3.2s)
    02:00:08 paris/paris-cp1  kubeadm upgrade apply v1.36.3
    02:00:09 paris/paris-cp1    to do: control plane 1.35.4 → 1.36.3
    02:00:09 paris/paris-cp1    $ do apply-upgrade
    02:01:04 paris/paris-cp1      [upgrade] Reading configuration from the cluster...
    02:01:59 paris/paris-cp1      [upgrade/staticpods] Waiting for the kubelet to restart the component
    02:02:54 paris/paris-cp1  kubeadm upgrade apply v1.36.3: done (2m 45s)
    02:02:54 paris/paris-cp1  drain the node
    02:02:54 paris/paris-cp1    to do: 4 pods move elsewhere
    02:02:54 paris/paris-cp1    $ do drain-node
    02:03:06 paris/paris-cp1      evicting pod shop/cache-0
    02:03:19 paris/paris-cp1      pod/cache-0 evicted
    02:03:32 paris/paris-cp1  drain the node: done (38s)
    02:03:32 paris/paris-cp1  install kubelet and kubectl 1.36.3
    02:03:32 paris/paris-cp1    to do: kubelet 1.35.4-1.1 → 1.36.3-1.1
    02:03:32 paris/paris-cp1    $ do install-kubelet
    02:03:35 paris/paris-cp1  install kubelet and kubectl 1.36.3: done (3.2s)
    02:03:35 paris/paris-cp1  restart the kubelet
    02:03:35 paris/paris-cp1    to do: kubelet 1.35.4 → 1.36.3
    02:03:35 paris/paris-cp1    $ do restart-kubelet
    02:03:41 paris/paris-cp1  restart the kubelet: done (6.2s)
    02:03:41 paris/paris-cp1  see that the node is whole
    02:03:41 paris/paris-cp1  see that the node is whole: nothing to do (0.2s)
    02:03:41 paris/paris-cp1  uncordon the node
    02:03:42 paris/paris-cp1    to do: schedulable again
    02:03:42 paris/paris-cp1    $ do uncordon-node
    02:03:43 paris/paris-cp1  uncordon the node: done (1.2s)
    02:03:43 paris  == first control plane: finished
    02:03:43 paris  == workers
    02:03:43 paris/paris-w1  read packages from the v1.36 repository
    02:03:43 paris/paris-w1  read packages from the v1.36 repository: nothing to do (0.2s)
    02:03:43 paris/paris-w1  kubeadm upgrade node
    02:03:43 paris/paris-w1    to do: kubelet configuration 1.35 → 1.36
    02:03:43 paris/paris-w1    $ do upgrade-node
    02:03:44 paris/paris-w1  kubeadm upgrade node: done (1.2s)
    02:03:44 paris/paris-w1  drain the node
    02:03:44 paris/paris-w1    to do: 11 pods move elsewhere
    02:03:44 paris/paris-w1    $ do drain-node
    02:03:57 paris/paris-w1      evicting pod shop/cache-0
    02:04:09 paris/paris-w1      pod/cache-0 evicted
    02:04:22 paris/paris-w1    rc 1 after 38s on paris-w1
    02:04:22 paris/paris-w1      error when evicting pods/"db-0" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
    02:04:22 paris/paris-w1      error: unable to drain node, timed out
    02:04:22 paris/paris-w1  drain the node: FAILED after 38s: the drain did not finish within 10 minutes
    02:04:22 paris  run failed in 4m 23s
    "
  `));

it('a step that waits is told once, a step that nobody announced by its address', async () => {
  const waiting: Event = {
    at: startedAt,
    cluster: 'paris',
    type: 'step-observed',
    address: 'x/y',
    verdict: pending('CoreDNS'),
  };
  const done: Event = {
    at: startedAt,
    cluster: 'paris',
    type: 'step-finished',
    address: 'x/y',
    outcome: 'skipped',
    durationMs: 5,
    waitedMs: 0,
  };
  expect(await played(plain, [waiting, waiting, done])).toBe(
    '02:00:00 paris    waiting for CoreDNS\n02:00:00 paris  x/y: left out (0.0s)\n',
  );
});

const acquired = { type: 'lock-acquired', epoch: 8, holder: 'ana@bastion:1:a-1', leftOut: [], inLease: true } as const;

it.each<[EventBody, string]>([
  [acquired, 'owner, epoch 8'],
  [{ ...acquired, from: 'eve@laptop (run r1)' }, 'owner, epoch 8; taken over from eve@laptop (run r1)'],
  [{ ...acquired, leftOut: ['w1', 'w2'] }, 'owner, epoch 8; left out, because it could not be told: w1, w2'],
  [{ ...acquired, inLease: false }, 'owner, epoch 8; no API server answers: known to the nodes only'],
  [{ type: 'lock-lost', epoch: 8, why: 'eve owns it' }, 'OWNERSHIP LOST: eve owns it'],
  [{ type: 'lock-released', epoch: 8 }, 'released'],
  [{ type: 'lock-released', epoch: 8, trouble: 'EOF' }, 'not released, it lapses: EOF'],
])('%# of the lock: a line', async (body, line) => {
  const event: Event = { at: startedAt, cluster: 'paris', ...body };
  expect(await played(plain, [event])).toBe(`02:00:00 paris  ${line}\n`);
  expect(await played(createJsonUi, [event])).toContain(JSON.stringify(event));
});

it('signs of life are no news', async () => {
  const command = { at: startedAt, cluster: 'paris', address: 'lease', id: '1', node: 'cp1' } as const;
  const started: Event = { ...command, type: 'command-started', line: 'beat', effect: 'write', lifetime: 'attached' };
  const failed: Event = {
    ...command,
    type: 'command-finished',
    exit: { kind: 'code', code: 1 },
    durationMs: 5,
    stderrTail: ['refused'],
  };
  expect(await played(plain, [started, failed])).toBe('');
});

it('JSON is the plan, then one event a line', async () => {
  const text = await played(createJsonUi, runEvents(upgradePlan()));
  const [plan, ...events]: unknown[] = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(plan).toMatchObject({ type: 'plan', cluster: 'paris', plan: upgradePlan() });
  expect(events).toEqual(runEvents(upgradePlan()));
});

it('a reader that goes away ends neither the run nor the wait for its end', async () => {
  const write = vi.fn<() => void>();
  const gone = new Writable({
    write: (_chunk, _encoding, done) => {
      write();
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const ui = createJsonUi(gone);
  ui.begin(upgradePlan());
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (const event of runEvents(upgradePlan())) ui.event(event);
  await ui.end();
  expect(write).toHaveBeenCalledTimes(1);
});

it.each([
  ['\u001B[32mgreen\u001B[0m', 'green'],
  ['10%\r50%\r100%\r\n', '100%'],
  ['a\tb\u0007', 'a    b'],
])('%j is shown as %j', (line, shown) => expect(cleanLine(line)).toBe(shown));
