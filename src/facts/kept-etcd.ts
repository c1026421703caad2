import { read } from '../commands/build.ts';
import { manifestFile } from '../commands/manifest.ts';
import { restoreDirectory, unfinished } from '../commands/restore-point.ts';
import { defineFact } from './fact.ts';
import { dumpFunction, readDump } from './file-dump.ts';
import { readEtcdManifest, type EtcdFiles, type StaticPod } from './static-pods.ts';

/** The manifest of a control plane's etcd, as a restore point has it. */
export interface KeptEtcd extends StaticPod, EtcdFiles {
  /** `/var/lib/nodeops-restore/2026-11-21-0930_1.34.4` */
  readonly point: string;
}

const kept = `/files${manifestFile('etcd')}`;

/** What etcd was started with before upgrades, the newest first. Source: our own restore points. */
export const keptEtcd = defineFact<readonly KeptEtcd[]>({
  id: 'kept-etcd',
  subject: 'node',
  command: read([
    'sh',
    '-c',
    `${dumpFunction}
cd ${restoreDirectory} 2>/dev/null || exit 0
for point in $(ls -1 | sort -r); do
  case $point in *${unfinished}) continue ;; esac
  [ ! -f "$point/complete" ] || dump "${restoreDirectory}/$point${kept}"
done`,
  ]),
  parse: ({ stdout }) => {
    const files = readDump(stdout);
    if (files === undefined) return { unreadable: stdout };
    return {
      value: files.flatMap(({ path, text }) => {
        const manifest = readEtcdManifest(text);
        return manifest === undefined ? [] : [{ ...manifest, point: path.slice(0, -kept.length) }];
      }),
    };
  },
});
