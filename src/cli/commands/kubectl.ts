import pLimit from 'p-limit';
import { operatorsKubectl, type KubectlRequest } from '../../commands/operators-kubectl.ts';
import { valueOf, type Output } from '../../facts/fact.ts';
import { kubectlOutput } from '../../facts/kubectl-output.ts';
import { ownerLease } from '../../facts/owner-lease.ts';
import { controlPlanes, type Cluster } from '../../model/cluster.ts';
import { exitCode, UsageError, worse } from '../../model/errors.ts';
import type { Confirmation } from '../../model/event.ts';
import { describeExit, succeeded } from '../../model/exit.ts';
import { observeCluster, observeNode } from '../../run/observe.ts';
import { lineOf, performAll } from '../../run/perform.ts';
import { reachableOnly } from '../../run/reach.ts';
import type { Session } from '../../run/session.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { readKubectlArguments } from '../kubectl-arguments.ts';
import { inLookSession } from '../look-session.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { askConsent, checkConsent, type ConsentOptions } from '../protection.ts';
import { recordDeed } from '../recorded-deed.ts';
import { whyOwned } from '../why-owned.ts';
import { whyUnknown } from '../why-unknown.ts';

export interface KubectlOptions extends Pick<SelectionOptions, 'inventory'>, Omit<ConsentOptions, 'yes'> {
  readonly output: OutputFormat;
  readonly acceptNewHostKeys?: boolean;
  readonly write?: boolean;
}

/** What came of it in one cluster. */
interface Answer {
  readonly cluster: string;
  /** The control plane that ran kubectl; missing where none did. */
  readonly node?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** kubectl's own; missing where it is not known. */
  readonly code?: number;
  /** Why kubectl did not run, or how it ended is not known. */
  readonly trouble?: string;
  /** Where a write is journalled. */
  readonly journal?: string;
  readonly exit: number;
}

/** Clusters at once. */
const atOnce = 8;

const notRun = (cluster: string, trouble: string): Answer => ({
  cluster,
  stdout: '',
  stderr: '',
  trouble,
  exit: exitCode.blocked,
});

const ofOutput = (cluster: string, node: string, { stdout, stderr, code }: Output): Answer => ({
  cluster,
  node,
  stdout,
  stderr,
  code,
  exit: code === 0 ? exitCode.done : exitCode.failed,
});

/** The control plane whose API server answers, or why none does. */
const findPlace = async (session: Session, lost: ReadonlyMap<string, string>) => {
  const { observations, place } = await observeCluster(session, [ownerLease]);
  const lease = observations.get(ownerLease.key);
  if (place.node !== '' && (lease?.kind === 'value' || lease?.kind === 'absent')) return place;
  const away = [...lost].map(([node, why]) => `${node}: ${why}`);
  return [...away, whyUnknown(lease, 'no control plane can be asked')].join('; ');
};

const lookOnly = async (session: Session, node: string, request: KubectlRequest): Promise<Answer> => {
  const { name } = session.cluster;
  const fact = kubectlOutput(request);
  const observed = (await observeNode(session, node, [fact])).get(fact.key);
  const output = valueOf(fact, observed);
  if (output !== undefined) return ofOutput(name, node, output);
  return { ...notRun(name, whyUnknown(observed, 'it did not answer')), node, exit: exitCode.failed };
};

const writeRecorded = async (
  parts: Parts,
  session: Session,
  place: { readonly node: string; readonly apiServer: string },
  request: KubectlRequest,
  options: KubectlOptions,
): Promise<Answer> => {
  const { name } = session.cluster;
  const owned = await whyOwned(parts, session, options);
  if (owned !== undefined) return notRun(name, owned);
  const command = operatorsKubectl(place, request);
  const action = { do: 'exec', on: place.node, command } as const;
  const deed = { cluster: name, name: 'kubectl', parameters: { line: lineOf(action) }, consent: options };
  const { value, directory } = await recordDeed(parts, deed, async (emit, run) => {
    const performance = { session, emit, run, address: 'kubectl', step: 'kubectl', attempt: 1, waitedMs: 0 };
    const performed = await performAll(performance, [action]);
    const ended = performed === undefined ? undefined : performed.result;
    return { outcome: ended !== undefined && succeeded(ended.exit) ? 'done' : 'failed', value: ended };
  });
  if (value === undefined) return notRun(name, 'nothing was sent');
  const { exit, stdout, stderr } = value;
  const journal = { journal: directory };
  if (exit.kind === 'code') return { ...ofOutput(name, place.node, { stdout, stderr, code: exit.code }), ...journal };
  const trouble = `how it ended is ${describeExit(exit)}: look before you type it again`;
  return { cluster: name, node: place.node, stdout, stderr, trouble, exit: exitCode.failed, ...journal };
};

