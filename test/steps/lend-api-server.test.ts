import { describe, expect, it } from 'vitest';
import { lendApiServer as lend } from '../../src/commands/kubelet-conf.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied, warningsOf, type Verdict } from '../../src/model/verdict.ts';
import { lendApiServer } from '../../src/steps/lend-api-server.ts';
import { bound, noStaticPods, old, onControlPlane, staticPodsOf, target } from './values.ts';

const own = 'https://172.31.0.11:6443';
const another = 'https://172.31.0.12:6443';
const step = bound(lendApiServer, {}, onControlPlane());
const seen = {
  conf: { server: own, taken: false },
  pods: staticPodsOf(old),
  other: { known: 2, ready: [{ address: another, version: old }] },
  kubelet: { installed: old, running: old },
};
const { etcd: _etcd, ...components } = seen.pods.components;
const withoutEtcd = { ...seen.pods, components };
const needs = needed(`the kubelet asks ${another} instead of ${own}`);
const warned = (verdict: Verdict) =>
  verdict.kind === 'satisfied' ? warningsOf(verdict).map(({ because }) => because) : [verdict.kind];

describe('lend-api-server', () => {
  it.each([
    ['its kubelet asks its own API server', seen, needs],
    ['it asks a load balancer', { ...seen, conf: { server: 'https://api.example:6443', taken: false } }, satisfied],
    ['its file is not as kubeadm writes it', { ...seen, conf: { server: '', taken: false } }, satisfied],
    ['there is no other control plane', { ...seen, other: { known: 0, ready: [] } }, satisfied],
    ['etcd is elsewhere, and stays', { ...seen, pods: withoutEtcd }, satisfied],
    [
      'etcd is elsewhere, and it was lent but not restarted',
      { ...seen, pods: withoutEtcd, conf: { server: another, before: own, taken: false } },
      needs,
    ],
    ['a worker', { ...seen, pods: noStaticPods }, satisfied],
    ['it was lent', { ...seen, conf: { server: another, before: own, taken: true } }, satisfied],
    [
      'it was lent, by one that is no longer there',
      { ...seen, conf: { server: 'https://172.31.0.13:6443', before: own, taken: true } },
      satisfied,
    ],
    [
      'killed before its kubelet was restarted',
      { ...seen, conf: { server: another, before: own, taken: false } },
      needs,
    ],
    ['killed before the file was replaced', { ...seen, conf: { server: own, before: own, taken: false } }, needs],
    ['somebody put the address back meanwhile', { ...seen, conf: { server: own, before: own, taken: true } }, needs],
  ])('%s', (_what, facts, verdict) => expect(step.check(facts)).toEqual(verdict));

  it('is left out with a warning where none of the others can be reached', () => {
    expect(warned(step.check({ ...seen, other: { known: 2, ready: [] } }))).toEqual([
      "paris-cp1 reaches no other control plane's API server: its kubelet goes on asking its own",
    ]);
  });

  it('lends no API server that is older than the kubelet', () => {
    const later = { ...seen, kubelet: { installed: target, running: target } };
    expect(warned(step.check(later))).toEqual([
      `paris-cp1: no other control plane's API server is as new as its kubelet ${target}: it goes on asking its own`,
    ]);
    expect(step.typed(later)).toEqual([]);
    const third = { address: 'https://172.31.0.13:6443', version: target };
    expect(step.typed({ ...later, other: { known: 2, ready: [...seen.other.ready, third] } })).toEqual([
      `paris-cp1: ${quote(lend(third.address).argv)}`,
    ]);
  });

  it('lends none that does not say its version, and none to a kubelet that is stopped', () => {
    const silent = { ...seen, other: { known: 2, ready: [{ address: another }] } };
    expect(step.typed(silent)).toEqual([]);
    expect(step.typed({ ...seen, kubelet: {} })).toEqual([]);
  });

  it('starts no kubelet that was only installed', () => {
    expect(warned(step.check({ ...seen, kubelet: { installed: target, running: old } }))).toEqual([
      'paris-cp1: its kubelet is not restarted now, since another one is installed than the one that runs',
    ]);
  });

  it('is done on the node', () => {
    expect(step.typed(seen)).toEqual([`paris-cp1: ${quote(lend(another).argv)}`]);
    expect(step.unheld).toBe(true);
  });
});
