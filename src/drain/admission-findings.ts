import type { RefusedEviction } from '../facts/refused-evictions.ts';
import type { Finding } from './finding.ts';

/** Source: k8s.io/apiserver, admission/plugin/webhook/errors, NewDryRunUnsupportedErr. */
const noDryRun = /does not support dry run/;

const findingOf = (node: string, { namespace, pod, why }: RefusedEviction, more: number): Finding => {
  const others = more === 0 ? '' : ` (${more} more like it)`;
  const at = { node, pod: `${namespace}/${pod}` };
  return noDryRun.test(why)
    ? {
        ...at,
        level: 'warn',
        kind: 'unseen',
        because: `what a webhook will say to the eviction of ${namespace}/${pod} cannot be asked beforehand: ${why}${others}`,
        fix: 'ask whoever runs the webhook; its configuration should say `sideEffects: None` or `NoneOnDryRun`',
      }
    : {
        ...at,
        level: 'block',
        kind: 'not-admitted',
        because: `the API server refuses to evict ${namespace}/${pod}: ${why}${others}`,
        fix: 'change or repair what refuses it: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations,validatingadmissionpolicies',
      };
};

/**
 * What the API server would not admit, once for each reason. `known`: pods of which it was foreseen (`default/web-1`).
 */
export const admissionFindings = (
  node: string,
  refused: readonly RefusedEviction[],
  known: ReadonlySet<string>,
): readonly Finding[] => {
  const unforeseen = refused.filter(({ namespace, pod }) => !known.has(`${namespace}/${pod}`));
  const reasons = Map.groupBy(unforeseen, ({ namespace, pod, why }) => `${namespace} ${why.replaceAll(pod, '…')}`);
  return [...reasons.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [findingOf(node, first, others.length)],
  );
};
