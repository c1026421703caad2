import { operatorsKubectl, type KubectlRequest } from '../commands/operators-kubectl.ts';
import { defineFact, type Fact, type Output } from './fact.ts';

/** What kubectl said to an operator who only looks: whatever it was, it is the answer. Of a control plane. */
export const kubectlOutput = (request: KubectlRequest): Fact<Output> =>
  defineFact({
    id: 'kubectl-output',
    subject: 'node',
    command: (place) => operatorsKubectl(place, request),
    parse: (value) => ({ value }),
  });
