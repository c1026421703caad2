import { dryEvictions } from '../commands/kubectl.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { throughApi, whyNotNow } from './through-api.ts';

/** A pod whose eviction the API server refuses for another reason than that its budget is used up just now. */
export interface RefusedEviction {
  readonly namespace: string;
  readonly pod: string;
  /** In the API server's words. */
  readonly why: string;
}

const refusal = /^error when evicting pods\/"([^"]+)" -n "([^"]+)": (.+)$/;
/** A budget that is used up is asked again until the time is over, which is short here; kubectl may be late itself. */
const noAnswer = /^(global timeout reached: |client rate limiter Wait returned an error)/;
/** kubectl says each refusal three times: on a line of its own, and in two lists. */
const aboutPods = /^(error when |error: unable to drain node |There are pending pods in node )/;

const parse = ({ stdout, stderr }: Output): Parsed<readonly RefusedEviction[]> => {
  const lines = stderr.split('\n');
  // A webhook that does not answer is told in words that an API server that does not answer has too.
  const why = whyNotNow(lines.filter((line) => !aboutPods.test(line)).join('\n'));
  if (why !== undefined) return { unavailable: why };
  if (!/^(nothing refuses evictions|asked)$/m.test(stdout)) return { unreadable: stderr || stdout };
  const found = lines.flatMap((line) => {
    const [, pod, namespace, reason] = refusal.exec(line) ?? [];
    return pod === undefined || namespace === undefined || reason === undefined || noAnswer.test(reason)
      ? []
      : [{ namespace, pod, why: reason }];
  });
  return { value: found };
};

/**
 * What the API server would not admit of some nodes' drains: admission webhooks and policies, two budgets on one pod.
 * Only asked where a webhook or policy is about evictions. Source: k8s.io/kubectl, drain/drain.go; recorded on the lab,
 * 1.35.4 and 1.36.3.
 */
export const refusedEvictions = (nodes: readonly string[]): Fact<readonly RefusedEviction[]> =>
  defineFact({
    id: 'refused-evictions',
    parameters: nodes,
    subject: 'cluster',
    command: (place) => dryEvictions(place, nodes),
    parse: throughApi(parse),
  });
