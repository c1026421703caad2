import { z } from 'zod';
import { endpointHealth } from '../commands/etcdctl.ts';
import { defineEtcdFact } from './through-etcd.ts';

export interface EtcdEndpointHealth {
  readonly endpoint: string;
  readonly healthy: boolean;
  readonly tookMs?: number;
  readonly error?: string;
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  µs: 1e-3,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A Go duration (`1m2.5s`, `8.34ms`) in ms; undefined for anything else. */
const goDurationMs = (text: string): number | undefined => {
  if (!/^(\d+(\.\d+)?(ns|µs|us|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(ns|µs|us|ms|s|m|h)/g)];
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (unitMs[unit] ?? 0), 0);
};

const answer = z.array(
  z
    .object({ endpoint: z.string(), health: z.boolean(), took: z.string().default(''), error: z.string().default('') })
    .transform(({ endpoint, health, took, error }): EtcdEndpointHealth => {
      const tookMs = goDurationMs(took);
      return {
        endpoint,
        healthy: health,
        ...(tookMs === undefined ? {} : { tookMs }),
        ...(error === '' ? {} : { error }),
      };
    }),
);

/** An alarm makes health false too. Source: etcdctl endpoint health --cluster; recorded on the lab, etcd 3.6.6. */
export const etcdHealth = defineEtcdFact<readonly EtcdEndpointHealth[]>({
  id: 'etcd-health',
  command: endpointHealth,
  parse: (json) => answer.safeParse(json).data,
});
