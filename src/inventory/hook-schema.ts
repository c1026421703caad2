import { z } from 'zod';
import { checked, list, map, parsed, say } from '../documents/fields.ts';
import { hookCommand } from '../documents/hook-form.ts';
import type { CoveredClaims } from '../model/cluster.ts';
import { parseLabelSelector } from '../model/label-selector.ts';
import { isSubdomain, subdomainHint } from './names.ts';
import { duration } from '../documents/duration-field.ts';

const hookName = checked('a name of lower-case letters, digits, - and .', isSubdomain, subdomainHint);

const claimForm = 'a claim as NAMESPACE/NAME, or a map with namespace, selector, or both';

const parseClaim = (written: string): CoveredClaims | undefined => {
  const [namespace = '', name = '', ...rest] = written.split('/');
  return rest.length === 0 && isSubdomain(namespace) && isSubdomain(name)
    ? { kind: 'named', claim: written }
    : undefined;
};

const selector = parsed('a label selector such as app=db or "tier in (a, b)"', (written) => {
  const labels = parseLabelSelector(written);
  return labels === undefined ? undefined : { text: written, labels };
});

const selected = map(claimForm, {
  namespace: checked('the name of a namespace', isSubdomain, subdomainHint).exactOptional(),
  selector: selector.exactOptional(),
}).transform(({ namespace, selector: written }, context): CoveredClaims => {
  if (namespace === undefined && written === undefined) {
    context.addIssue({ code: 'custom', message: say(claimForm) });
    return z.NEVER;
  }
  return {
    kind: 'selected',
    selector: written ?? { text: '', labels: [] },
    ...(namespace === undefined ? {} : { namespace }),
  };
});

/** What saves what Kubernetes does not: `backup.application`. */
export const hookSchema = map('a map with name and command', {
  name: hookName,
  command: hookCommand,
  on: checked('operator, control-plane, or the name of a node', isSubdomain, subdomainHint).exactOptional(),
  covers: list(
    'a list of claims',
    z.union([parsed(claimForm, parseClaim), selected], { error: claimForm }),
  ).exactOptional(),
  timeout: duration.exactOptional(),
});

export type HookSettings = z.output<typeof hookSchema>;
