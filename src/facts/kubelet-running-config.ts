import { z } from 'zod';
import { getRaw } from '../commands/kubectl.ts';
import type { KubeletSettings } from '../model/kubelet-settings.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { readJson } from './read-text.ts';
import { throughApi } from './through-api.ts';

/** What a kubelet says that it runs with, defaults and all; or why it says nothing. */
export type RunningConfig =
  { readonly kind: 'told'; readonly settings: KubeletSettings } | { readonly kind: 'silent'; readonly why: string };

const form = z.object({ kubeletconfig: z.record(z.string(), z.unknown()) });

const parse = throughApi<RunningConfig>(({ stdout }) => {
  const found = form.safeParse(readJson(stdout));
  return found.success
    ? { value: { kind: 'told', settings: found.data.kubeletconfig } }
    : { unreadable: stdout.trim().slice(0, 400) };
});

/** A kubelet that does not answer is one that is looked at closer. */
const silentToo = (output: Output): Parsed<RunningConfig> => {
  const parsed = parse(output);
  return 'unavailable' in parsed ? { value: { kind: 'silent', why: parsed.unavailable } } : parsed;
};

/** Source: kubernetes.io, Setting Kubelet Parameters Via A Configuration File, "configz"; recorded on the lab, 1.35.4. */
export const kubeletRunningConfig = (node: string): Fact<RunningConfig> =>
  defineFact<RunningConfig>({
    id: 'kubelet-running-config',
    parameters: [node],
    subject: 'cluster',
    command: (place) => getRaw(place, `/api/v1/nodes/${node}/proxy/configz`),
    parse: silentToo,
  });
