import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import { isMirror, isNode, listOf, type PodObject, objectOf } from '../../cluster/objects.ts';
import { budgetsFor } from '../../cluster/budgets.ts';
import { KubectlError, request, serverOf, type Server } from './connection.ts';
import { durationMs, goDuration, isSet, type Parsed } from './flags.ts';
import { patchObject } from './kubectl-write.ts';
import { resourceOf } from './resources.ts';

const nodes = resourceOf('nodes');
const pods = resourceOf('pods');

/** Sets or takes off spec.unschedulable; says what it did. */
const setSchedulable = function* (call: Call, server: Server, name: string, schedulable: boolean): Task<void> {
  const outcome = yield* patchObject(call, server, { resource: nodes, name }, (object) => {
    const wished = structuredClone(object);
    if (!isNode(wished)) return wished;
    if (schedulable) delete wished.spec.unschedulable;
    else wished.spec.unschedulable = true;
    return wished;
  });
  const word = schedulable ? 'uncordoned' : 'cordoned';
  call.out(`node/${name} ${outcome === 'unchanged' ? 'already ' : ''}${word}\n`);
};

const cordoning = (schedulable: boolean) =>
  function* (call: Call, parsed: Parsed): Task<number> {
    const server = serverOf(call, parsed);
    for (const name of parsed.words) yield* setSchedulable(call, server, name, schedulable);
    return 0;
  };

export const kubectlCordon = cordoning(false);
export const kubectlUncordon = cordoning(true);

