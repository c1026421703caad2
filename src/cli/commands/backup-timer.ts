import { exitCode } from '../../model/errors.ts';
import { backupTimer } from '../../report/backup-timer.ts';
import { absoluteInventory, loadSelection, type SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';

/** `nodeops backup timer`: units of systemd that back the clusters up by themselves. Installs nothing. @throws UsageError */
export const backupTimerCommand = (parts: Parts, options: Pick<SelectionOptions, 'inventory' | 'cluster'>): number => {
  const names: string[] = [];
  for (const { cluster } of loadSelection(parts, options)) {
    const units = backupTimer({
      cluster: cluster.name,
      inventory: absoluteInventory(parts, options),
      user: parts.operator.user,
      protected: cluster.protected,
      schedule: cluster.backup.schedule ?? 'daily',
    });
    for (const [name, text] of Object.entries(units)) {
      parts.stdout.write(`# /etc/systemd/system/${name}\n${text}\n`);
      names.push(name);
    }
  }
  const timers = names.filter((name) => name.endsWith('.timer')).join(' ');
  parts.stderr.write(
    `put each into the file that its first line names, then: systemctl daemon-reload && systemctl enable --now ${timers}\n`,
  );
  return exitCode.done;
};
