import { SimulatorGap } from '../../gap.ts';
import { binary, programOf } from '../../host/package-files.ts';
import type { Task } from '../../kernel.ts';
import type { Tool } from '../../shell/tool.ts';

/** `dpkg-deb -x ARCHIVE DIRECTORY`, of a Kubernetes package: its program, and nothing of dpkg's own. */
export const dpkgDeb: Tool = function* (call): Task<number> {
  const [operation, archive = '', directory = '', ...rest] = call.argv.slice(1);
  if ((operation !== '-x' && operation !== '--extract') || directory === '' || rest.length > 0)
    throw new SimulatorGap(`dpkg-deb: ${call.argv.slice(1).join(' ')} is not modelled`);
  const { files, kernel, world } = call.host;
  const path = call.path(archive);
  if (files.stat(path)?.kind !== 'file') {
    call.err(`dpkg-deb: error: failed to read archive '${archive}': No such file or directory\n`);
    return 2;
  }
  const content = files.read(path);
  const [, name = '', version = ''] = /([a-z-]+)_([^_/]+)_[a-z0-9]+\.deb\n$/.exec(content) ?? [];
  // Cut short by a full disk, or by a machine that went down before it was written out (dpkg 1.21, tried with heads of one).
  if (!content.endsWith('.deb\n')) {
    const where = content === '' ? 'archive magic version number' : 'archive member header';
    call.err(`dpkg-deb: error: unexpected end of file in ${where} in ${archive}\n`);
    return 2;
  }
  const program = programOf(name);
  if (program === undefined) throw new SimulatorGap(`dpkg-deb: what ${archive} holds is not modelled`);
  yield kernel.now + world.random.between(200, 900);
  const place = `${call.path(directory)}${program}`;
  files.makeDirectory(place.slice(0, place.lastIndexOf('/')), call.actor, { parents: true });
  files.write(place, binary(name, version), call.actor, { mode: 0o755 });
  return 0;
};
