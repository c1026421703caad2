import { askMigration } from '../commands/container-runtime.ts';
import { sameSetting, type Setting } from '../model/kubelet-settings.ts';
import { defineFact, followingFact, type Fact, type Output, type Parsed } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';
import { doesSomething, formOf, runtimeSettings } from './runtime-configuration.ts';
import { runtimeDaemon, type RuntimeDaemon } from './runtime-daemon.ts';
import { runtimeOffers, runtimeTarget, type RuntimeOffers } from './runtime-offers.ts';

/** Something that the configuration says and this containerd passes over. */
export interface IgnoredSetting {
  /** Missing for one outside of all plugins. */
  readonly plugin?: string;
  /** `['containerd', 'runtimes', 'runc', 'runtime_engine']` */
  readonly key: readonly string[];
}

/** What a containerd makes of the configuration of a node. */
export type RuntimeMigration =
  /** Its package cannot be had. */
  | { readonly kind: 'lacking'; readonly why: string }
  /** It does not take the configuration. */
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'told';
      /** The version of the form in which it writes one. */
      readonly version: number;
      /** What it would run with that it would not by itself; logins have no value. */
      readonly settings: readonly Setting[];
      readonly ignored: readonly IgnoredSetting[];
      /** Who manages control groups for the runtime that pods have unless they name another. */
      readonly driver: 'systemd' | 'cgroupfs';
    };

/** `key=value` or `key="a \"b\""`, as logrus writes them. */
const fieldOf = (line: string, name: string): string | undefined => {
  const [, quoted, bare] = new RegExp(String.raw`(?:^| )${name}=(?:"((?:[^"\\]|\\.)*)"|(\S*))`).exec(line) ?? [];
  return quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
};

const ignoredIn = (said: readonly string[]): readonly IgnoredSetting[] =>
  said.flatMap((line) => {
    if (!/msg="Ignoring unknown key in TOML/.test(line)) return [];
    const [plugin, key] = [fieldOf(line, 'plugin'), fieldOf(line, 'key')];
    if (key === undefined) return [];
    return [{ ...(plugin === undefined ? {} : { plugin }), key: key.split(' ') }];
  });

const driverOf = (settings: readonly Setting[]): 'systemd' | 'cgroupfs' => {
  const valueBehind = (end: string): unknown =>
    settings.find(({ path }) => path.join('\n').endsWith(`\n${end.replaceAll('/', '\n')}`))?.value;
  const runtime = valueBehind('containerd/default_runtime_name');
  return valueBehind(`runtimes/${String(runtime)}/options/SystemdCgroup`) === true ? 'systemd' : 'cgroupfs';
};

const beyond = (settings: readonly Setting[], defaults: readonly Setting[]): readonly Setting[] => {
  const byPath = new Map(defaults.map(({ path, value }) => [JSON.stringify(path), value]));
  return settings.filter(({ path, value }) => {
    const own = byPath.get(JSON.stringify(path));
    if (path.join('.') === 'version' || (own === undefined && !doesSomething(value))) return false;
    return !sameSetting(own, value);
  });
};

const parse = (output: Output): Parsed<RuntimeMigration> => {
  const [first, ...rest] = output.stdout.trimEnd().split('\n');
  if (output.code === 0 && first === 'lacking') {
    const errors = rest.filter((line) => line.startsWith('E: '));
    return { value: { kind: 'lacking', why: (errors.length === 0 ? rest : errors).join('\n').trim() } };
  }
  const lines = linesBeforeEnd(output);
  const rc = /^rc (\d+)$/.exec(lines?.at(-1) ?? '')?.[1];
  if (lines === undefined || rc === undefined) return { unreadable: output.stderr.trim() || 'it broke off' };
  const marked = (mark: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(mark) ? [line.slice(1)] : []));
  const said = marked('!');
  if (rc !== '0') return { value: { kind: 'refused', why: said.at(-1) ?? `it ended with rc ${rc}` } };
  const [settings, defaults] = [runtimeSettings(marked(':').join('\n')), runtimeSettings(marked('=').join('\n'))];
  if (settings === undefined || defaults === undefined || settings.length === 0)
    return { unreadable: 'what `containerd config migrate` printed is no configuration' };
  return {
    value: {
      kind: 'told',
      version: formOf(settings),
      settings: beyond(settings, defaults),
      ignored: ignoredIn(said),
      driver: driverOf(settings),
    },
  };
};

/** The question to one containerd: that of a package, or the one that is installed. `wish`: for what it is asked. */
export const migrationBy = (
  wish: string,
  program: string,
  archived?: { readonly name: string; readonly version: string },
): Fact<RuntimeMigration> =>
  defineFact<RuntimeMigration>({
    id: 'runtime-migration',
    parameters: [wish],
    subject: 'node',
    command: askMigration(program, archived),
    parse,
  });

/**
 * What the containerd to which a node goes makes of its configuration, before it is installed, and afterwards. Absent
 * where there is none to which it could go. Source: containerd, RELEASES.md, "Daemon Configuration", and what it prints;
 * recorded on the lab, 2.1.5 over a configuration of 1.6.20.
 */
export const runtimeMigration = (wish: string): Fact<RuntimeMigration> =>
  followingFact<RuntimeDaemon, RuntimeOffers, RuntimeMigration>({
    id: 'runtime-migration',
    parameters: [wish],
    needs: [runtimeDaemon, runtimeOffers],
    ask: (daemon, offers) => {
      const target = runtimeTarget(daemon, offers, wish);
      if (target === undefined) return { absent: true };
      return target.deb === daemon.package?.deb
        ? migrationBy(wish, daemon.program)
        : migrationBy(wish, daemon.program, { name: target.name, version: target.deb });
    },
  });
