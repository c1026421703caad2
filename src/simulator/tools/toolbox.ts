import type { Tool, Toolbox } from '../shell/tool.ts';
import { hostTools } from './host/toolbox.ts';
import { kubernetesTools } from './kubernetes/toolbox.ts';
import { textTools } from './text/text-tools.ts';

/** Every program that is modelled. @throws TypeError where two parts bring one of the same name. */
export const allTools = (): Toolbox => {
  const all = new Map<string, Tool>();
  for (const part of [textTools(), hostTools(), kubernetesTools()])
    for (const [name, tool] of part) {
      if (all.has(name)) throw new TypeError(`${name} is brought by two parts of the simulator`);
      all.set(name, tool);
    }
  return all;
};
