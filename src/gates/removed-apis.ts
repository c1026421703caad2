import { z } from 'zod';
import { requestedDeprecatedApis, type DeprecatedApi } from '../facts/requested-deprecated-apis.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { minorsBetween } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';

const told = ({ api, removedIn }: DeprecatedApi): Trouble => ({
  because: `somebody asks for ${api}, which ${removedIn ?? ''} no longer serves`,
  fix: 'find who: the audit log, annotation k8s.io/deprecated; then kubernetes.io, "Deprecated API Migration Guide"',
});

const gone = ({ removedIn }: DeprecatedApi, version: string): number | undefined =>
  removedIn === undefined || !/^1\.\d+$/.test(removedIn) ? undefined : minorsBetween(version, `${removedIn}.0`);

/** Nobody asks for an API that the target no longer serves; those that go two minors later are told. */
export const removedApis = defineStep({
  id: 'removed-apis',
  subject: 'cluster',
  title: () => 'APIs that are removed',
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: ClusterSubject) => ({ apis: requestedDeprecatedApis }),

  check: ({ apis }, { version }) => {
    const within = (from: number, to: number) =>
      apis.filter((each) => {
        const left = gone(each, version);
        return left !== undefined && left >= from && left <= to;
      });
    return judged(within(-Infinity, 0).map(told), within(1, 2).map(told));
  },

  waivable: true,
  explain: {
    why: 'A controller that asks for an API that is gone stops working with the first new API server.',
    source: 'kubernetes.io, Deprecated API Migration Guide',
    type: ["kubectl get --raw /metrics | grep '^apiserver_requested_deprecated_apis'"],
  },
});
