import { quote } from '../../commands/quote.ts';
import type { SshTarget } from '../../model/cluster.ts';
import { ConnectError } from '../../ports/transport.ts';
import type { LoginAttempts } from './login-attempts.ts';

/** What ssh2 adds to its errors (client.js, utils.js). */
type SshFailure = Error & { readonly level?: string; readonly code?: string | number; readonly reason?: unknown };

/** The same connection by hand: `ssh -i … -p … -J … user@host`. */
export const sshByHand = (target: SshTarget): string => {
  const identities = target.identityFiles.flatMap((file) => ['-i', file]);
  const port = target.port === 22 ? [] : ['-p', String(target.port)];
  const jump = target.jump;
  const through = jump === undefined ? [] : ['-J', `${jump.user}@${jump.host}:${jump.port}`];
  return quote(['ssh', ...identities, ...port, ...through, `${target.user}@${target.host}`]);
};

const place = (target: SshTarget): string =>
  `${target.host}:${target.port}${target.jump === undefined ? '' : ` (through ${target.jump.host}:${target.jump.port})`}`;

const refused = (target: SshTarget, attempts: LoginAttempts, offered: readonly string[], why: string): ConnectError => {
  const tried =
    attempts.described.length === 0 ? 'nothing to try is configured' : `tried ${attempts.described.join(', ')}`;
  const takes = offered.length === 0 ? '' : `; the server takes ${offered.join(', ')}`;
  const advice = why === '' ? '' : ' With many keys in the agent, set agent: false or name one identityFile.';
  const message = `${place(target)} refused ${target.user}${why}: ${tried}${takes}`;
  return new ConnectError('refused-key', message, `See why with: ${sshByHand(target)}.${advice}`);
};

const networkReasons = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['EHOSTUNREACH', 'no route to host'],
  ['ENETUNREACH', 'network is unreachable'],
  ['ETIMEDOUT', 'connection timed out'],
  ['ENOTFOUND', 'the name cannot be resolved'],
  ['EAI_AGAIN', 'the name cannot be resolved at the moment'],
]);

const unreachable = (target: SshTarget, why: string, cause: Error): ConnectError =>
  new ConnectError('unreachable', `${place(target)} cannot be reached: ${why}`, `Try: ${sshByHand(target)}`, { cause });

/** sshd hangs up before its version line when it sheds load (MaxStartups), restarts, or was told to refuse us. */
export const hungUpEarly = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message === 'Connection lost before handshake' || (error as SshFailure).code === 'ECONNRESET');

/** Turns what ssh2 reports while connecting into what the operator can act on. */
export const connectFailure = (
  target: SshTarget,
  error: Error,
  attempts: LoginAttempts,
  offered: readonly string[],
): ConnectError => {
  const failure: SshFailure = error;
  if (failure.level === 'client-authentication') return refused(target, attempts, offered, '');
  // Source: sshd's auth.c; MaxAuthTries, 6 by default, counts each key of an agent.
  if (/too many authentication failures/i.test(failure.message)) {
    return refused(target, attempts, offered, ' after too many attempts (MaxAuthTries)');
  }
  if (failure.level === 'client-timeout') return unreachable(target, 'timed out in the handshake', error);
  const reason = networkReasons.get(String(failure.code));
  if (reason !== undefined) return unreachable(target, `${reason} (${String(failure.code)})`, error);
  if (failure.level === 'client-socket' || 'reason' in failure) return unreachable(target, failure.message, error);
  if (hungUpEarly(error) || failure.message === 'connection closed') {
    return unreachable(target, 'sshd closed the connection during the handshake', error);
  }
  const message = `${place(target)}: ${failure.message}`;
  return new ConnectError('protocol', message, `Compare with: ${sshByHand(target)}`, { cause: error });
};
