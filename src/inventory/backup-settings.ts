import type { BackupHook, BackupSettings, HookPlace } from '../model/cluster.ts';
import type { BackupSchemaSettings } from './backup-schema.ts';
import type { HookSettings } from './hook-schema.ts';
import { sshTarget, type Operator } from './layers.ts';
import type { PlacedLayer } from './shared-settings.ts';
import type { SshSettings } from './ssh-schema.ts';

/** A backup a day is what most have, and one that was missed is to be noticed: a day, and two hours for its time. */
const defaultMaxAge = 26 * 3_600_000;
const defaultHookTimeout = 3_600_000;

const placeOf = (on: string | undefined, directory: string): HookPlace => {
  if (on === undefined || on === 'operator') return { kind: 'operator', directory };
  return on === 'control-plane' ? { kind: 'control-plane' } : { kind: 'node', node: on };
};

const hookOf = ({ name, command, on, covers = [], timeout }: HookSettings, directory: string): BackupHook => ({
  name,
  argv: command,
  place: placeOf(on, directory),
  covers,
  timeoutMs: timeout ?? defaultHookTimeout,
});

/** What else belongs to it: who logs in, and how. */
export interface BackupContext {
  readonly ssh: readonly SshSettings[];
  readonly operator: Operator;
}

/** A validated `backup:`, the keys of later layers going before those of earlier ones, with every default filled in. */
export const backupSettings = (layers: readonly PlacedLayer[], { ssh, operator }: BackupContext): BackupSettings => {
  const written = layers.flatMap(({ settings }) => settings.backup ?? []);
  // A hook runs where the file lies that names it.
  const directory = layers.findLast(({ settings }) => settings.backup?.application !== undefined)?.directory ?? '';
  const merged: BackupSchemaSettings = Object.assign({}, ...written);
  const { to = [], s3 = {}, age, keep = {}, maxAge = defaultMaxAge, schedule, application = [] } = merged;
  return {
    to,
    ssh: sshTarget('', [...ssh, ...written.map((layer) => layer.ssh ?? {})], operator),
    s3: {
      pathStyle: s3.pathStyle ?? s3.endpoint !== undefined,
      ...(s3.endpoint === undefined ? {} : { endpoint: s3.endpoint }),
      ...(s3.region === undefined ? {} : { region: s3.region }),
    },
    recipients: age?.recipients ?? [],
    keep: {
      ...(keep.last === undefined ? {} : { last: keep.last }),
      ...(keep.within === undefined ? {} : { withinMs: keep.within }),
    },
    ...(written.length === 0 ? {} : { maxAgeMs: maxAge }),
    ...(schedule === undefined ? {} : { schedule }),
    application: application.map((hook) => hookOf(hook, directory)),
  };
};
