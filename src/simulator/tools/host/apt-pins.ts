import { SimulatorGap } from '../../gap.ts';
import type { Call } from '../../shell/tool.ts';

const stanza = /^Package: (\S+)\nPin: release \*\nPin-Priority: (-?\d+)$/;

const pinnedIn = (path: string, text: string): readonly string[] =>
  text
    .split(/\n[ \t]*\n/)
    .map((part) =>
      part
        .split('\n')
        .filter((line) => !line.startsWith('#'))
        .join('\n')
        .trim(),
    )
    .filter((part) => part !== '')
    .map((part) => {
      const [, name, priority] = stanza.exec(part) ?? [];
      if (name === undefined || Number(priority) >= 0 || /[*?/[]/.test(name))
        throw new SimulatorGap(`apt: a pin in ${path} is not modelled: ${part}`);
      return name;
    });

/**
 * Packages of which no version may be installed: `Pin: release *` with a priority below 0, in one file and the parts
 * beside it. Source: apt_preferences(5), "Prevention of installation". @throws SimulatorGap for any other pin.
 */
export const pinnedPackages = ({ host: { files } }: Call, preferences: string): ReadonlySet<string> => {
  const directory = '/etc/apt/preferences.d';
  const parts = files.stat(directory)?.kind === 'directory' ? files.list(directory) : [];
  const paths = [preferences, ...parts.map((name) => `${directory}/${name}`)];
  return new Set(paths.flatMap((path) => (files.stat(path)?.kind === 'file' ? pinnedIn(path, files.read(path)) : [])));
};
