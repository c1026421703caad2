import { read } from '../commands/build.ts';
import { runtimeConfigurationFile } from '../commands/container-runtime.ts';
import { settingsIn, type Setting } from '../model/kubelet-settings.ts';
import { defineFact } from './fact.ts';
import { dumpFunction, readDump } from './file-dump.ts';
import { readToml } from './registry-hosts.ts';

/** What a node's containerd is configured with. */
export interface RuntimeConfiguration {
  /** The version of its form: 1 where the file names none; missing where there is no file. */
  readonly version?: number;
  /** Every setting of the file, those of what it imports left out; logins have no value. */
  readonly settings: readonly Setting[];
  /** How many lines are comments and nothing else. */
  readonly comments: number;
}

/** Whether a value does anything: what is empty, off or zero is mostly what `containerd config default` wrote. */
export const doesSomething = (value: unknown): boolean =>
  !['""', 'false', '0', '{}', '[]', undefined].includes(JSON.stringify(value));

/** What is shown instead of a login. */
export const hiddenLogin = '(a login, which is not shown)';

const isLogin = /^(?:auth|auths|username|password|identitytoken|registrytoken|token)$/i;

/** The settings of a document in TOML, without logins; undefined where it is none. */
export const runtimeSettings = (text: string): readonly Setting[] | undefined => {
  const found = readToml(text);
  if (found === undefined) return undefined;
  // An empty document has no setting, and not an empty one.
  return settingsIn(found).flatMap(({ path, value }) =>
    path.length === 0 ? [] : [{ path, value: path.some((key) => isLogin.test(key)) ? hiddenLogin : value }],
  );
};

const numberAt = (settings: readonly Setting[], name: string): number | undefined => {
  const value = settings.find(({ path }) => path.join('.') === name)?.value;
  return typeof value === 'number' ? value : undefined;
};

/** The version of a configuration's form. Source: containerd, RELEASES.md, "Daemon Configuration". */
export const formOf = (settings: readonly Setting[]): number => numberAt(settings, 'version') ?? 1;

/** Recorded on the lab, containerd 1.6.20 and 2.1.5. */
export const runtimeConfiguration = defineFact<RuntimeConfiguration>({
  id: 'runtime-configuration',
  subject: 'node',
  command: read(['sh', '-c', `${dumpFunction}\ndump ${runtimeConfigurationFile}`]),
  parse: ({ stdout, stderr, code }) => {
    const [file] = readDump(stdout) ?? [];
    if (code !== 0 || (file === undefined && stdout.trim() !== ''))
      return { unreadable: stderr.trim() || 'it broke off' };
    if (file === undefined) return { value: { settings: [], comments: 0 } };
    const settings = runtimeSettings(file.text);
    // What is wrong with it is not told: it may hold a login.
    if (settings === undefined) return { unreadable: `${file.path} is no TOML` };
    const comments = file.text.split('\n').filter((line) => /^\s*#/.test(line)).length;
    return { value: { version: formOf(settings), settings, comments } };
  },
});
