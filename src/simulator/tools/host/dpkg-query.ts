import { SimulatorGap } from '../../gap.ts';
import { abbreviation, sortedPackages } from '../../host/package-state.ts';
import type { Tool } from '../../shell/tool.ts';
import type { Package } from '../../world/host.ts';
import { readOptions } from './options.ts';

type Part = (found: Package) => string;

const wanted = ({ held }: Package): string => (held ? 'hold' : 'install');
const flag = ({ status }: Package): string => (status === 'half-installed' ? 'reinstreq' : 'ok');

/** Source: dpkg-query(1), `--showformat`; the architecture and the description are the same for all. */
const fields: Readonly<Record<string, Part>> = {
  Package: ({ name }) => name,
  'binary:Package': ({ name }) => name,
  Version: ({ version }) => version,
  Architecture: () => 'amd64',
  Status: (found) => `${wanted(found)} ${flag(found)} ${found.status}`,
  'db:Status-Abbrev': abbreviation,
  'db:Status-Want': wanted,
  'db:Status-Status': ({ status }) => status,
  'db:Status-Eflag': flag,
};

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };

const compile = (format: string): readonly Part[] =>
  (format.match(/\$\{[^}]*\}|\\.|[^$\\]+|[$\\]/g) ?? []).map((piece) => {
    if (piece.startsWith('${')) {
      const field = fields[piece.slice(2, -1)];
      if (field === undefined) throw new SimulatorGap(`dpkg-query: the field ${piece} is not modelled`);
      return field;
    }
    const text = piece.startsWith('\\') ? escapes[piece.slice(1)] : piece;
    if (text === undefined) throw new SimulatorGap(`dpkg-query: the escape ${piece} is not modelled`);
    return () => text;
  });

const formats = new Map<string, readonly Part[]>();

/** dpkg-query(1), `-W` with a format; what it finds comes sorted by name, whatever the order of the question. */
export const dpkgQuery: Tool = (call) => {
  const table = { program: 'dpkg-query', flags: ['-W', '--show'], valued: ['-f', '--showformat'] };
  const options = readOptions(table, call.argv.slice(1));
  if (!options.has('-W', '--show') || options.rest.some((name) => /[*?[]/.test(name)))
    throw new SimulatorGap(`dpkg-query: ${call.argv.join(' ')} is not modelled`);
  const given = options.value('-f', '--showformat') ?? '${binary:Package}\\t${Version}\\n';
  // Both `-f=X` and `-f X` are accepted: the equals sign belongs to the option.
  const format = given.startsWith('=') ? given.slice(1) : given;
  const parts = formats.get(format) ?? compile(format);
  formats.set(format, parts);
  const names = new Set(options.rest);
  const found = sortedPackages(call.host).filter(({ name }) => names.size === 0 || names.has(name));
  call.out(found.map((one) => parts.map((part) => part(one)).join('')).join(''));
  const missing = [...names].filter((name) => !call.host.packages.has(name));
  call.err(missing.map((name) => `dpkg-query: no packages found matching ${name}\n`).join(''));
  return missing.length > 0 ? 1 : 0;
};
