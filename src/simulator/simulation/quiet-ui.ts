import type { Prompt } from '../../ports/prompt.ts';
import type { Ui } from '../../ports/ui.ts';

/** Nobody looks. */
export const quietUi: Ui = {
  begin: () => undefined,
  event: () => undefined,
  notice: () => undefined,
  end: () => Promise.resolve(),
};

/** Nobody is there to be asked: the simulated operator says everything on the command line. */
export const noPrompt: Prompt = {
  secret: (question) => Promise.reject(new Error(`asked for a secret in a simulation: ${question}`)),
  ask: (question) => Promise.reject(new Error(`asked in a simulation: ${question}`)),
  confirm: (question) => Promise.reject(new Error(`asked in a simulation: ${question}`)),
};
