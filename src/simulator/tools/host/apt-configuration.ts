import { SimulatorGap } from '../../gap.ts';
import type { Call } from '../../shell/tool.ts';
import type { Options } from './options.ts';

/** Names are without regard to case; of each what it is for, as far as it is modelled. Source: apt.conf(5). */
const known = new Set([
  'dir::state::lists',
  'dir::cache',
  'dir::cache::archives',
  'dir::etc::sourcelist',
  'dir::etc::sourceparts',
  'apt::get::list-cleanup',
  'apt::update::error-mode',
  'dir::etc::preferences',
  'dpkg::lock::timeout',
  'dpkg::options',
  // Of no effect on what is modelled: translations, tries and time limits of downloads, hooks, caches, and locks where
  // nothing is done.
  'debug::nolocking',
  'dir::cache::pkgcache',
  'dir::cache::srcpkgcache',
  'acquire::languages',
  'acquire::retries',
  'acquire::http::timeout',
  'acquire::https::timeout',
  'apt::sandbox::user',
  'apt::update::pre-invoke',
  'apt::update::post-invoke',
  'apt::update::post-invoke-success',
]);

export interface AptConfiguration {
  readonly lists: string;
  readonly archives: string;
  readonly sourceList: string;
  readonly sourceParts: string;
  readonly preferences: string;
  readonly listCleanup: boolean;
  /** `any`: each repository that cannot be read is an error. */
  readonly errorModeAny: boolean;
  /** It is root itself that fetches, not `_apt`. */
  readonly fetchesAsRoot: boolean;
  /** Seconds to wait for the locks of dpkg; below 0: without end. */
  readonly lockSeconds: number;
}

type Settings = Map<string, string>;

const put = (settings: Settings, name: string, value: string): void => {
  const key = name.toLowerCase().replace(/::$/, '');
  if (!known.has(key)) throw new SimulatorGap(`apt: the setting ${name} is not modelled`);
  settings.set(key, value);
};

const readFile = (settings: Settings, text: string, path: string): void => {
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const clear = /^#clear ([A-Za-z:-]+);$/.exec(line)?.[1];
    const [, name, value] = /^([A-Za-z:-]+) "([^"]*)";$/.exec(line) ?? [];
    if (clear !== undefined) put(settings, clear, '');
    else if (name !== undefined && value !== undefined) put(settings, name, value);
    else throw new SimulatorGap(`apt: a line of ${path} is not modelled: ${line}`);
  }
};

const isTrue = (value: string | undefined, otherwise: boolean): boolean =>
  value === undefined ? otherwise : !/^(no|false|without|off|disable|0)$/i.test(value);

/** A path below a directory of apt's, as `Dir::Etc::sourcelist "sources.list"` may be. */
const below = (directory: string, name: string): string => (name.startsWith('/') ? name : `${directory}/${name}`);

/** `-c` is read before `-o`, wherever it stands; `-o` wins. Source: apt-get(8). */
export const readConfiguration = (call: Call, options: Options): AptConfiguration => {
  const settings: Settings = new Map();
  for (const { name, value } of options.given)
    if (name === '-c' || name === '--config-file') readFile(settings, call.host.files.read(call.path(value)), value);
  for (const { name, value } of options.given) {
    if (name !== '-o' && name !== '--option') continue;
    const equals = value.indexOf('=');
    if (equals === -1) throw new SimulatorGap(`apt: -o ${value} has no value`);
    put(settings, value.slice(0, equals), value.slice(equals + 1));
  }
  const cache = settings.get('dir::cache') ?? '/var/cache/apt';
  return {
    lists: settings.get('dir::state::lists') ?? '/var/lib/apt/lists',
    archives: below(cache, settings.get('dir::cache::archives') ?? 'archives'),
    sourceList: below('/etc/apt', settings.get('dir::etc::sourcelist') ?? 'sources.list'),
    sourceParts: below('/etc/apt', settings.get('dir::etc::sourceparts') ?? 'sources.list.d'),
    preferences: below('/etc/apt', settings.get('dir::etc::preferences') ?? 'preferences'),
    listCleanup: isTrue(settings.get('apt::get::list-cleanup'), true),
    errorModeAny: settings.get('apt::update::error-mode') === 'any',
    fetchesAsRoot: settings.get('apt::sandbox::user') === 'root',
    lockSeconds: Number(settings.get('dpkg::lock::timeout') ?? '0'),
  };
};
