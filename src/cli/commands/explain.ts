import { exitCode, UsageError } from '../../model/errors.ts';
import { findStep, stepNames, stepOf } from '../../playbook/known.ts';
import { notesOf } from '../../playbook/course-notes.ts';
import { didYouMean } from '../../documents/nearest.ts';
import { coursesText, explainedText } from '../../report/explained-text.ts';
import { paintFor, type Paint } from '../../report/paint.ts';
import type { Step } from '../../steps/step.ts';
import { explainedPlan } from '../explained-plan.ts';
import { explainedPlaybook } from '../explained-playbook.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { readSavedPlan } from '../plan-file.ts';
import { isPath, namedPlaybook, shippedNames, shippedPlaybook } from '../playbooks.ts';

export interface ExplainOptions {
  /** A file of saved plans. */
  readonly plan?: string;
  readonly output: OutputFormat;
}

const aboutStep = (step: Step) => {
  const { why, source, type } = step.explain;
  return {
    step: step.id,
    subject: step.subject,
    looks: step.assertion,
    why,
    type,
    source,
    courses: notesOf([step.id], true),
  };
};

const stepText = (step: Step, paint: Paint): string => {
  const { why, source, type, courses } = aboutStep(step);
  const kind = step.assertion ? 'looks, and waits until it is so' : 'does it only when it is needed';
  return [
    `${step.id} (a step about the ${step.subject}; ${kind})`,
    '',
    why,
    '',
    'What a person types:',
    ...type.map((line) => `  ${line}`),
    '',
    `Source: ${source}`,
    ...coursesText(courses, paint),
    '',
  ].join('\n');
};

const line = (name: string, words: string): string => `${name.padEnd(28)} ${words}\n`;

const listAll = (parts: Parts, output: OutputFormat): string => {
  const steps = stepNames.map((id) => ({ name: id, why: stepOf(id).explain.why }));
  const playbooks = shippedNames(parts).map((name) => ({
    name,
    description: shippedPlaybook(parts, name).description,
  }));
  if (output === 'json') return `${JSON.stringify({ steps, playbooks })}\n`;
  return [
    ...steps.map(({ name, why }) => line(name, why)),
    '\nPlaybooks:\n',
    ...playbooks.map(({ name, description }) => line(name, description)),
  ].join('');
};

const explained = (parts: Parts, name: string, output: OutputFormat): string => {
  const paint = paintFor(parts.stdout, parts.env);
  const step = findStep(name);
  if (step !== undefined) return output === 'json' ? `${JSON.stringify(aboutStep(step))}\n` : stepText(step, paint);
  const names = shippedNames(parts);
  if (!isPath(name) && !names.includes(name))
    throw new UsageError(`no step and no playbook is called ${name}: ${didYouMean(name, [...stepNames, ...names])}`);
  const playbook = explainedPlaybook(namedPlaybook(parts, name));
  return output === 'json' ? `${JSON.stringify(playbook)}\n` : explainedText(playbook, paint);
};

const plansExplained = (parts: Parts, file: string, output: OutputFormat): string => {
  const plans = readSavedPlan(parts, file).clusters.map(explainedPlan);
  if (output === 'json') return plans.map((plan) => `${JSON.stringify(plan)}\n`).join('');
  const paint = paintFor(parts.stdout, parts.env);
  return plans.map((plan) => explainedText(plan, paint)).join('\n');
};

/**
 * `nodeops explain`: what a person would type for a step or a whole playbook, why, and where courses teach it otherwise;
 * without a name, which there are; of a saved plan, for what it would do. Connects to nothing. @throws UsageError for a
 * name that is neither, or a file that is no playbook, or no plan.
 */
export const explain = (parts: Parts, name: string | undefined, { output, plan }: ExplainOptions): number => {
  if (plan !== undefined) {
    if (name !== undefined) throw new UsageError(`explain ${name} and --plan: take one of them`);
    parts.stdout.write(plansExplained(parts, plan, output));
    return exitCode.done;
  }
  parts.stdout.write(name === undefined ? listAll(parts, output) : explained(parts, name, output));
  return exitCode.done;
};
