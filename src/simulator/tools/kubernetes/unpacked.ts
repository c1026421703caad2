import type { Call } from '../../shell/tool.ts';

/** The version of a binary that lies somewhere beside the installed one: what was written there says whose it is. */
export const unpackedVersion = (call: Call, program: string): string | undefined => {
  const [name = ''] = call.argv;
  const path = call.path(name);
  if (!name.includes('/') || call.host.files.stat(path)?.kind !== 'file') return undefined;
  const [, found, version] = /^\x7fELF (\S+) (\S+?)(?:-[^-\s]*)?\n/.exec(call.host.files.read(path)) ?? [];
  return found === program ? version : undefined;
};
