import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { EtcdMember } from '../../world/world.ts';

/** etcdctl's own time-out of a request. Source: etcdctl, --command-timeout. */
export const requestMs = 5000;

/** The only endpoint that a script of ours names: etcd's own, on its host. */
export const endpoint = 'https://127.0.0.1:2379';

export const etcdVersion = (call: Call, host: string): string =>
  (call.host.world.hosts.get(host)?.components.get('etcd')?.version ?? '').replace(/-.*$/, '');

export const ownMember = ({ host: { world, name } }: Call): EtcdMember | undefined =>
  world.etcd.members.find(({ host }) => host === name);

const at = (call: Call): string => new Date(call.host.kernel.now).toISOString().replace('Z', '000Z');

const attempted = (call: Call, logger: string, address: string, method: string, error: string): void =>
  call.err(
    `${JSON.stringify({
      level: 'warn',
      ts: at(call),
      logger,
      caller: `v3@v${etcdVersion(call, call.host.name)}/retry_interceptor.go:65`,
      msg: 'retrying of unary invoker failed',
      target: `etcd-endpoints://0x1751cfc6f0e0/${address}`,
      method,
      attempt: 0,
      error: `rpc error: code = ${error}`,
    })}\n`,
  );

/** What the own etcd refuses, as its client logs it before etcdctl says it. Recorded, 3.6.6. */
export const refusedHere = (call: Call, method: string, error: string): void =>
  attempted(call, 'etcd-client', '127.0.0.1:2379', method, error);

/** Another member that a question about all of them does not reach. Recorded, 3.6.6. */
export const refusedElsewhere = (call: Call, address: string, method: string): void =>
  attempted(
    call,
    'client',
    `${address}:2379`,
    method,
    `DeadlineExceeded desc = latest balancer error: connection error: desc = "transport: Error while dialing: dial tcp ${address}:2379: connect: connection refused"`,
  );

/** What a request says that the own etcd does not answer; `refusal` is etcd's own. Recorded, 3.6.6. */
interface Unanswered {
  readonly why: string;
  readonly error: string;
  readonly ms: number;
}

/** Why the own etcd does not answer what needs the consent of the others; undefined where it does. */
const unanswered = (call: Call, alone: boolean): Unanswered | undefined => {
  const { etcd } = call.host.world;
  const why = 'context deadline exceeded';
  if (!etcd.serving(call.host.name))
    return {
      why,
      ms: requestMs,
      error:
        'DeadlineExceeded desc = latest balancer error: connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"',
    };
  if (alone) return undefined;
  const learning = 'etcdserver: rpc not supported for learner';
  if (ownMember(call)?.learner === true)
    return { why: learning, ms: 20, error: `FailedPrecondition desc = ${learning}` };
  return etcd.answers(call.host.name) ? undefined : { why, ms: requestMs, error: `DeadlineExceeded desc = ${why}` };
};

export interface Request {
  readonly method: string;
  /** What is said before the reason. */
  readonly failure: string;
  /** It asks this member only: no quorum is needed. */
  readonly alone?: boolean;
}

/** Waits for an answer of the own etcd; false where there is none, and it was said why. */
export const answered = function* (call: Call, { method, failure, alone = false }: Request): Task<boolean> {
  const { kernel, world } = call.host;
  const trouble = unanswered(call, alone);
  yield kernel.now + (trouble?.ms ?? world.random.between(5, 20));
  if (trouble === undefined) return true;
  attempted(call, 'etcd-client', '127.0.0.1:2379', method, trouble.error);
  call.err(`${failure}${trouble.why}\n`);
  return false;
};

/** A line of zap's, as etcdctl logs to standard error. Recorded, 3.6.6. */
export const logged = (call: Call, fields: Readonly<Record<string, string>>): void =>
  call.err(`${JSON.stringify({ level: 'info', ts: at(call), ...fields })}\n`);
