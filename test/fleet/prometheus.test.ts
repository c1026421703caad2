import { describe, expect, it } from 'vitest';
import { judgePrometheus, queryAddress } from '../../src/fleet/prometheus.ts';
import { parseCondition } from '../../src/model/wave-check.ts';

const judge = (body: unknown, condition = '< 0.01', status = 200, noData: 'fail' | 'pass' = 'fail') => {
  const parsed = parseCondition(condition);
  if (parsed === undefined) throw new Error(`${condition} is none`);
  return judgePrometheus(
    { kind: 'answered', status, body: typeof body === 'string' ? body : JSON.stringify(body) },
    { kind: 'prometheus', url: 'http://p', query: 'q', condition: parsed, noData, headers: {} },
  );
};

/** As prometheus.io/docs/prometheus/latest/querying/api prints its example of an instant query. */
const vector = (...values: readonly string[]) => ({
  status: 'success',
  data: {
    resultType: 'vector',
    result: values.map((value, index) => ({
      metric: { __name__: 'up', job: 'node', instance: `localhost:${index}` },
      value: [1435781451.781, value],
    })),
  },
});

describe('what Prometheus answers', () => {
  it.each([
    ['every sample', vector('0', '0.0099'), '< 0.01', undefined],
    ['one that is not', vector('0', '0.2'), '< 0.01', 'up{job="node",instance="localhost:1"} is 0.2'],
    [
      'many',
      vector('1', '2', '3', '4', '5'),
      '< 1',
      'up{job="node",instance="localhost:0"} is 1, up{job="node",instance="localhost:1"} is 2, up{job="node",instance="localhost:2"} is 3, and 2 more',
    ],
    ['NaN is no proof', vector('NaN'), '!= 1', 'up{job="node",instance="localhost:0"} is NaN'],
    ['without end', vector('+Inf'), '> 5', undefined],
    ['without end, below', vector('-Inf'), '> 5', 'up{job="node",instance="localhost:0"} is -Inf'],
    ['exactly', vector('1'), '== 1', undefined],
    ['other than', vector('1'), '!= 1', 'up{job="node",instance="localhost:0"} is 1'],
    ['at least', vector('1'), '>= 1', undefined],
    ['at most', vector('1e3'), '<= 1000', undefined],
    ['nothing', vector(), '< 1', 'the query found no sample at all (where that is good: write noData: pass)'],
    ['a scalar', { status: 'success', data: { resultType: 'scalar', result: [1, '3'] } }, '< 1', 'it is 3'],
    ['a good scalar', { status: 'success', data: { resultType: 'scalar', result: [1, '3'] } }, '> 1', undefined],
    [
      'an aggregate has no labels',
      { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '3'] }] } },
      '< 1',
      '{} is 3',
    ],
    [
      'a range',
      { status: 'success', data: { resultType: 'matrix', result: [] } },
      '< 1',
      'the query gives a matrix: write one that gives an instant vector or a scalar',
    ],
    [
      'a native histogram',
      {
        status: 'success',
        data: { resultType: 'vector', result: [{ metric: { __name__: 'h' }, histogram: [1, { count: '5' }] }] },
      },
      '< 1',
      'h is a histogram, not a number',
    ],
  ])('%s', (_what, body, condition, why) => expect(judge(body, condition)).toBe(why));

  it('nothing, where that is good', () => expect(judge(vector(), '< 1', 200, 'pass')).toBeUndefined());

  it('errors are told as they are', () => {
    const error = { status: 'error', errorType: 'bad_data', error: 'invalid parameter "query": 1:4: parse error' };
    expect(judge(error, '< 1', 400)).toBe('status 400, bad_data: invalid parameter "query": 1:4: parse error');
    expect(judge('<html>502</html>', '< 1', 502)).toBe(
      'status 502, and nothing that the API of Prometheus would answer',
    );
    expect(judge('{"status":"success"}', '< 1')).toBe(
      'status 200, and nothing that the API of Prometheus would answer',
    );
    expect(judge(vector('0'), '< 1', 203)).toBe('status 203');
  });
});

describe('where it is asked', () => {
  it.each([
    ['http://prom:9090', 'http://prom:9090/api/v1/query?query=sum%28rate%28a%5B5m%5D%29%29+%2F+2'],
    ['http://prom:9090/', 'http://prom:9090/api/v1/query?query=sum%28rate%28a%5B5m%5D%29%29+%2F+2'],
    ['https://x/prometheus/', 'https://x/prometheus/api/v1/query?query=sum%28rate%28a%5B5m%5D%29%29+%2F+2'],
  ])('%s', (url, address) => expect(queryAddress({ url, query: 'sum(rate(a[5m])) / 2' })).toBe(address));
});
