import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { tryKubeletConfiguration } from '../commands/kubelet-configuration.ts';
import { patched, settingAt, settingsIn, type KubeletSettings } from '../model/kubelet-settings.ts';
import { defineFact, followingFact, type Fact, type Output, type Parsed } from './fact.ts';
import { kubeletFiles } from './kubelet-files.ts';
import { kubeletVersions } from './kubelet-versions.ts';
import { linesBeforeEnd } from './read-text.ts';

/** What a kubelet has against a configuration; nothing where it takes it. */
export interface KubeletJudgement {
  readonly refused?: string;
}

/** It has read and judged the configuration, and goes no further: `cmd/kubelet/app/server.go`. */
const accepted = 'cannot exit on lock file contention: no lock file specified';

/** klog quotes what it says. */
const unquoted = (text: string): string => text.replaceAll('\\"', '"');

/** What it says last: `"command failed" err="failed to validate kubelet configuration, error: …, path: &TypeMeta…"`. */
const refusal = (lines: readonly string[]): string | undefined => {
  const panic = lines.find((line) => line.startsWith('panic: '))?.slice('panic: '.length);
  const failed = /"command failed" err="(.*)"$/.exec(lines.findLast((line) => line.includes('"command failed"')) ?? '');
  const said = panic ?? failed?.[1];
  return said === undefined
    ? undefined
    : unquoted(said)
        .replace(/, path: &TypeMeta\{.*$/, '')
        .replace(/^failed to (?:validate|load|merge) .*?, error:? (?:failed to (?:load|decode).*?: )?/i, '');
};

const parse = (output: Output): Parsed<KubeletJudgement> => {
  if (output.code === 3) return { absent: true };
  const lines = linesBeforeEnd(output);
  if (lines === undefined || lines.length === 0) return { unreadable: output.stderr.trim() || output.stdout };
  // It would go on with what it does not know left out, and say no more than this.
  const lenient = lines.find((line) => line.includes('Using lenient decoding as strict decoding failed'));
  const unknown = lenient === undefined ? undefined : / err="(.*)"$/.exec(lenient)?.[1];
  if (unknown !== undefined) return { value: { refused: unquoted(unknown) } };
  if (lines.some((line) => line.includes(accepted))) return { value: {} };
  const refused = refusal(lines);
  return refused === undefined ? { unreadable: lines.slice(-3).join('\n') } : { value: { refused } };
};

/** What is asked about is told by the patch: answer and question have the same name. */
const nameOf = (patch: KubeletSettings) => ({
  id: 'kubelet-judgement',
  parameters: [createHash('sha256').update(JSON.stringify(patch)).digest('hex').slice(0, 12)],
});

/** What a kubelet says of a configuration that has `patch` in it. Recorded with 1.35.4 and 1.36.3. */
export const kubeletVerdictOn = (configuration: string, patch: KubeletSettings): Fact<KubeletJudgement> =>
  defineFact<KubeletJudgement>({
    ...nameOf(patch),
    subject: 'node',
    command: tryKubeletConfiguration(configuration),
    parse,
  });

/** Whether a patch leaves settings as they are. */
const changesNothing = (settings: KubeletSettings, patch: KubeletSettings): boolean =>
  settingsIn(patch).every(
    ({ path, value }) => JSON.stringify(settingAt(settings, path) ?? null) === JSON.stringify(value),
  );

/** What the node's own kubelet says of its configuration with a patch in it; not asked where it has that already. */
export const kubeletJudgement = (patch: KubeletSettings, patches: string | undefined): Fact<KubeletJudgement> =>
  followingFact({
    ...nameOf(patch),
    needs: [kubeletFiles(patches), kubeletVersions],
    ask: ({ settings }, { installed }) => {
      if (installed === undefined) return { absent: true };
      return changesNothing(settings, patch)
        ? { value: {} }
        : kubeletVerdictOn(stringify(patched(settings, patch), { lineWidth: 0 }), patch);
    },
  });
