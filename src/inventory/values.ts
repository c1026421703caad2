import { z } from 'zod';
import type { MaxUnavailable, Role } from '../model/cluster.ts';
import { parseVersion, type Version } from '../model/version.ts';
import { checked, parsed, say } from '../documents/fields.ts';
import { maxUnavailableHint, parseMaxUnavailable } from './max-unavailable.ts';
import { didYouMean } from '../documents/nearest.ts';

export const environmentName = checked('the name of an environment variable', (name) => /^[A-Za-z_]\w*$/.test(name));

/** An address of the web that holds no login. */
export const isWebAddress = (written: string): boolean => {
  if (!URL.canParse(written)) return false;
  const { protocol, username, password } = new URL(written);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
};

// Other programs' versions, and packages' with their revision, have the form of a version as well.
const releaseForm = /^v?1\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?$/;

/** A release of Kubernetes, as a person wishes for one; undefined for all else. */
export const parseWishedVersion = (text: string): Version | undefined =>
  releaseForm.test(text) ? parseVersion(text) : undefined;

/** What was probably meant. */
export const versionHint = (text: string): string | undefined => {
  if (/^v?\d+$/.test(text)) return 'write all three numbers, e.g. 1.36.3';
  const minor = /^v?(1\.\d+)$/.exec(text)?.[1];
  if (minor !== undefined) return `write the patch as well, e.g. ${minor}.3`;
  const inside = /(?<![\d.])1\.\d+\.\d+(?![\d.])/.exec(text)?.[0];
  return inside === undefined ? undefined : `did you mean ${inside}?`;
};

export const version = parsed('a Kubernetes version such as 1.36.3', parseWishedVersion, versionHint);

const roles = ['control-plane', 'worker', 'etcd'] as const;
const otherNames: Readonly<Record<string, Role>> = {
  master: 'control-plane',
  server: 'control-plane',
  controller: 'control-plane',
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

export const role = z.enum(roles, { error: ({ input }) => say('control-plane, worker or etcd', roleHint(input)) });

const shareForm = 'a number of workers, or a share such as "25%"';

export const maxUnavailable = z
  .union([z.number(), z.string()], { error: shareForm })
  .transform((value, context): MaxUnavailable => {
    const share = parseMaxUnavailable(value);
    if (share !== undefined) return share;
    context.addIssue({ code: 'custom', message: say(shareForm, maxUnavailableHint(value)) });
    return z.NEVER;
  });
