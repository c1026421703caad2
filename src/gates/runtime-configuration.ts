import { doesSomething, runtimeConfiguration as configurationFact } from '../facts/runtime-configuration.ts';
import { runtimeMigration, type IgnoredSetting } from '../facts/runtime-migration.ts';
import { kubeletRunningConfig } from '../facts/kubelet-running-config.ts';
import { pathText, settingAt, type Setting } from '../model/kubelet-settings.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { runtimeWish } from '../steps/runtime-wish.ts';
import { defineStep } from '../steps/step.ts';

/** The settings of the file that a containerd passes over: one of them, or all beneath a table. */
const dropped = (ignored: readonly IgnoredSetting[], settings: readonly Setting[]): readonly Setting[] =>
  settings.filter(
    ({ path, value }) =>
      doesSomething(value) &&
      ignored.some(({ plugin, key }) => {
        const own = plugin === undefined ? path : path.slice(2);
        return (plugin === undefined || path[0] === 'plugins') && key.every((name, index) => own[index] === name);
      }),
  );

const told = ({ path, value }: Setting): string => `${pathText(path)} = ${JSON.stringify(value)}`;

const untakable = (node: string, migration: { readonly kind: string; readonly why: string }): Trouble =>
  migration.kind === 'lacking'
    ? {
        because: `${node}: its package could not be had to ask it: ${migration.why}`,
        fix: `see whether its lists are old: apt-get update on ${node}`,
      }
    : {
        because: `${node}: that containerd does not take /etc/containerd/config.toml: ${migration.why}`,
        fix: `correct the file on ${node}; what its containerd of now takes it for: containerd config dump`,
      };

/**
 * The containerd to which a node goes is asked itself what it makes of the node's file, from its unpacked package:
 * nothing is installed or started for it. Hand edits that it passes over are told.
 */
export const runtimeConfigurationGate = defineStep({
  id: 'runtime-configuration',
  subject: 'node',
  title: ({ runtime }) => `containerd ${runtime} takes its configuration`,
  with: runtimeWish,
  detect: ({ runtime }, on: NodeSubject) => ({
    configuration: configurationFact,
    migration: runtimeMigration(runtime),
    kubelet: kubeletRunningConfig(on.node),
  }),
  // Where there is nothing to go to another gate says so.
  optional: ['migration'],

  check: ({ configuration, migration, kubelet }, _wish, { node }) => {
    if (migration === undefined) return judged([], []);
    if (migration.kind !== 'told') return judged([untakable(node, migration)], []);
    const lost = dropped(migration.ignored, configuration.settings);
    const driver = kubelet.kind === 'told' ? settingAt(kubelet.settings, ['cgroupDriver']) : undefined;
    return judged(
      typeof driver !== 'string' || driver === migration.driver
        ? []
        : [
            {
              because: `${node}: its kubelet leaves control groups to ${driver}, its containerd to ${migration.driver}; a kubelet that asks containerd 2 takes over what that says, with pods of the other kind on the node`,
              fix: `make them the same on the drained node first: SystemdCgroup = ${driver === 'systemd'} among the options of its runtime in /etc/containerd/config.toml`,
            },
          ],
      lost.length === 0
        ? []
        : [
            {
              because: `${node}: that containerd passes over what /etc/containerd/config.toml says of ${lost.map(told).join(', ')}`,
              fix: 'see what is there instead: containerd, RELEASES.md, "Deprecated config properties"; the old file is kept',
            },
          ],
    );
  },

  waivable: true,
  explain: {
    why: 'What a new containerd does not know it passes over with a line in its log, and what it does not take it does not start with.',
    source: 'containerd, RELEASES.md, "Daemon Configuration"; kubernetes.io, Container Runtimes, "Cgroup drivers"',
    type: [
      'apt-get download containerd=2.1.5-1; dpkg-deb -x containerd_2.1.5-1_amd64.deb unpacked',
      'unpacked/usr/bin/containerd --config /etc/containerd/config.toml config migrate',
    ],
  },
});
