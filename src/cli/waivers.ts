import { allGates } from '../gates/registry.ts';
import { didYouMean } from '../documents/nearest.ts';
import { UsageError } from '../model/errors.ts';
import type { Waivers } from '../model/waivers.ts';

export interface WaiverOptions {
  /** `GATE=reason`, each as it was typed. */
  readonly waive?: readonly string[];
}

const readWaiver = (text: string): readonly [string, string] => {
  const [, id = '', reason = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  const gate = allGates.find((each) => each.id === id);
  const waivable = allGates.filter((each) => each.waivable).map((each) => each.id);
  if (gate === undefined)
    throw new UsageError(`--waive ${text}: no gate is called ${JSON.stringify(id)}: ${didYouMean(id, waivable)}`);
  if (!gate.waivable)
    throw new UsageError(
      `--waive ${text}: ${id} cannot be waived: ${gate.explain.why}\n    see what it says, and mend that: nodeops check`,
    );
  if (reason.trim() === '')
    throw new UsageError(`--waive ${text}: say why, for the journal: --waive ${id}='the reason'`);
  return [id, reason.trim()];
};

/** What the operator goes on against, by gate; a later word on a gate counts. @throws UsageError */
export const waiversOf = ({ waive = [] }: WaiverOptions): { readonly waivers?: Waivers } =>
  waive.length === 0 ? {} : { waivers: Object.fromEntries(waive.map(readWaiver)) };
