import type { z } from 'zod';
import { checked, fullList, list, map, text } from '../documents/fields.ts';
import { isSubdomain, subdomainHint } from './names.ts';
import { duration } from '../documents/duration-field.ts';

const resource = /^(?:deployment|daemonset|statefulset)\/(?<name>.+)$/;
const isResource = (written: string): boolean => isSubdomain(resource.exec(written)?.groups?.['name'] ?? '');

const rollout = map('a map with namespace and resource', {
  namespace: checked('the name of a namespace', isSubdomain, subdomainHint),
  resource: checked('deployment/NAME, daemonset/NAME or statefulset/NAME', isResource),
});

const argv = (key: string) => fullList(`a list of words, as in ${key}: [helm, version]`, text('a word'));

const shape = {
  manifest: text('the path of a manifest').exactOptional(),
  command: argv('command').exactOptional(),
  check: argv('check').exactOptional(),
  health: list('a list of workloads', rollout).exactOptional(),
  timeout: duration.exactOptional(),
};

const addonName = checked('a name of lower-case letters, digits, - and .', isSubdomain, subdomainHint);

export const cniSchema = map('a map with manifest, or with command and check', {
  name: addonName.exactOptional(),
  ...shape,
});

export const addonSchema = map('a map with name and manifest, or with name, command and check', {
  name: addonName,
  ...shape,
});

export type AddonSettings = z.output<typeof cniSchema>;
