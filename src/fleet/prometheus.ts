import { z } from 'zod';
import { readAs } from '../model/json.ts';
import type { CheckQuestion, SampleCondition } from '../model/wave-check.ts';
import type { WebAnswer } from '../ports/web.ts';

type Query = Extract<CheckQuestion, { kind: 'prometheus' }>;

const sample = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());

/**
 * What the API answers. Source: prometheus.io/docs/prometheus/latest/querying/api, "Format overview", "Instant queries"
 * and "Expression query result formats": values are strings, for JSON has neither NaN nor Inf.
 */
const envelope = z.discriminatedUnion('status', [
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        result: z.array(z.object({ metric: labels, value: sample.optional() })),
      }),
      z.object({ resultType: z.literal('scalar'), result: sample }),
      z.object({ resultType: z.enum(['matrix', 'string']) }),
    ]),
  }),
]);

/** Where an instant query is asked; the address may have a path of its own, where Prometheus has a route prefix. */
export const queryAddress = ({ url, query }: Pick<Query, 'url' | 'query'>): string => {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/api/v1/query`;
  address.searchParams.set('query', query);
  return address.href;
};

const numberOf = (written: string): number => {
  const infinite = /^([+-]?)Inf$/.exec(written);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return written === 'NaN' ? Number.NaN : Number(written);
};

/** NaN is neither less nor more than anything, and no proof: not for `!=` either. */
const holds = (value: number, { operator, value: limit }: SampleCondition): boolean => {
  if (Number.isNaN(value)) return false;
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
};

/** `errors{job="shop"}`, as Prometheus writes a series. */
const seriesText = ({ __name__: name = '', ...others }: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(others).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${name}${pairs.length === 0 && name !== '' ? '' : `{${pairs.join(',')}}`}`;
};

const toldSeries = 3;

const judgeVector = (
  series: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value?: readonly [number, string] | undefined;
  }[],
  { condition, noData }: Query,
): string | undefined => {
  if (series.length === 0)
    return noData === 'pass' ? undefined : 'the query found no sample at all (where that is good: write noData: pass)';
  const failing = series.flatMap(({ metric, value }) => {
    if (value === undefined) return [`${seriesText(metric)} is a histogram, not a number`];
    return holds(numberOf(value[1]), condition) ? [] : [`${seriesText(metric)} is ${value[1]}`];
  });
  if (failing.length === 0) return undefined;
  const more = failing.length - toldSeries;
  return `${failing.slice(0, toldSeries).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
};

/** Why what Prometheus answered is no proof; undefined where every sample is as its condition says. */
export const judgePrometheus = (answer: WebAnswer, query: Query): string | undefined => {
  if (answer.kind === 'none') return answer.why;
  const read = readAs(envelope, answer.body);
  if (read === undefined) return `status ${answer.status}, and nothing that the API of Prometheus would answer`;
  if (read.status === 'error') return `status ${answer.status}, ${read.errorType}: ${read.error}`;
  if (answer.status !== 200) return `status ${answer.status}`;
  const { data } = read;
  if (data.resultType === 'vector') return judgeVector(data.result, query);
  if (data.resultType === 'scalar')
    return holds(numberOf(data.result[1]), query.condition) ? undefined : `it is ${data.result[1]}`;
  return `the query gives a ${data.resultType}: write one that gives an instant vector or a scalar`;
};
