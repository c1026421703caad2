import { z } from 'zod';
import { checked, list, map, parsed } from '../documents/fields.ts';
import { parseProbeUrl } from '../model/probe.ts';
import { isSubdomain, subdomainHint } from './names.ts';

const urlHint = (written: string): string | undefined => {
  if (/^[a-z]+:\/\/[^/]*@/.test(written)) return 'a login is never written in an inventory, and none is needed';
  if (/^tcp:\/\/[^/]*$/.test(written)) return 'name the port: tcp://10.96.0.20:5432';
  return undefined;
};

export const probesSchema = list(
  'a list of probes, each with name and url',
  map('a map with name and url', {
    name: checked('a name of lower-case letters, digits, - and . (RFC 1123)', isSubdomain, subdomainHint),
    url: parsed('an address such as http://10.96.0.20/healthz or tcp://10.96.0.20:5432', parseProbeUrl, urlHint),
    from: z
      .enum(['cluster', 'operator'], { error: 'cluster (through a node) or operator (this machine)' })
      .exactOptional(),
  }),
);
