import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { read, write } from './remote-command.ts';
import type { Node, SshTarget } from '../../model/cluster.ts';
import { describeExit, succeeded } from '../../model/exit.ts';
import type { Command, CommandResult } from '../../model/command.ts';
import { PlaceError, type BackupPlace, type Bytes, type StoredFile } from '../../ports/backup-places.ts';
import { ConnectError, type RunOptions, type Transport } from '../../ports/transport.ts';
import { checkedName } from './checked-name.ts';

const lost = 'look at the host and its sshd, and do the same again';

/** Writes `$1` whole or not at all, in two parts: the hash of what arrived is compared before it gets its name. */
const receiveScript = [
  'set -e',
  'umask 077',
  'mkdir -p -- "$(dirname -- "$1")"',
  'rm -f -- "$1".*.part',
  'cat > "$2"',
  'sync',
  '{ sha256sum < "$2" 2> /dev/null || shasum -a 256 < "$2"; } | cut -c 1-64',
].join('\n');

/** POSIX ls, for a host need not have GNU's find: mode, links, owner, group, size, month, day, time, name. */
const listScript = 'cd -- "$1" 2> /dev/null || exit 0; [ ! -d "$2" ] || find "$2" -type f -exec ls -ln {} +';
const listRow = /^\S+ +\d+ +\d+ +\d+ +(\d+) +\S+ +\S+ +\S+ (.+)$/;

/** Removes the folder as well where nothing is left in it. */
const removeScript =
  'cd -- "$1" 2> /dev/null || exit 0; shift; rm -f -- "$@"; for f; do rmdir -- "$(dirname -- "$f")" 2> /dev/null || :; done';

const readList = (stdout: string): readonly StoredFile[] =>
  stdout
    .split('\n')
    .flatMap((line) => {
      const [, bytes, name] = listRow.exec(line) ?? [];
      return bytes === undefined || name === undefined ? [] : [{ name, bytes: Number(bytes) }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** A stream that one side writes and the other reads; an error on the writing side is told to the reader. */
const readThrough = (fetching: (sink: PassThrough) => Promise<void>): Bytes => {
  const sink = new PassThrough();
  fetching(sink).then(
    () => sink.end(),
    (error: unknown) => sink.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return sink;
};

/** A directory of another host, over a connection as strict about host keys as those to nodes. */
export const createSshPlace = (address: string, ssh: SshTarget, path: string, transport: Transport): BackupPlace => {
  const host: Node = {
    name: `${ssh.user}@${ssh.host}`,
    role: 'worker',
    ssh,
    become: { method: 'none' },
    kubeadm: { ignorePreflightErrors: [] },
  };
  const reaching = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      throw new PlaceError(`${address}: ${error.message}`, error.fix, { cause: error });
    }
  };
  const run = async (what: string, command: Command, options?: RunOptions): Promise<CommandResult> => {
    const result = await reaching(() => transport.run(host, command, options));
    if (succeeded(result.exit)) return result;
    const said = result.stderr.trim().split('\n').at(-1) ?? '';
    throw new PlaceError(`${address}: ${what}: ${describeExit(result.exit)}${said === '' ? '' : `: ${said}`}`, lost);
  };
  const full = (name: string): string => `${path}/${checkedName(name)}`;
  const send = async (name: string, content: Bytes): Promise<void> => {
    const hash = createHash('sha256');
    const hashed = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of content) {
        hash.update(chunk);
        yield chunk;
      }
    };
    const part = `${full(name)}.sent.part`;
    const { stdout } = await run(`writing ${name}`, write(receiveScript, full(name), part), { input: hashed() });
    const sent = hash.digest('hex');
    if (stdout.trim() !== sent)
      throw new PlaceError(`${address}: of ${name} sha256 ${stdout.trim()} arrived, ${sent} was sent`, lost);
    await run(`naming ${name}`, write('mv -f -- "$1" "$2" && sync', part, full(name)));
  };
  return {
    address,
    list: async (prefix) =>
      readList(
        (await run('listing', read(listScript, path, checkedName(prefix)), { keepBytes: 64 * 1024 * 1024 })).stdout,
      ),
    write: send,
    read: async (name) => {
      await run(`${name} cannot be read`, read('test -r "$1"', full(name)));
      return readThrough(async (sink) => {
        const result = await reaching(() => transport.fetch(host, full(name), sink));
        if (!succeeded(result.exit))
          throw new PlaceError(`${address}: reading ${name}: ${describeExit(result.exit)}`, lost);
      });
    },
    remove: async (names) => {
      if (names.length > 0) await run('removing', write(removeScript, path, ...names.map(checkedName)));
    },
    close: () => transport.close(),
  };
};
