import { bracketed } from './address.ts';

/** What is asked again and again while a run goes on. */
export interface ProbeTarget {
  readonly name: string;
  /** `tcp`: whether it takes connections. `http` and `https`: whether it answers with a status below 500. */
  readonly scheme: 'tcp' | 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** With the query; empty for `tcp`. */
  readonly path: string;
  /** `cluster`: as seen from a node; `operator`: as seen from this machine. */
  readonly from: 'cluster' | 'operator';
}

/** What a run saw of one target. */
export interface ProbeRecord {
  readonly asked: number;
  readonly failed: number;
  /** In all, in milliseconds: from the first question that failed to the next that was answered. */
  readonly awayMs: number;
  readonly longestMs: number;
  /** How long nobody could ask, in milliseconds: the way to the nodes was lost. */
  readonly blindMs: number;
}

/** What is worth telling: it went away, or after so long it is back, or nobody can see it any more. */
export type ProbeChange =
  { readonly kind: 'away'; readonly why: string } | { readonly kind: 'back' | 'lost-sight'; readonly awayMs: number };

export const nothingAsked: ProbeRecord = { asked: 0, failed: 0, awayMs: 0, longestMs: 0, blindMs: 0 };

/** The API server as kubelets and clients reach it. */
export const apiProbe = 'API';

const defaultPorts = { http: 80, https: 443 } as const;

/** How a target is written: `https://10.96.0.20/healthz`, `tcp://10.96.0.20:5432`. Undefined for anything else. */
export const parseProbeUrl = (written: string): Omit<ProbeTarget, 'name' | 'from'> | undefined => {
  const [, scheme, rest = ''] = /^(tcp|https?):\/\/([^/].*)$/.exec(written) ?? [];
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') return undefined;
  // The URL parser knows ports, IPv6 and escapes of http only.
  const like = `http://${rest}`;
  if (!URL.canParse(like)) return undefined;
  const { hostname, port, pathname, search, username, password, hash } = new URL(like);
  if (username !== '' || password !== '' || hash !== '') return undefined;
  const explicit = /:(\d+)(?:[/?]|$)/.exec(rest.replace(/^\[[^\]]*\]/, ''))?.[1];
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (scheme === 'tcp')
    return explicit === undefined || pathname !== '/' || search !== ''
      ? undefined
      : { scheme, host, port: Number(explicit), path: '' };
  return { scheme, host, port: Number(explicit ?? (port || defaultPorts[scheme])), path: `${pathname}${search}` };
};

export const probeUrlText = ({ scheme, host, port, path }: Omit<ProbeTarget, 'name' | 'from'>): string =>
  `${scheme}://${bracketed(host)}:${port}${path}`;
