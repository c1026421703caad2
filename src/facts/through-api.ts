import type { Output, Parsed } from './fact.ts';

/**
 * What kubectl says while an API server, or the etcd or kubelet behind it, is stopped, starting or overloaded: asking
 * again may help. `Forbidden` is among them because an API server that is starting answers it to admin.conf before its
 * role bindings are loaded. Recorded on the lab by stopping and starting kube-apiserver, 1.35.4 and 1.36.3; the rest
 * from k8s.io/apimachinery pkg/api/errors and k8s.io/apiserver.
 */
const notNow: readonly RegExp[] = [
  /the connection to the server \S+ was refused/i,
  /dial tcp \S+ (connect: connection refused|i\/o timeout|connect: no route to host)/i,
  /TLS handshake timeout/i,
  /context deadline exceeded/i,
  /Client\.Timeout exceeded/i,
  /client connection lost|connection reset by peer|use of closed network connection/i,
  /\bEOF$/im,
  /\((ServiceUnavailable|Timeout|ServerTimeout|TooManyRequests|InternalError|Forbidden)\)/,
  /server is currently unable to handle the request/i,
  /server was unable to return a response in the time allotted/i,
  /request timed out|leader changed|no leader/i,
  /apiserver not ready|starting up|shutting down/i,
  // Discovery was answered before the API groups were all there (lab, kube-apiserver 1.36.3 after a kubelet restart).
  /the server doesn't have a resource type/i,
];

/** What a line of kubectl's means where that takes knowing which port is whose, or how an API server starts. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/:10250\//, 'the kubelet behind it does not answer'],
  [/\(Forbidden\)/, 'the API server has not loaded its roles (its etcd may be behind)'],
];

/** What kubectl's stderr says why it should be asked again, or undefined where nothing says so. */
export const whyNotNow = (stderr: string): string | undefined => {
  const line = stderr
    .split('\n')
    .findLast((each) => notNow.some((pattern) => pattern.test(each)))
    ?.trim();
  if (line === undefined) return undefined;
  const meaning = meanings.find(([pattern]) => pattern.test(line))?.[1];
  return meaning === undefined ? line : `${meaning}: ${line}`;
};

const missing = /\(NotFound\)/;

/** kubectl's own log lines repeat each attempt before the message that counts. */
const withoutLog = (stderr: string): string => stderr.replace(/^[EWI]\d{4} .*\n?/gm, '').trim() || stderr.trim();

export interface ThroughApiOptions {
  /** Exit codes under which the output is still an answer. Default: 0 only. */
  readonly answers?: readonly number[];
}

/** A parser of what kubectl printed, which is asked only where kubectl had an answer. */
export const throughApi =
  <T>(parse: (output: Output) => Parsed<T>, { answers = [0] }: ThroughApiOptions = {}) =>
  (output: Output): Parsed<T> => {
    if (answers.includes(output.code)) return parse(output);
    const why = whyNotNow(output.stderr);
    if (why !== undefined) return { unavailable: why };
    if (missing.test(output.stderr)) return { absent: true };
    return { unreadable: withoutLog(output.stderr) || `kubectl: rc ${output.code}, nothing said` };
  };
