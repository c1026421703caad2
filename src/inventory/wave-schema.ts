import { z } from 'zod';
import { checked, flag, fullList, list, map, parsed, say } from '../documents/fields.ts';
import { parseLabelSelector } from '../model/label-selector.ts';
import type { ClusterShare } from '../model/wave.ts';
import { isSubdomain, subdomainHint } from './names.ts';
import { duration } from '../documents/duration-field.ts';
import { waveCheck } from './wave-check-schema.ts';

const parseShare = (value: string | number, least: number): ClusterShare | undefined => {
  if (typeof value === 'number') return Number.isInteger(value) && value >= least ? { count: value } : undefined;
  const percent = Number(/^(\d{1,3})%$/.exec(value)?.[1]);
  return percent >= least && percent <= 100 ? { percent } : undefined;
};

const share = (least: number) => {
  const form = `a number of clusters from ${least}, or a share such as "25%"`;
  return z.union([z.number(), z.string()], { error: form }).transform((value, context): ClusterShare => {
    const found = parseShare(value, least);
    if (found !== undefined) return found;
    const hint = /^\d+$/.test(String(value)) && typeof value === 'string' ? `write ${value} without quotes` : undefined;
    context.addIssue({ code: 'custom', message: say(form, hint) });
    return z.NEVER;
  });
};

const readSelector = (written: string) => {
  const labels = parseLabelSelector(written);
  return labels === undefined ? undefined : { text: written, labels };
};

export const selectorForm = 'a label selector such as environment=prod,region in (eu-west,eu-central)';
const name = checked('a name of lower-case letters, digits, - and . (RFC 1123)', isSubdomain, subdomainHint);

const wave = map('a map with name and selector', {
  name,
  selector: parsed(selectorForm, readSelector),
  canary: share(1).exactOptional(),
  parallel: z
    .int({ error: 'a number of clusters from 1' })
    .min(1, { error: 'a number of clusters from 1' })
    .exactOptional(),
  soak: duration.exactOptional(),
  maxFailedClusters: share(0).exactOptional(),
  inFlight: z.enum(['finish', 'stop'], { error: 'finish or stop' }).exactOptional(),
  approval: flag.exactOptional(),
  checks: list('a list of checks, each with name and what is asked', waveCheck).exactOptional(),
});

export const wavesSchema = fullList('a list of waves, each with name and selector', wave);
export type WaveSettings = z.output<typeof wave>;
