import { allGates } from '../gates/registry.ts';
import { allBrackets, type Bracket } from '../steps/brackets.ts';
import { allSteps } from '../steps/registry.ts';
import type { Step } from '../steps/step.ts';

const steps = new Map([...allSteps, ...allGates].map((step) => [step.id, step]));
const gates = new Map(allGates.map((gate) => [gate.id, gate]));
const brackets = new Map(allBrackets.map((bracket) => [bracket.id, bracket]));

/** Names that a playbook may use, for messages. */
export const stepNames: readonly string[] = [...steps.keys()].toSorted();
export const bracketNames: readonly string[] = [...brackets.keys()].toSorted();

export const findStep = (id: string): Step | undefined => steps.get(id);
/** A step that must hold before the first write. */
export const findGate = (id: string): Step | undefined => gates.get(id);
export const findBracket = (id: string): Bracket | undefined => brackets.get(id);

/** @throws Error for an unknown name: loadPlaybook reports those to the operator before. */
export const stepOf = (id: string): Step => {
  const step = steps.get(id);
  if (step === undefined) throw new Error(`no step is called ${id}`);
  return step;
};

/** @throws Error for an unknown name, as stepOf does. */
export const bracketOf = (id: string): Bracket => {
  const bracket = brackets.get(id);
  if (bracket === undefined) throw new Error(`no bracket is called ${id}`);
  return bracket;
};
