import type { BackupSettings } from '../model/cluster.ts';
import type { BackupSchemaSettings } from './backup-schema.ts';
import { sshTarget, type Operator } from './layers.ts';
import type { SshSettings } from './ssh-schema.ts';

/** A validated `backup:`, the cluster's keys going before those of the defaults, with every default filled in. */
export const backupSettings = (
  layers: readonly (BackupSchemaSettings | undefined)[],
  ssh: readonly SshSettings[],
  operator: Operator,
): BackupSettings => {
  const written = layers.filter((layer) => layer !== undefined);
  const merged: BackupSchemaSettings = Object.assign({}, ...written);
  const { to = [], s3 = {}, age, keep = {} } = merged;
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
    application: [],
  };
};
