import { Buffer } from 'node:buffer';
import dnsPacket, { type Packet } from 'dns-packet';
import {
  answerSeconds,
  askSmoke,
  smokeName,
  smokeNamespace,
  smokeServicePort,
  type SmokeQuestion,
} from '../commands/smoke.ts';
import { clusterDns, type ClusterDns } from './cluster-dns.ts';
import { defineFact, followingFact, type Fact, type Output, type Parsed } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';
import { smokeWorkload, type SmokeWorkload } from './smoke-workload.ts';

/** A question that a node asked; `why` where the answer did not come, or was another one. */
export interface SmokeAnswer {
  readonly question: SmokeQuestion;
  readonly why?: string;
}

/** Everything that a node is to ask; nothing while the workload is not all there. */
export const smokeQuestions = (
  { page, serviceIp, pods }: SmokeWorkload,
  { address, domain }: ClusterDns,
  path: string,
): readonly SmokeQuestion[] => {
  if (page === undefined || serviceIp === undefined || pods.length === 0) return [];
  const name = `${smokeName}.${smokeNamespace}.svc.${domain}`;
  return [
    { of: 'service', name, address: serviceIp, port: smokeServicePort, path, expects: page },
    ...pods.flatMap((pod): readonly SmokeQuestion[] =>
      pod.ip === undefined || pod.port === undefined
        ? []
        : [{ of: 'pod', name: `${pod.name} on ${pod.node}`, address: pod.ip, port: pod.port, path, expects: page }],
    ),
    { of: 'dns', protocol: 'udp', address, name, expects: serviceIp },
    { of: 'dns', protocol: 'tcp', address, name, expects: serviceIp },
  ];
};

/** Of errors that take knowing who makes them: a rule that drops or rejects what a node sends itself gives EPERM. */
const meanings: Readonly<Record<string, string>> = {
  'Operation not permitted': 'the packet filter of this node refuses it',
};

/** `bash: connect: Connection refused bash: line 1: /dev/tcp/10.0.0.1/80: Connection refused` → `Connection refused`. */
const lastReason = (said: string): string => {
  const reason = /([^:]+)$/.exec(said.trim())?.[1]?.trim() ?? '';
  const meaning = meanings[reason];
  return meaning === undefined ? reason : `${meaning} (${reason})`;
};

const decoded = (said: string): Packet | undefined => {
  if (!/^( ?[0-9a-f]{2} *)+$/.test(said)) return undefined;
  try {
    return dnsPacket.decode(Buffer.from(said.replaceAll(' ', ''), 'hex'));
  } catch {
    return undefined;
  }
};

const whyNoAddress = (said: string, expects: string): string | undefined => {
  const packet = decoded(said);
  if (packet === undefined) return `answered what is no DNS: ${said.trim().slice(0, 60)}`;
  const rcode = 'rcode' in packet ? String(packet.rcode) : 'NOERROR';
  if (rcode !== 'NOERROR') return `answered ${rcode}`;
  const found = (packet.answers ?? []).flatMap((answer) =>
    answer.type === 'A' || answer.type === 'AAAA' ? [answer.data] : [],
  );
  if (found.includes(expects)) return undefined;
  return found.length === 0 ? 'answered no address' : `answered ${found.join(', ')} instead of ${expects}`;
};

const whyNoPage = (said: string, expects: string): string | undefined => {
  if (said.includes(expects)) return undefined;
  const status = /^HTTP\/\S+ \d{3}(?: [A-Z][A-Za-z-]*)*/.exec(said)?.[0];
  return `answered ${status ?? JSON.stringify(said.trim().slice(0, 60))} without the page of this smoke test`;
};

const whyOf = (question: SmokeQuestion, code: number, said: string): string | undefined => {
  if (code === 124) return `no answer within ${answerSeconds} s`;
  if (code !== 0) return lastReason(said) || `exit code ${code}`;
  if (said.trim() === '') return 'closed the connection without an answer';
  return (question.of === 'dns' ? whyNoAddress : whyNoPage)(said, question.expects);
};

/** What `askSmoke` printed of these questions, in their order. */
export const parseSmokeAnswers =
  (questions: readonly SmokeQuestion[]) =>
  (output: Output): Parsed<readonly SmokeAnswer[]> => {
    const lines = linesBeforeEnd(output);
    if (lines === undefined) return { unreadable: output.stderr.trim() || 'it broke off' };
    const said = new Map<number, readonly [number, string]>();
    for (const line of lines) {
      const [, index, code, text] = /^(\d+)\t(\d+)\t(.*)$/.exec(line) ?? [];
      if (text === undefined) return { unreadable: line };
      said.set(Number(index), [Number(code), text]);
    }
    const value = questions.map((question, index): SmokeAnswer => {
      const [code, text] = said.get(index) ?? [1, 'was not asked'];
      const why = whyOf(question, code, text);
      return why === undefined ? { question } : { question, why };
    });
    return { value };
  };

/**
 * What answers a node when it asks the workload of the smoke test: the Service at its cluster address, each pod at its
 * own, and the cluster's DNS for the Service's name. Recorded on the lab, bash 5.2, CoreDNS 1.13.1, kube-proxy 1.35.4.
 */
export const smokeAnswers = (path: string): Fact<readonly SmokeAnswer[]> =>
  followingFact({
    id: 'smoke-answers',
    parameters: [path],
    needs: [smokeWorkload, clusterDns],
    ask: (workload, dns) => {
      const questions = smokeQuestions(workload, dns, path);
      if (questions.length === 0) return { unavailable: `nothing of namespace ${smokeNamespace} can be asked` };
      return defineFact<readonly SmokeAnswer[]>({
        id: 'smoke-answers',
        parameters: [path],
        subject: 'node',
        command: askSmoke(questions),
        parse: parseSmokeAnswers(questions),
      });
    },
  });
