import { z } from 'zod';
import { checked, fullList, map, parsed, say, text } from '../documents/fields.ts';
import { duration } from '../documents/duration-field.ts';
import { parseProbeUrl } from '../model/probe.ts';
import { parseCondition, type CheckQuestion } from '../model/wave-check.ts';
import { isSubdomain, subdomainHint } from './names.ts';
import { environmentName, isWebAddress } from './values.ts';

const name = checked('a name of lower-case letters, digits, - and . (RFC 1123)', isSubdomain, subdomainHint);

const url = checked('an address such as https://shop.example.com/healthz', isWebAddress, (written) =>
  /^[a-z]+:\/\/[^/]*@/.test(written)
    ? 'a login is never written in an inventory: headers: { Authorization: { env: NAME } }'
    : undefined,
);

/** Source: RFC 9110, 5.6.2 (token) and 5.5 (no line breaks). */
const headerName = /^[\w!#$%&'*+.^`|~-]+$/;
const valueForm = 'a text in one line, or { env: NAME }';
const value = z.union(
  [checked(valueForm, (written) => !/[\r\n\0]/.test(written)), map('{ env: NAME }', { env: environmentName })],
  { error: valueForm },
);
/** What holds a secret as a rule. */
const secret = /authorization|cookie|token|secret|key/i;

const headersForm = 'a map of headers, e.g. { Authorization: { env: NAME } }';
const headers = z
  .record(
    z.string().refine((key) => headerName.test(key), { error: 'the name of a header' }),
    value,
    {
      error: headersForm,
    },
  )
  .superRefine((written, context) => {
    for (const [key, each] of Object.entries(written))
      if (typeof each === 'string' && secret.test(key))
        context.addIssue({
          code: 'custom',
          path: [key],
          message: say('{ env: NAME }', 'a secret is never written in an inventory: name the variable that holds it'),
        });
  });

const http = map('a map with url', {
  url,
  status: z
    .int({ error: 'a status from 100 to 599' })
    .min(100, { error: 'a status from 100 to 599' })
    .max(599, { error: 'a status from 100 to 599' })
    .exactOptional(),
  text: text('what the answer has to hold').exactOptional(),
  headers: headers.exactOptional(),
}).transform(({ status = 200, headers: sent = {}, ...rest }): CheckQuestion => ({
  kind: 'http',
  status,
  headers: sent,
  ...rest,
}));

const parseHostPort = (written: string): CheckQuestion | undefined => {
  const found = parseProbeUrl(`tcp://${written}`);
  return found === undefined ? undefined : { kind: 'tcp', host: found.host, port: found.port };
};

const prometheus = map('a map with url, query and condition', {
  url,
  query: text('a query of PromQL'),
  condition: parsed('a condition such as "< 0.01"', parseCondition, () => 'one of < <= > >= == != and a number'),
  noData: z.enum(['fail', 'pass'], { error: 'fail or pass' }).exactOptional(),
  headers: headers.exactOptional(),
}).transform(({ noData = 'fail', headers: sent = {}, ...rest }): CheckQuestion => ({
  kind: 'prometheus',
  noData,
  headers: sent,
  ...rest,
}));

const kinds = 'one of command, http, tcp and prometheus';

export const waveCheck = map(`a map with name and ${kinds}`, {
  name,
  command: fullList('a command as a list, e.g. [./ask.sh, paris]', text('a word of the command')).exactOptional(),
  http: http.exactOptional(),
  tcp: parsed('a host and a port, e.g. db.example.com:5432', parseHostPort).exactOptional(),
  prometheus: prometheus.exactOptional(),
  timeout: duration.exactOptional(),
  retries: z.int({ error: 'a number from 0' }).min(0, { error: 'a number from 0' }).exactOptional(),
  for: duration.exactOptional(),
}).transform(({ command, http: asked, tcp, prometheus: queried, ...rest }, context) => {
  const ran: CheckQuestion | undefined = command && { kind: 'command', argv: command, directory: '' };
  const [question, ...others] = [ran, asked, tcp, queried].filter((each) => each !== undefined);
  if (question !== undefined && others.length === 0) return { ...rest, question };
  context.addIssue({ code: 'custom', message: say(`name and ${kinds}`) });
  return z.NEVER;
});

export type CheckSettings = z.output<typeof waveCheck>;
