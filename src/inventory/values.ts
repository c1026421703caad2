import { z } from 'zod';
import type { MaxUnavailable, Role } from '../model/cluster.ts';
import { parseVersion } from '../model/version.ts';
import { parseDuration } from '../documents/duration.ts';
import { parsed, say } from '../documents/fields.ts';
import { maxUnavailableHint, parseMaxUnavailable } from './max-unavailable.ts';
import { didYouMean } from '../documents/nearest.ts';

const durationHint = (text: string): string | undefined =>
  /^\d+$/.test(text) ? `add a unit, e.g. ${text}s` : undefined;

export const duration = parsed('a duration such as 90s, 10m or 1h30m', parseDuration, durationHint);

// semver alone would also take `=1.36.3`, and drop what follows a `+`.
const versionForm = /^v?1\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?$/;

const versionHint = (text: string): string | undefined => {
  if (/^v?\d+$/.test(text)) return 'write all three numbers, e.g. 1.36.3';
  const minor = /^v?(\d+\.\d+)$/.exec(text)?.[1];
  return minor === undefined ? undefined : `write the patch as well, e.g. ${minor}.3`;
};

export const version = parsed(
  'a Kubernetes version such as 1.36.3',
  (text) => (versionForm.test(text) ? parseVersion(text) : undefined),
  versionHint,
);

const roles = ['control-plane', 'worker'] as const;
const otherNames: Readonly<Record<string, Role>> = {
  master: 'control-plane',
  server: 'control-plane',
  controller: 'control-plane',
  etcd: 'control-plane',
  node: 'worker',
  agent: 'worker',
  minion: 'worker',
  slave: 'worker',
};

const roleHint = (written: unknown): string | undefined => {
  if (typeof written !== 'string') return undefined;
  const other = Object.hasOwn(otherNames, written.toLowerCase()) ? otherNames[written.toLowerCase()] : undefined;
  return other === undefined ? didYouMean(written, roles) : `did you mean ${JSON.stringify(other)}?`;
};

export const role = z.enum(roles, { error: ({ input }) => say('control-plane or worker', roleHint(input)) });

const shareForm = 'a number of workers from 1, or a share such as "25%"';

export const maxUnavailable = z
  .union([z.number(), z.string()], { error: shareForm })
  .transform((value, context): MaxUnavailable => {
    const share = parseMaxUnavailable(value);
    if (share !== undefined) return share;
    context.addIssue({ code: 'custom', message: say(shareForm, maxUnavailableHint(value)) });
    return z.NEVER;
  });
