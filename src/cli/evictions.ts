import type { Ui } from '../ports/ui.ts';
import { isEviction } from '../report/eviction.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { tellConcern } from './notify.ts';
import { overheard } from './overheard.ts';
import type { Parts } from './parts.ts';

/** The same view; where the run evicts more pods than the inventory's limit, that is told of once. */
export const noticingEvictions = (
  parts: Parts,
  wish: ClusterWish,
  { run, ui }: { readonly run: string; readonly ui: Ui },
): Ui => {
  const { name, maxEvictions: most } = wish.cluster;
  if (most === undefined) return ui;
  let evicted = 0;
  const tell = async (): Promise<void> => {
    const why = `more than ${most} in this run`;
    ui.notice(`${name} evicts many pods: ${why}`);
    await tellConcern(parts, wish, run, { event: 'evictions', why });
  };
  return overheard(ui, {
    event: (event) => {
      if (event.type !== 'command-output' || !isEviction(event.line)) return;
      evicted += 1;
      if (evicted === most + 1)
        tell().catch((error: unknown) => ui.notice(`nobody was told of the evictions: ${String(error)}`));
    },
  });
};
