import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';
import { dumpFunction, readDump } from './file-dump.ts';
import { readStanzas } from './stanzas.ts';

export interface PackagePin {
  /** A name, a pattern (`kube*`), a regular expression between slashes, or `*`. */
  readonly package: string;
  /** `version 1.35.*`, `origin pkgs.k8s.io`. */
  readonly pin: string;
  readonly priority: number;
  readonly file: string;
  readonly line: number;
}

/** Source: apt_preferences(5): files without a suffix or with `.pref`; recorded on the lab, Debian 12, apt 2.6. */
export const packagePins = defineFact<readonly PackagePin[]>({
  id: 'package-pins',
  subject: 'node',
  command: read([
    'sh',
    '-c',
    `${dumpFunction}\ncd /etc/apt/preferences.d 2>/dev/null && for f in *; do case "$f" in *[!A-Za-z0-9_.-]*) ;; *.pref) dump "$PWD/$f" ;; *.*) ;; *) dump "$PWD/$f" ;; esac; done\ndump /etc/apt/preferences`,
  ]),
  parse: ({ stdout }) => {
    const files = readDump(stdout);
    if (files === undefined) return { unreadable: stdout };
    const value: PackagePin[] = [];
    for (const file of files)
      for (const stanza of readStanzas(file.text)) {
        const { package: names, pin, 'pin-priority': priority } = stanza.fields;
        if (names === undefined || pin === undefined) continue;
        if (!/^-?\d+$/.test(priority?.value ?? '')) return { unreadable: `${file.path}:${pin.line}: no priority` };
        for (const name of names.value.split(/\s+/))
          value.push({
            package: name,
            pin: pin.value.replaceAll('\n', ' '),
            priority: Number(priority?.value),
            file: file.path,
            line: names.line,
          });
      }
    return { value };
  },
});
