import { read } from '../commands/build.ts';
import { instanceConfigFile, keptConfigFile, kubeletConfigFile } from '../commands/kubelet-configuration.ts';
import { quoteWord } from '../commands/quote.ts';
import { isSettings, patched, type KubeletSettings } from '../model/kubelet-settings.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { dumpFunction, readDump, type FoundFile } from './file-dump.ts';
import { readYaml } from './read-text.ts';

/** What a node's kubelet is configured with, and what of that is the node's own. */
export interface KubeletFiles {
  /** /var/lib/kubelet/config.yaml as it stands. */
  readonly text: string;
  readonly settings: KubeletSettings;
  /** What kubeadm puts over the settings of all nodes here: instance-config.yaml, and patches of kubeadm's. */
  readonly own: KubeletSettings;
  /** The first names of what patches in JSON (RFC 6902) are about: what comes of it is not foretold. */
  readonly untold: readonly string[];
  /** The file as it was before a change that was begun and did not come to its end. */
  readonly kept?: string;
  /** When the file was written, in seconds since 1970 by the node's clock. */
  readonly writtenAt: number;
  /** When the kubelet was started, likewise; missing where it does not run. */
  readonly startedAt?: number;
}

const script = (patches: string | undefined): string =>
  [
    `[ -f ${kubeletConfigFile} ] || exit 3`,
    dumpFunction,
    `dump ${kubeletConfigFile} ${instanceConfigFile} ${keptConfigFile}`,
    ...(patches === undefined ? [] : [`dump ${quoteWord(patches)}/kubeletconfiguration*`]),
    'unit=$(LC_ALL=C systemctl show --property=ExecMainStartTimestamp,MainPID kubelet.service)',
    `started=$(printf '%s\\n' "$unit" | sed -n 's/^ExecMainStartTimestamp=//p')`,
    `case "$unit" in *MainPID=0*) started= ;; ?*) started=$(date --date="$started" +%s) ;; esac`,
    `printf '=times\\n>%s %s\\n\\n' "$(stat -c %Y ${kubeletConfigFile})" "$started"`,
  ].join('\n');

/** `kubeletconfiguration0+json.yaml`: the operations of RFC 6902. Source: kubeadm, `--patches`. */
const isJsonPatch = ({ path }: FoundFile): boolean => /\+json\.(?:json|yaml)$/.test(path);

const firstNames = (operations: unknown): readonly string[] =>
  Array.isArray(operations)
    ? operations.flatMap((operation: unknown) =>
        isSettings(operation) && typeof operation['path'] === 'string' ? [operation['path'].split('/')[1] ?? ''] : [],
      )
    : [];

const parse = ({ stdout, stderr, code }: Output): Parsed<KubeletFiles> => {
  if (code === 3) return { absent: true };
  const files = readDump(stdout);
  const found = (path: string): string | undefined => files?.find((file) => file.path === path)?.text;
  const text = found(kubeletConfigFile);
  const settings = text === undefined ? undefined : readYaml(text);
  const [, written, started] = /^(\d+) (\d*)$/m.exec(found('times') ?? '') ?? [];
  if (files === undefined || text === undefined || !isSettings(settings) || written === undefined)
    return { unreadable: stderr.trim() || (text ?? stdout) };
  const kept = found(keptConfigFile);
  const known = [kubeletConfigFile, instanceConfigFile, keptConfigFile, 'times'];
  const patches = files.filter(({ path }) => !known.includes(path));
  // kubeadm puts the node's own file over its patches.
  const ownTexts = [
    ...patches.filter((file) => !isJsonPatch(file)).map((file) => file.text),
    found(instanceConfigFile),
  ];
  const own = ownTexts.reduce<unknown>((sum, each) => patched(sum, readYaml(each ?? '') ?? {}), {});
  return {
    value: {
      text,
      settings,
      own: isSettings(own) ? own : {},
      untold: patches.filter(isJsonPatch).flatMap((file) => firstNames(readYaml(file.text))),
      ...(kept === undefined ? {} : { kept }),
      writtenAt: Number(written),
      ...(started === undefined || started === '' ? {} : { startedAt: Number(started) }),
    },
  };
};

/**
 * `patches`: kubeadm's directory of patches on the node, where the inventory names one. Source: systemctl(1),
 * ExecMainStartTimestamp; kubeadm, cmd/kubeadm/app/phases/kubelet/config.go, WriteConfigToDisk; recorded on the lab.
 */
export const kubeletFiles = (patches: string | undefined): Fact<KubeletFiles> =>
  defineFact<KubeletFiles>({
    id: 'kubelet-files',
    parameters: patches === undefined ? [] : [patches],
    subject: 'node',
    command: read(['sh', '-c', script(patches)]),
    parse,
  });
