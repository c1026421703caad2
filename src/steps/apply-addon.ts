import { z } from 'zod';
import { detached } from '../commands/build.ts';
import { apply } from '../commands/kubectl.ts';
import { commandCheck } from '../facts/command-check.ts';
import { manifestDifference } from '../facts/manifest-difference.ts';
import { rolledOut, workloads } from '../facts/workloads.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const addon = z.strictObject({
  name: z.string(),
  work: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('manifest'), file: z.string(), text: z.string() }),
    z.strictObject({ kind: z.literal('command'), argv: z.array(z.string()), check: z.array(z.string()) }),
  ]),
  health: z.array(z.strictObject({ namespace: z.string(), resource: z.string() })),
  timeoutMs: z.number(),
});

/** A CNI or another add-on of the inventory: a manifest, or a command with the check that tells whether it is needed. */
export const applyAddon = defineStep({
  id: 'apply-addon',
  subject: 'cluster',
  title: ({ addon: { name } }) => `add-on ${name}`,
  with: z.strictObject({ addon }),
  detect: ({ addon: { name, work } }, _on: ClusterSubject) => ({
    workloads,
    ...(work.kind === 'manifest'
      ? { difference: manifestDifference(name, work.text) }
      : { passed: commandCheck(name, work.check) }),
  }),

  check: (seen, { addon: { name, work, health } }) => {
    if ('difference' in seen && seen.difference.differs) return needed(`apply ${name}`);
    if ('passed' in seen && !seen.passed.passed && work.kind === 'command') return needed(`run ${work.argv.join(' ')}`);
    const ill = health.filter(({ namespace, resource }) => {
      const [kind = '', workload = ''] = resource.split('/');
      const found = seen.workloads.find(
        (candidate) =>
          candidate.namespace === namespace &&
          candidate.name === workload &&
          candidate.kind.toLowerCase() === kind.toLowerCase(),
      );
      return found === undefined || !rolledOut(found);
    });
    return ill.length === 0
      ? satisfied
      : pending(`${ill.map(({ namespace, resource }) => `${namespace}/${resource}`).join(', ')} to be rolled out`);
  },

  apply: (_seen, { addon: { work, timeoutMs } }, _on, api) => [
    {
      do: 'exec',
      on: api.node,
      command:
        work.kind === 'manifest'
          ? apply(api, work.text)
          : detached(work.argv, { timeoutMs, env: { KUBECONFIG: '/etc/kubernetes/admin.conf' } }),
    },
  ],
  expect: (seen) => ({
    ...seen,
    ...('difference' in seen ? { difference: { differs: false, text: '' } } : {}),
    ...('passed' in seen ? { passed: { passed: true, output: '' } } : {}),
  }),

  limits: ({ addon: { timeoutMs } }) => ({ pendingMs: timeoutMs }),
  explain: {
    why: 'kubeadm upgrades CoreDNS and kube-proxy only: the network and other add-ons are the operator’s.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Manually upgrade your CNI provider plugin"',
    type: ['kubectl diff -f addon.yaml', 'kubectl apply -f addon.yaml'],
  },
});
