import { askComponents } from '../commands/ask-components.ts';
import type { Version } from '../model/version.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';
import { readAnswers, type TargetAnswers } from './target-answers.ts';
import { whyNotNow } from './through-api.ts';

/** The static pods of kubeadm that are Kubernetes' own. */
export const componentNames = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
export type ComponentName = (typeof componentNames)[number];

/** What each of them has against what the upgrade would start it with. */
export type TargetComponents = Readonly<Record<ComponentName, TargetAnswers>>;

/** Unpacking and mounting take seconds: what has nothing against it is not asked again by the next look. */
const keepMs = 5 * 60_000;

const partsOf = (lines: readonly string[]): TargetComponents | undefined => {
  const known = lines.every((line) => componentNames.some((name) => line.startsWith(`${name} `)));
  const answersOf = (name: ComponentName) =>
    readAnswers(lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : [])));
  const [apiserver, manager, scheduler] = componentNames.map(answersOf);
  if (!known || apiserver === undefined || manager === undefined || scheduler === undefined) return undefined;
  return { 'kube-apiserver': apiserver, 'kube-controller-manager': manager, 'kube-scheduler': scheduler };
};

const parse = (output: Output): Parsed<TargetComponents> => {
  const { stdout, stderr, code } = output;
  if (code === 3) return { absent: true };
  if (code === 5) return { unavailable: whyNotNow(stderr) ?? stderr.trim() };
  const lines = stdout === '' ? undefined : linesBeforeEnd(output);
  const value = lines === undefined ? undefined : partsOf(lines);
  if (value === undefined) return { unreadable: stderr.trim() || stdout };
  return { value, ...(lines?.length === 0 ? { keepMs } : {}) };
};

/**
 * What the control plane's programs of a version have against what the upgrade would start them with on this node. Absent
 * where there is nothing to ask: a worker, images that were not pulled, manifests of that version already. Recorded on the
 * lab, 1.36.3.
 */
export const targetComponents = (version: Version, patches: string | undefined): Fact<TargetComponents> =>
  defineFact<TargetComponents>({
    id: 'target-components',
    parameters: [version, ...(patches === undefined ? [] : [patches])],
    subject: 'node',
    command: askComponents(version, patches),
    parse,
  });