const askOne = (parts: Parts, cluster: Cluster, request: KubectlRequest, options: KubectlOptions): Promise<Answer> => {
  const looks = request.effect === 'read';
  const ask = async (whole: Session): Promise<Answer> => {
    const { session, lost } = await reachableOnly(whole);
    const place = await findPlace(session, lost);
    if (typeof place === 'string') return notRun(cluster.name, place);
    return looks ? lookOnly(session, place.node, request) : writeRecorded(parts, session, place, request, options);
  };
  const planes = { ...cluster, nodes: controlPlanes(cluster) };
  return inLookSession(parts, planes, options, ask, { refuseWrites: looks });
};

const prefixed = (text: string, prefix: string): string =>
  text === '' ? '' : text.replace(/\n?$/, '\n').replaceAll(/^(?=[^]*?\n)/gm, prefix);

const tell = ({ stdout, stderr }: Parts, answer: Answer, output: OutputFormat, several: boolean): void => {
  const { cluster, trouble, journal, exit: _exit, ...said } = answer;
  if (output === 'json') {
    stdout.write(`${JSON.stringify({ cluster, ...said, ...(trouble === undefined ? {} : { trouble }) })}\n`);
    return;
  }
  const prefix = several ? `${cluster}: ` : '';
  stdout.write(prefixed(said.stdout, prefix));
  stderr.write(prefixed(said.stderr, prefix));
  if (trouble !== undefined) stderr.write(`${cluster}: ${trouble}\n`);
  if (journal !== undefined) stderr.write(`${cluster}: journal: ${journal}\n`);
};

/** Asks for each protected cluster, before anything is connected to. */
const consented = async (parts: Parts, clusters: readonly Cluster[], options: KubectlOptions): Promise<boolean> => {
  // Who says --write has said yes where nothing more is asked for.
  const consent = { ...options, yes: true };
  checkConsent(parts, clusters, consent);
  for (const cluster of clusters) {
    const confirmed: Confirmation | undefined = await askConsent(parts, cluster, consent);
    if (confirmed === undefined) return false;
  }
  return true;
};

/**
 * `nodeops kubectl -- ARGS…`: runs kubectl on a control plane of each chosen cluster, several clusters at once. A write
 * needs `--write`, and is in a journal before it is sent. @throws UsageError before anything is connected to.
 */
export const kubectl = async (parts: Parts, given: readonly string[], options: KubectlOptions): Promise<number> => {
  const { readsStdin, ...asked } = readKubectlArguments(given, { write: options.write === true });
  const clusters = loadSelection(parts, options).map(({ cluster }) => cluster);
  if (asked.effect === 'write' && !(await consented(parts, clusters, options))) {
    parts.stderr.write('Nothing was changed.\n');
    return exitCode.usage;
  }
  const request: KubectlRequest = readsStdin ? { ...asked, stdin: await parts.stdin() } : asked;
  if (request.stdin === '')
    throw new UsageError('-f -: there is nothing on standard input\n    give it a file: < FILE');
  const limit = pLimit(atOnce);
  const answers = clusters.map((cluster) => limit(() => askOne(parts, cluster, request, options)));
  let worst: number = exitCode.done;
  for (const pending of answers) {
    const answer = await pending;
    tell(parts, answer, options.output, clusters.length > 1);
    worst = worse(worst, answer.exit);
  }
  return worst;
};
