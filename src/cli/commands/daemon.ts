import { UsageError } from '../../model/errors.ts';
import { Daemon, type DaemonOptions } from '../daemon-loop.ts';
import { checkMetricsFile, listen, openMetering } from '../metering.ts';
import type { Parts } from '../parts.ts';

/**
 * `nodeops daemon`: waits for each cluster's window, and does in it what is wished and needs no person. It ends by a
 * signal, after the steps in hand: 0 where nothing was in hand, otherwise as those ended.
 * @throws UsageError before anything is connected to.
 */
export const daemon = async (parts: Parts, options: DaemonOptions): Promise<number> => {
  const { inventory, metricsFile, metricsListen } = options;
  if (inventory === undefined)
    throw new UsageError('which clusters? Name the inventory: --inventory FILE, or set NODEOPS_INVENTORY');
  const metered = metricsFile !== undefined || metricsListen !== undefined;
  await checkMetricsFile(parts, options);
  const metering = metered ? await openMetering(parts, options) : undefined;
  const at = new Daemon(parts, { ...options, inventory, ...(metering === undefined ? {} : { metering }) });
  const server = metricsListen && metering && (await listen(parts, metricsListen, metering));
  parts.heed((text) => void parts.stderr.write(`${text}\n`));
  try {
    return await at.run();
  } finally {
    await metering?.settle();
    await server?.close();
  }
};
