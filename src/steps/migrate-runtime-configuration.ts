import { migrateRuntimeConfiguration as migrate } from '../commands/container-runtime.ts';
import { runtimeConfiguration, type RuntimeConfiguration } from '../facts/runtime-configuration.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import { runtimeMigration, type RuntimeMigration } from '../facts/runtime-migration.ts';
import { pathText, type Setting } from '../model/kubelet-settings.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { runtimeWish } from './runtime-wish.ts';
import { defineStep } from './step.ts';

type Told = Extract<RuntimeMigration, { readonly kind: 'told' }>;

/** `plugins.io.containerd.cri.v1.images` in front says little, and its dots would be escaped. */
const told = ({ path, value }: Setting): string => {
  const [first, plugin, ...rest] = path;
  const name = first === 'plugins' && plugin !== undefined ? `${plugin}: ${pathText(rest)}` : pathText(path);
  return `${name} = ${JSON.stringify(value)}`;
};

const changes = ({ version, comments }: RuntimeConfiguration, { version: to, settings }: Told): readonly string[] => [
  `/etc/containerd/config.toml from version ${version ?? 1} to ${to}; beyond its defaults:`,
  ...settings.map(told),
  ...(comments === 0
    ? []
    : [`${comments} ${comments === 1 ? 'line of comments goes' : 'lines of comments go'}; the old file is kept`]),
];

/** The file in the form of the new containerd, written by that containerd: otherwise it migrates it at every start. */
export const migrateRuntimeConfiguration = defineStep({
  id: 'migrate-runtime-configuration',
  subject: 'node',
  title: () => 'its configuration in the form of that version',
  with: runtimeWish,
  detect: ({ runtime }, _on: NodeSubject) => ({
    daemon: runtimeDaemon,
    configuration: runtimeConfiguration,
    migration: runtimeMigration(runtime),
  }),
  // Nowhere to go: whoever installs says so.
  optional: ['migration'],

  check: ({ configuration, migration }, _wish, { node }) => {
    if (configuration.version === undefined || migration === undefined) return satisfied;
    if (migration.kind !== 'told')
      return blocked(
        `${node}: containerd does not take /etc/containerd/config.toml: ${migration.why}`,
        `correct the file on ${node}; then type the same command again`,
      );
    return configuration.version >= migration.version ? satisfied : needed(...changes(configuration, migration));
  },
  apply: ({ daemon }, _wish, on) => [{ do: 'exec', on: on.node, command: migrate(daemon.program) }],
  expect: ({ daemon, configuration, migration }) =>
    migration?.kind === 'told'
      ? {
          configuration: { version: migration.version, settings: migration.settings, comments: 0 },
          daemon: { ...daemon, writtenAt: Math.max(daemon.writtenAt ?? 0, (daemon.startedAt ?? 0) + 1) },
        }
      : { configuration },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A containerd of 2.x reads the older form too, and migrates it at every start; what its own form is, it says itself. A containerd 1.x does not read it: the old file is kept.',
    source: 'containerd, RELEASES.md, "Daemon Configuration"; cmd/containerd/command/config.go',
    type: [
      'containerd config migrate > /etc/containerd/config.toml.new',
      'diff /etc/containerd/config.toml /etc/containerd/config.toml.new',
      'mv /etc/containerd/config.toml.new /etc/containerd/config.toml',
    ],
  },
});
