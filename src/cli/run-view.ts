import type { Plan } from '../model/plan.ts';
import type { Ui } from '../ports/ui.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { telling } from './notify.ts';
import type { Parts } from './parts.ts';
import { noticingEvictions } from './evictions.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { noticingSlow } from './slowness.ts';

/** What hears of one cluster's part of a run: the operator's view, its webhooks, and the metrics. */
export const runView = async (
  parts: Parts,
  wish: ClusterWish,
  { run, plan }: { readonly run: string; readonly plan: Plan },
  { output, metering }: Pick<PlaybookOptions, 'output' | 'metering'>,
): Promise<Ui> => {
  const told = await telling(parts, wish, run, await parts.ui(output, run));
  const ui = noticingEvictions(parts, wish, { run, ui: noticingSlow(parts, wish, { run, plan, ui: told }) });
  return metering?.counting(ui) ?? ui;
};
