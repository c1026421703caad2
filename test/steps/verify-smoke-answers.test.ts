import { describe, expect, it } from 'vitest';
import type { SmokeQuestion } from '../../src/commands/smoke.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { verifySmokeAnswers } from '../../src/steps/verify-smoke-answers.ts';
import { bound, onWorker } from './values.ts';

const step = bound(verifySmokeAnswers, {}, onWorker());
const page = { path: '/', expects: 'p' };
const service: SmokeQuestion = { of: 'service', name: 'smoke', address: '10.96.0.9', port: 80, ...page };
const pod: SmokeQuestion = { of: 'pod', name: 'smoke-a on paris-w2', address: 'fd00::2', port: 8080, ...page };
const dns: SmokeQuestion = {
  of: 'dns',
  protocol: 'udp',
  address: '10.96.0.10',
  name: 'smoke.nodeops-smoke.svc.cluster.local',
  expects: '10.96.0.9',
};
const asked = [service, pod, dns];

/** What is told where these questions were not answered. */
const told = (troubles: readonly (readonly [SmokeQuestion, string])[]): readonly string[] => {
  const answers = asked.map((question) => {
    const why = troubles.find(([each]) => each === question)?.[1];
    return why === undefined ? { question } : { question, why };
  });
  const verdict = step.check({ answers });
  if (verdict.kind === 'satisfied') return [];
  if (verdict.kind !== 'pending') throw new Error(verdict.kind);
  // It has failed once the waiting is over: nobody else has to act first.
  expect(verdict.fix).toBeUndefined();
  return verdict.waitingFor.split('\n');
};

const late = 'no answer within 3 s';
const coreDns = 'CoreDNS (kubectl --namespace=kube-system get pods,endpointslices -l k8s-app=kube-dns)';

describe('verify-smoke-answers', () => {
  it('is satisfied by every answer', () =>
    expect(step.check({ answers: asked.map((question) => ({ question })) })).toEqual(satisfied));

  it('a Service alone: kube-proxy', () =>
    expect(told([[service, late]])).toEqual([
      `the Service (10.96.0.9:80) to answer paris-w1: ${late}; look at kube-proxy on paris-w1`,
    ]));

  it('a pod alone: the network between the nodes', () =>
    expect(told([[pod, late]])).toEqual([
      `pod smoke-a on paris-w2 ([fd00::2]:8080) to answer paris-w1: ${late}; look at the pod network between paris-w1 and that node (CNI, routes, firewall)`,
    ]));

  it('DNS alone: CoreDNS', () =>
    expect(told([[dns, 'answered NXDOMAIN']])).toEqual([
      `cluster DNS (10.96.0.10:53, UDP) for smoke.nodeops-smoke.svc.cluster.local to answer paris-w1: answered NXDOMAIN; look at ${coreDns}`,
    ]));

  it('one cause is not told as three', () => {
    expect(
      told([
        [service, late],
        [dns, late],
      ]).map((line) => line.split('look at ')[1]),
    ).toEqual(['kube-proxy on paris-w1', `kube-proxy on paris-w1 first, then ${coreDns}`]);
    expect(
      told([
        [service, late],
        [pod, late],
        [dns, late],
      ]).map((line) => line.split('look at ')[1]),
    ).toEqual([
      'the pods that do not answer first, then kube-proxy on paris-w1',
      'the pod network between paris-w1 and that node (CNI, routes, firewall)',
      `the pods that do not answer first, then ${coreDns}`,
    ]);
  });

  it('other pages at every address: the image has them elsewhere', () => {
    const other = 'answered HTTP/1.1 404 Not Found without the page of this smoke test';
    const lines = told([
      [service, other],
      [pod, other],
    ]);
    expect(lines.map((line) => line.split('look at ')[1])).toEqual([
      '--pages and --path, should the image have its pages elsewhere',
      '--pages and --path, should the image have its pages elsewhere',
    ]);
  });
});
