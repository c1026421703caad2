import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ClusterDns } from '../../src/facts/cluster-dns.ts';
import type { Fact, Parsed } from '../../src/facts/fact.ts';
import { parseSmokeAnswers, smokeAnswers, smokeQuestions } from '../../src/facts/smoke-answers.ts';
import type { SmokeWorkload } from '../../src/facts/smoke-workload.ts';
import { recorded } from './recorded.ts';

const path = '/usr/share/nginx/html/';
const asked = z.object({ workload: z.custom<SmokeWorkload>(), dns: z.custom<ClusterDns>(), parsed: z.unknown() });

const follow = (workload: SmokeWorkload, dns: ClusterDns): Fact<unknown> | Parsed<unknown> => {
  const { source } = smokeAnswers(path);
  if (source.kind !== 'following') throw new Error('it needs nothing');
  return source.ask([workload, dns]);
};

const dns: ClusterDns = { address: '10.96.0.10', domain: 'cluster.local' };
const pod = { name: 'a', node: 'w1', ip: '10.0.1.2', port: 80, ready: true, troubles: [] };
const whole: SmokeWorkload = { page: 'nodeops-smoke r1', serviceIp: '10.96.0.9', pods: [pod] };

const said = (...lines: readonly string[]) =>
  parseSmokeAnswers(smokeQuestions(whole, dns, '/'))({ stdout: [...lines, 'end\n'].join('\n'), stderr: '', code: 0 });
const whys = (...lines: readonly string[]) => {
  const parsed = said(...lines);
  return 'value' in parsed ? parsed.value.map(({ why }) => why) : parsed;
};
const unasked = 'was not asked';
const message = (rcode: string): string => `00 01 81 8${rcode} 00 00 00 00 00 00 00 00`;

describe('what answers a node', () => {
  it.each(recorded('smoke-answers'))('as recorded: $name', ({ output, parsed }) => {
    const { workload, dns: name, parsed: expected } = asked.parse(parsed);
    const fact = follow(workload, name);
    if (!('source' in fact) || fact.source.kind !== 'command') throw new Error('nothing is asked');
    expect(fact.key).toBe(smokeAnswers(path).key);
    expect(fact.source.parse(output)).toEqual(expected);
  });

  it.each([
    ['no page', { serviceIp: '10.96.0.9', pods: [pod] }],
    ['no Service', { page: 'p', pods: [pod] }],
    ['no pods', { page: 'p', serviceIp: '10.96.0.9', pods: [] }],
  ])('asks nothing while there is %s: no answer is no good one', (_what, workload) =>
    expect(follow(workload, dns)).toEqual({ unavailable: 'nothing of namespace nodeops-smoke can be asked' }),
  );

  it.each([
    ['a page', '0\t0\tHTTP/1.1 200 OK    nodeops-smoke r1', undefined],
    [
      'the page of another run',
      '0\t0\tHTTP/1.1 200 OK    nodeops-smoke r0',
      'answered HTTP/1.1 200 OK without the page of this smoke test',
    ],
    ['no HTTP', '0\t0\tSSH-2.0-OpenSSH_9.2 ', 'answered "SSH-2.0-OpenSSH_9.2" without the page of this smoke test'],
    ['nothing', '0\t0\t', 'closed the connection without an answer'],
    ['too late', '0\t124\t', 'no answer within 3 s'],
    [
      'a refusal',
      '0\t1\tx: connect: Connection refused x: line 1: /dev/tcp/1.2.3.4/80: Connection refused',
      'Connection refused',
    ],
    ['an exit code', '0\t7\t', 'exit code 7'],
  ])('%s', (_what, line, why) => {
    expect([whys(line)].flat()[0]).toBe(why);
  });

  it.each([
    ['a name that there is not', message('3'), 'answered NXDOMAIN'],
    ['a server that fails', message('2'), 'answered SERVFAIL'],
    ['a refusal', message('5'), 'answered REFUSED'],
    ['no address', message('0'), 'answered no address'],
    ['no DNS', '54 50', 'answered what is no DNS: 54 50'],
    ['no digits', 'zz', 'answered what is no DNS: zz'],
  ])('of DNS: %s', (_what, text, why) => expect(whys(`2\t0\t ${text}`)).toEqual([unasked, unasked, why, unasked]));

  it('of DNS: another address', () => {
    const answer = '00 01 85 00 00 00 00 01 00 00 00 00 01 61 00 00 01 00 01 00 00 00 1e 00 04 01 02 03 04';
    expect(whys(`3\t0\t ${answer}`)).toEqual([unasked, unasked, unasked, 'answered 1.2.3.4 instead of 10.96.0.9']);
  });

  it('what is cut short or forged is not taken for an answer', () => {
    const parse = parseSmokeAnswers(smokeQuestions(whole, dns, '/'));
    expect(parse({ stdout: '0\t0\tHTTP', stderr: '', code: 0 })).toEqual({ unreadable: 'it broke off' });
    expect(said('zero')).toEqual({ unreadable: 'zero' });
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(255), (stdout, stderr, code) => {
        const parsed = parse({ stdout, stderr, code });
        const answered = 'value' in parsed && parsed.value.some(({ why }) => why === undefined);
        expect({ answered, told: 'value' in parsed || 'unreadable' in parsed }).toEqual({
          answered: false,
          told: true,
        });
      }),
    );
  });
});
