import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import { checkWritable, KubectlError, request, serverOf } from './connection.ts';
import { isSet, type Parsed } from './flags.ts';
import { namespaceOf, queriesOf } from './kubectl-get.ts';
import { qualified, singular } from './resources.ts';

/** What is deleted as it is: nothing waits for it, and nothing has a finalizer. */
const deletable: ReadonlySet<string> = new Set(['Node', 'Secret']);

/**
 * kubectl delete KIND NAME…, one after the other. Source: kubectl delete --help; the text of a namespaced object says
 * where from 1.34 on (kubectl, delete.go).
 */
export const kubectlDelete = function* (call: Call, parsed: Parsed): Task<number> {
  const server = serverOf(call, parsed);
  const [query, ...more] = queriesOf(parsed.words);
  if (query === undefined || more.length > 0 || query.names.length === 0 || !deletable.has(query.resource.kind))
    throw new SimulatorGap(`kubectl delete ${parsed.words.join(' ')}`);
  const { resource, names } = query;
  const namespace = resource.namespaced ? namespaceOf(parsed) : undefined;
  const where = namespace === undefined ? {} : { namespace };
  const { objects } = call.host.world;
  let code = 0;
  for (const name of names) {
    yield* request(call, server, { verb: 'delete', resource, name, ...where });
    if (objects.get(resource.kind, namespace, name) === undefined) {
      if (isSet(parsed, 'ignore-not-found')) continue;
      call.err(new KubectlError(`Error from server (NotFound): ${qualified(resource)} "${name}" not found\n`).message);
      code = 1;
      continue;
    }
    checkWritable(call);
    objects.remove(resource.kind, namespace, name, call.actor);
    call.out(
      `${singular(resource)} "${name}" deleted${namespace === undefined ? '' : ` from ${namespace} namespace`}\n`,
    );
    yield* request(call, server, { verb: 'get', resource, name, ...where });
  }
  return code;
};
