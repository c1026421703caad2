import { exitCode, UsageError } from '../../model/errors.ts';
import { findStep, stepNames } from '../../playbook/known.ts';
import { didYouMean } from '../../documents/nearest.ts';
import type { Parts } from '../parts.ts';

/** Prints what a person would type for a step, and why. @throws UsageError for an unknown step. */
export const explain = (parts: Parts, name: string | undefined): number => {
  if (name === undefined) {
    const lines = stepNames.map((id) => `${id.padEnd(28)} ${findStep(id)?.explain.why ?? ''}`);
    parts.stdout.write(`${lines.join('\n')}\n`);
    return exitCode.done;
  }
  const step = findStep(name);
  if (step === undefined) throw new UsageError(`no step is called ${name}: ${didYouMean(name, stepNames)}`);
  const { why, source, type } = step.explain;
  const kind = step.assertion ? 'looks, and waits until it is so' : 'does it only when it is needed';
  parts.stdout.write(
    [
      `${step.id} (a step about the ${step.subject}; ${kind})`,
      '',
      why,
      '',
      'What a person types:',
      ...type.map((line) => `  ${line}`),
      '',
      `Source: ${source}`,
      '',
    ].join('\n'),
  );
  return exitCode.done;
};
