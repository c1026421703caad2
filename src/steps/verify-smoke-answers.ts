import { z } from 'zod';
import type { SmokeQuestion } from '../commands/smoke.ts';
import { smokeAnswers, type SmokeAnswer } from '../facts/smoke-answers.ts';
import { bracketed } from '../model/address.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const whatOf = (question: SmokeQuestion): string => {
  if (question.of === 'dns')
    return `cluster DNS (${bracketed(question.address)}:53, ${question.protocol.toUpperCase()}) for ${question.name}`;
  const where = `${bracketed(question.address)}:${question.port}`;
  return question.of === 'service' ? `the Service (${where})` : `pod ${question.name} (${where})`;
};

const coreDns = 'CoreDNS (kubectl --namespace=kube-system get pods,endpointslices -l k8s-app=kube-dns)';

/** What makes an answer come: of pods the network between nodes, of a Service kube-proxy beside it, of DNS both. */
const lookAt = (node: string, answers: readonly SmokeAnswer[], { of }: SmokeQuestion): string => {
  const away = (kind: SmokeQuestion['of']): boolean =>
    answers.some(({ question, why }) => question.of === kind && why !== undefined);
  const pages = answers.filter(({ question }) => question.of !== 'dns');
  // Where somebody answers at every address, it is most likely the image after all.
  if (of !== 'dns' && pages.every(({ why }) => why?.startsWith('answered HTTP') === true))
    return '--pages and --path, should the image have its pages elsewhere';
  const network = `the pod network between ${node} and that node (CNI, routes, firewall)`;
  const proxy = `kube-proxy on ${node}`;
  if (of === 'pod') return network;
  if (away('pod')) return `the pods that do not answer first, then ${of === 'dns' ? coreDns : proxy}`;
  return of === 'service' ? proxy : away('service') ? `${proxy} first, then ${coreDns}` : coreDns;
};

/** Every way on which a node reaches the workload: its Service, each pod, and the Service's name in the cluster's DNS. */
export const verifySmokeAnswers = defineStep({
  id: 'verify-smoke-answers',
  subject: 'node',
  title: () => 'the Service, each pod and cluster DNS answer from here',
  with: z.strictObject({
    /** Where the web server has its page. */
    path: z.string().optional(),
  }),
  detect: ({ path = '/' }, _on: NodeSubject) => ({ answers: smokeAnswers(path) }),

  check: ({ answers }, _wish, { node }) => {
    const missing = answers.flatMap(({ question, why }) =>
      why === undefined
        ? []
        : [`${whatOf(question)} to answer ${node}: ${why}; look at ${lookAt(node, answers, question)}`],
    );
    return missing.length === 0 ? satisfied : pending(missing.join('\n'));
  },

  // kube-proxy and CoreDNS learn of a new Service within seconds.
  limits: () => ({ pendingMs: 20_000 }),
  explain: {
    why: 'People want pods that reach each other from every node, a Service that leads to them, and a name for it.',
    source: 'kubernetes.io, The Kubernetes network model; DNS for Services and Pods; bash(1), /dev/tcp',
    type: [
      'nodeops smoke --keep',
      'kubectl --namespace=nodeops-smoke get services,pods --output=wide',
      'curl http://SERVICE-IP/',
      'curl http://POD-IP/',
      'dig @DNS-SERVICE-IP smoke.nodeops-smoke.svc.cluster.local +short',
    ],
  },
});
