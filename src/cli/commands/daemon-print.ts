import { resolve } from 'node:path';
import { quote } from '../../commands/quote.ts';
import { bracketed } from '../../model/address.ts';
import { exitCode } from '../../model/errors.ts';
import type { ListenAddress } from '../../ports/metrics-server.ts';
import { daemonUnits, type UnitKind } from '../../report/daemon-units.ts';
import type { DaemonOptions } from '../daemon-loop.ts';
import { absoluteInventory, loadSelection } from '../inventory.ts';
import type { Parts } from '../parts.ts';

const value = (option: string, said: string | number | undefined): readonly string[] =>
  said === undefined ? [] : [option, String(said)];

const listenText = ({ host, port }: ListenAddress): string => `${bracketed(host)}:${port}`;

/** The same command for a machine that starts it by itself, from any directory. */
const argvOf = (parts: Parts, options: DaemonOptions): readonly string[] => [
  'nodeops',
  'daemon',
  '--inventory',
  absoluteInventory(parts, options),
  ...(options.cluster ?? []).flatMap((name) => ['--cluster', name]),
  ...value('--selector', options.selector?.text),
  ...(options.wave ?? []).flatMap((name) => ['--wave', name]),
  ...value('--shard', options.shard && `${options.shard.part}/${options.shard.of}`),
  ...value('--parallel', options.parallel),
  ...value('--drain', options.drain),
  ...value('--max-api-downtime', options.maxApiDowntime),
  ...value('--metrics-file', options.metricsFile && resolve(parts.cwd, options.metricsFile)),
  ...value('--metrics-listen', options.metricsListen && listenText(options.metricsListen)),
  ...(options.output === 'json' ? ['--output', 'json'] : []),
];

const install: Readonly<Record<UnitKind, string>> = {
  service: 'systemctl daemon-reload && systemctl enable --now nodeops-daemon.service',
  timer: 'systemctl daemon-reload && systemctl enable --now nodeops-daemon.timer',
  cron: '',
};

/** `nodeops daemon --print`: what starts it by itself, ready to be put in place. Installs nothing. @throws UsageError */
export const printDaemon = (parts: Parts, options: DaemonOptions, kind: UnitKind): number => {
  loadSelection(parts, options);
  const argv = argvOf(parts, options);
  for (const [path, text] of Object.entries(daemonUnits({ argv, user: parts.operator.user }, quote(argv), kind)))
    parts.stdout.write(`# ${path}\n${text}\n`);
  if (install[kind] !== '')
    parts.stderr.write(`put each into the file that its first line names, then: ${install[kind]}\n`);
  return exitCode.done;
};
