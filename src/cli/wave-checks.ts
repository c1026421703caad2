import { quote } from '../commands/quote.ts';
import { judgePrometheus, queryAddress } from '../fleet/prometheus.ts';
import { judgeHttp, whyNot } from '../fleet/wave-checks.ts';
import { bracketed } from '../model/address.ts';
import type { Cluster } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import { describeExit, succeeded } from '../model/exit.ts';
import type { Wave } from '../model/wave.ts';
import { headersOf, type CheckQuestion, type WaveCheck } from '../model/wave-check.ts';
import type { Parts } from './parts.ts';

const sentHeaders = ({ env }: Parts, question: CheckQuestion): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headersOf(question)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (env[value.env] ?? ''),
    ]),
  );

/** What checks need of the environment is looked for before anything is touched. @throws UsageError */
export const checkCheckSecrets = ({ env }: Parts, clusters: readonly Cluster[]): void => {
  for (const { wave } of clusters)
    for (const { name, question } of wave?.checks ?? [])
      for (const value of Object.values(headersOf(question))) {
        if (typeof value === 'string') continue;
        const held = env[value.env] ?? '';
        if (held === '')
          throw new UsageError(
            `$${value.env} is not set; ${wave?.source ?? ''}: the check ${name} of the wave ${wave?.name ?? ''} names it`,
          );
        if (/[\r\n\0]/.test(held))
          throw new UsageError(`$${value.env} holds more than one line: a header takes one (the check ${name})`);
      }
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

const askCommand = async (
  parts: Parts,
  wave: string,
  { argv, directory }: Extract<CheckQuestion, { kind: 'command' }>,
  timeoutMs: number,
): Promise<string | undefined> => {
  let said = '';
  const local = await parts.localCommands();
  const { exit } = await local.run({ argv, env: { NODEOPS_WAVE: wave }, directory, timeoutMs }, (chunk) => {
    said = (said + chunk.toString()).slice(-4096);
  });
  return succeeded(exit) ? undefined : `${describeExit(exit)}${said === '' ? '' : `: ${lastLine(said)}`}`;
};

const askOnce = async (parts: Parts, wave: string, check: WaveCheck): Promise<string | undefined> => {
  const { question, timeoutMs } = check;
  if (question.kind === 'command') return askCommand(parts, wave, question, timeoutMs);
  const web = await parts.web();
  const headers = sentHeaders(parts, question);
  switch (question.kind) {
    case 'tcp':
      return web.connect(question.host, question.port, timeoutMs);
    case 'http':
      return judgeHttp(await web.get({ url: question.url, headers, timeoutMs }), question);
    case 'prometheus':
      return judgePrometheus(await web.get({ url: queryAddress(question), headers, timeoutMs }), question);
  }
};

/** What is asked, for a person. */
const asked = (question: CheckQuestion): string => {
  switch (question.kind) {
    case 'command':
      return quote(question.argv);
    case 'http':
      return question.url;
    case 'tcp':
      return `${bracketed(question.host)}:${question.port}`;
    case 'prometheus': {
      const { query, condition, url } = question;
      return `${query} ${condition.operator} ${condition.value}, asked of ${url}`;
    }
  }
};

/** What speaks against a wave by one of its checks; nothing where it holds. */
export const doubtOfCheck = async (parts: Parts, { name }: Wave, check: WaveCheck): Promise<readonly string[]> => {
  const why = await whyNot(check, {
    ask: () => askOnce(parts, name, check),
    clock: parts.clock,
    stopping: parts.stopping,
  });
  return why === undefined ? [] : [`the check ${check.name} (${asked(check.question)}): ${why}`];
};