const label = ({ metadata }: PodObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
const owner = (pod: PodObject): string | undefined =>
  pod.metadata.ownerReferences?.find(({ controller }) => controller)?.kind;
const over = ({ status }: PodObject): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';

interface Choice {
  readonly leaving: readonly PodObject[];
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

/** Source: kubectl, drain/filters.go. */
const choose = (all: readonly PodObject[], parsed: Parsed): Choice => {
  const some = all.filter((pod) => !isMirror(pod));
  const daemons = some.filter((pod) => owner(pod) === 'DaemonSet' && !over(pod));
  const others = some.filter((pod) => !daemons.includes(pod));
  const alone = others.filter((pod) => owner(pod) === undefined && !over(pod));
  const local = others.filter(
    (pod) => !over(pod) && pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined) === true,
  );
  const refuse = (list: readonly PodObject[], flag: string, text: string): readonly string[] =>
    list.length === 0 || isSet(parsed, flag) ? [] : [`cannot delete ${text}: ${list.map(label).join(', ')}`];
  return {
    leaving: others,
    warnings: [
      ...(alone.length === 0 ? [] : [`deleting Pods that declare no controller: ${alone.map(label).join(', ')}`]),
      ...(daemons.length === 0 ? [] : [`ignoring DaemonSet-managed Pods: ${daemons.map(label).join(', ')}`]),
    ],
    refusals: [
      // The words stand there twice, as in kubectl's own source (drain/filters.go; recorded, 1.35.4).
      ...refuse(alone, 'force', 'cannot delete Pods that declare no controller (use --force to override)'),
      ...refuse(daemons, 'ignore-daemonsets', 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)'),
      ...refuse(local, 'delete-emptydir-data', 'Pods with local storage (use --delete-emptydir-data to override)'),
    ],
  };
};

const failed = (node: string, errors: readonly string[]): KubectlError => {
  const because = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  return new KubectlError(
    `error: unable to drain node "${node}" due to error: ${because ?? ''}, continuing command...\nThere are pending nodes to be drained:\n ${node}\n${errors.join('\n')}`,
  );
};

const named = ({ metadata }: PodObject): string => `pods/"${metadata.name}" -n "${metadata.namespace ?? ''}"`;

/**
 * Says which budgets refuse. `--disable-eviction` deletes past all of them, and with a grace period of 0 without waiting
 * for the kubelet. Source: kubectl drain --help; kubectl, drain/drain.go, `DeletePod`.
 */
const remove = (call: Call, parsed: Parsed, pod: PodObject, dryRun: boolean): readonly string[] => {
  const { pods: lifecycle } = call.host.world;
  const grace = parsed.flags.get('grace-period');
  if (grace !== undefined && grace !== '0') throw new SimulatorGap(`kubectl drain --grace-period=${grace}`);
  if (isSet(parsed, 'disable-eviction')) {
    if (!dryRun) lifecycle.delete(pod, call.actor, { forced: grace === '0' });
    return [];
  }
  if (grace !== undefined) throw new SimulatorGap('kubectl drain --grace-period=0 with evictions');
  return lifecycle.evict(pod, call.actor, { dryRun }).refusedBy;
};

/** One pod's way out: evicted, or refused and asked again each 5 s, then waited for. Ends with what went wrong. */
const evictOne = function* (call: Call, parsed: Parsed, pod: PodObject, until: number): Task<string | undefined> {
  const { kernel, world } = call.host;
  const server = serverOf(call, parsed);
  const { namespace = '', name, uid } = pod.metadata;
  const dryRun = parsed.flags.get('dry-run') === 'server';
  const limit = `global timeout reached: ${goDuration(durationMs(parsed.flags.get('timeout') ?? '0'))}`;
  const present = (): boolean => world.objects.get('Pod', namespace, name)?.metadata.uid === uid;
  for (;;) {
    call.out(`evicting pod ${namespace}/${name}${dryRun ? ' (server dry run)' : ''}\n`);
    yield* request(call, server, { verb: 'create', resource: pods, namespace, name });
    if (!present()) break;
    if (budgetsFor(world, pod).length > 1)
      return `error when evicting ${named(pod)}: This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.`;
    const refusedBy = remove(call, parsed, pod, dryRun);
    if (refusedBy.length === 0) break;
    call.err(
      `error when evicting ${named(pod)} (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.\n`,
    );
    // It sleeps its 5 s out, says that it tries again, and only then looks at the time (recorded, 1.35.4).
    if (kernel.now + 5000 > until) {
      yield kernel.now + 5000;
      call.out(`evicting pod ${namespace}/${name}${dryRun ? ' (server dry run)' : ''}\n`);
      return `error when evicting ${named(pod)}: ${limit}`;
    }
    yield kernel.now + 5000;
  }
  // Of a dry run that goes well kubectl says nothing more (lab, 1.35.4 and 1.36.3).
  if (dryRun) return undefined;
  while (present()) {
    if (kernel.now >= until)
      return `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: ${limit}`;
    yield Math.min(until, kernel.now + 1000);
    yield* request(call, server, { verb: 'get', resource: pods, namespace, name });
  }
  call.out(`pod/${name} evicted\n`);
  return undefined;
};

/** All pods at once, as kubectl does; each with its own job, so that one that is refused does not hold up the others. */
const evictAll = function* (
  call: Call,
  parsed: Parsed,
  leaving: readonly PodObject[],
  until: number,
): Task<readonly string[]> {
  const { kernel } = call.host;
  const tasks = leaving.map((pod) => ({ task: evictOne(call, parsed, pod, until), at: kernel.now, ended: false }));
  const errors: string[] = [];
  for (;;) {
    const waiting = tasks.filter(({ ended }) => !ended);
    if (waiting.length === 0) return errors;
    const next = Math.min(...waiting.map(({ at }) => at));
    if (next > kernel.now) yield next;
    for (const one of waiting.filter(({ at }) => at <= kernel.now)) {
      let step: IteratorResult<number, string | undefined>;
      try {
        step = one.task.next();
      } catch (error) {
        if (!(error instanceof KubectlError)) throw error;
        step = { done: true, value: error.message };
      }
      one.ended = step.done === true;
      if (step.done !== true) one.at = step.value;
      else if (step.value !== undefined) errors.push(step.value);
    }
  }
};

/** kubectl drain. Source: kubectl drain --help; kubectl, drain/drain.go; texts from kubeadm-facts 6 and the lab. */
export const kubectlDrain = function* (call: Call, parsed: Parsed): Task<number> {
  const [node = '', ...more] = parsed.words;
  const dryRun = parsed.flags.get('dry-run') ?? 'none';
  if (more.length > 0 || !['none', 'server'].includes(dryRun))
    throw new SimulatorGap(`kubectl drain ${parsed.words.join(' ')} ${dryRun}`);
  const server = serverOf(call, parsed);
  const timeout = durationMs(parsed.flags.get('timeout') ?? '0');
  if (dryRun === 'none') yield* setSchedulable(call, server, node, false);
  else {
    const cordoned = objectOf(call.host.world.objects, 'Node', undefined, node)?.spec.unschedulable === true;
    call.out(`node/${node} ${cordoned ? 'already ' : ''}cordoned (server dry run)\n`);
  }
  const until = timeout === 0 ? Infinity : call.host.kernel.now + timeout;
  yield* request(call, server, { verb: 'list', resource: pods });
  const all = listOf(call.host.world.objects, 'Pod').filter(({ spec }) => spec.nodeName === node);
  const { leaving, refusals, warnings } = choose(all, parsed);
  if (refusals.length > 0) throw failed(node, refusals);
  if (warnings.length > 0) call.err(`Warning: ${warnings.join('; ')}\n`);
  const errors = yield* evictAll(call, parsed, leaving, until);
  if (errors.length > 0) {
    const left = leaving.filter(
      ({ metadata }) => call.host.world.objects.get('Pod', metadata.namespace, metadata.name) !== undefined,
    );
    call.err(
      `There are pending pods in node "${node}" when an error occurred: ${errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`}\n${left.map(({ metadata }) => `pod/${metadata.name}\n`).join('')}`,
    );
    throw failed(node, errors);
  }
  call.out(`node/${node} drained${dryRun === 'none' ? '' : ' (server dry run)'}\n`);
  return 0;
};
