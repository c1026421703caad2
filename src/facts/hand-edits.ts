import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { scratch } from '../commands/build.ts';
import { dryRunConfiguration, dryRunPhase } from '../commands/dry-run-manifests.ts';
import { compareVersions, parseVersion } from '../model/version.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { dumpFunction, readDump, type FoundFile } from './file-dump.ts';
import { readYaml } from './read-text.ts';
import { whyNotNow } from './through-api.ts';

export interface HandEdits {
  /** Of the kubeadm that is installed, and that would write the manifests: `1.35.4`. */
  readonly kubeadm: string;
  /** By component: what its manifest has that kubeadm would not write, and the other way round (`diff -u`). */
  readonly differences: Readonly<Record<string, string>>;
}

/**
 * kubeadm itself writes the manifests of now into a scratch directory, from the cluster's own configuration; what
 * differs was edited by hand. Source: kubeadm init phase control-plane --help, KUBEADM_INIT_DRYRUN_DIR; tried on the
 * lab, 1.35.4: no difference where nobody edited, 0.15 s, nothing else is written. With the version of the kubeadm that
 * is installed: after the first control plane kubeadm-config names the next one, which the others do not have yet.
 */
const script = (patches: string | undefined): string => `
command -v kubeadm >/dev/null || exit 3
[ -f /etc/kubernetes/manifests/kube-apiserver.yaml ] || exit 3
T=$(mktemp -d) || exit 4
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
${dryRunConfiguration('$(kubeadm version --output=short)').join('\n')}
${dryRunPhase('kubeadm', 'control-plane all', patches)}
[ ! -f /etc/kubernetes/manifests/etcd.yaml ] || ${dryRunPhase('kubeadm', 'etcd local', patches)}
${dumpFunction}
printf '=kubeadm\\n>%s\\n\\n' "$(kubeadm version --output=short)"
for f in "$T"/out/*.yaml; do
  name=\${f##*/}
  [ -f "/etc/kubernetes/manifests/$name" ] || continue
  [ "$(cat "$f")" = "$(cat "/etc/kubernetes/manifests/$name")" ] || dump "$f" "/etc/kubernetes/manifests/$name"
done
:`;

/** What a kubeadm upgrade keeps or finds out anew: proxies, which it takes from its environment, and etcd's members. */
const isKept = (item: unknown): boolean =>
  typeof item === 'string'
    ? item.startsWith('--initial-cluster')
    : typeof item === 'object' && item !== null && 'name' in item && /_proxy$/i.test(String(item.name));

const flagName = (argument: string): string => argument.split('=', 1)[0] ?? argument;

/**
 * A command line whose flags stand in one order: kubeadm sorts those that it knows and puts the others behind them. The
 * values of a flag that is given several times stay as they are (`--service-account-issuer`: the first one signs).
 */
const inOneOrder = (items: readonly unknown[]): readonly unknown[] => {
  const [program, ...flags] = items.flatMap((item) => (typeof item === 'string' ? [item] : []));
  if (program === undefined || flags.length + 1 < items.length || !flags.every((flag) => flag.startsWith('--')))
    return items;
  return [program, ...flags.toSorted((a, b) => flagName(a).localeCompare(flagName(b)))];
};

const withoutKept = (value: unknown): unknown => {
  if (Array.isArray(value)) return inOneOrder(value.filter((item) => !isKept(item))).map(withoutKept);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, item]) => [key, withoutKept(item)] as const);
  return Object.fromEntries(fields.filter(([key, item]) => key !== 'env' || !Array.isArray(item) || item.length > 0));
};

/** What matters of a manifest, in one form: comments and the order of keys do not count. */
const inOneForm = (text: string): string | undefined => {
  const manifest = readYaml(text);
  return manifest === undefined ? undefined : stringify(withoutKept(manifest), { sortMapEntries: true, lineWidth: 0 });
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.yaml$/, '');

const etcdImage = /^(?<before> *image: \S+:)(?<tag>\S+)$/m;

/**
 * The manifest that kubeadm would write with the newer etcd that it finds: it leaves such a one as it is, and a cluster
 * that went back to an older minor has one. Source: lab, kubeadm 1.35.4 (`The desired etcd version "3.6.6-0" is older
 * than the currently installed "3.6.8-0". Skipping etcd upgrade`).
 */
const withNewerEtcd = (written: string, found: string): string => {
  const [wanted, there] = [etcdImage.exec(written)?.groups, etcdImage.exec(found)?.groups];
  const [older, newer] = [parseVersion(wanted?.['tag'] ?? ''), parseVersion(there?.['tag'] ?? '')];
  if (older === undefined || newer === undefined || wanted?.['before'] !== there?.['before']) return written;
  return compareVersions(newer, older) > 0 ? written.replace(etcdImage, `$<before>${there?.['tag'] ?? ''}`) : written;
};

/** `diff -u` of what kubeadm writes and what is there; undefined where they say the same. */
const difference = (written: FoundFile, found: FoundFile): string | undefined => {
  const name = nameOf(found.path);
  const [plain, after] = [inOneForm(written.text), inOneForm(found.text)];
  if (plain === undefined || after === undefined) return `${name}.yaml cannot be read as YAML`;
  const before = name === 'etcd' ? withNewerEtcd(plain, after) : plain;
  if (before === after) return undefined;
  return createTwoFilesPatch(`${name} as kubeadm writes it`, `${name} on this node`, before, after)
    .split('\n')
    .slice(1)
    .join('\n');
};

const parse = ({ stdout, stderr, code }: Output): Parsed<HandEdits> => {
  if (code === 3) return { absent: true };
  if (code === 5) return { unavailable: whyNotNow(stderr) ?? stderr.trim() };
  const [first, ...files] = readDump(stdout) ?? [];
  const kubeadm = /^v?(\d\S*)/.exec(first?.text ?? '')?.[1];
  if (code !== 0 || kubeadm === undefined) return { unreadable: stderr.trim() || stdout };
  const differences: Record<string, string> = {};
  for (const found of files.filter(({ path }) => path.startsWith('/etc/kubernetes/'))) {
    const written = files.find((file) => file !== found && nameOf(file.path) === nameOf(found.path));
    const text = written === undefined ? undefined : difference(written, found);
    if (text !== undefined) differences[nameOf(found.path)] = text;
  }
  return { value: { kubeadm, differences } };
};

/** What was edited by hand in a control plane's static pod manifests; absent on a worker. */
export const handEdits = (patches: string | undefined): Fact<HandEdits> =>
  defineFact<HandEdits>({
    id: 'hand-edits',
    parameters: patches === undefined ? [] : [patches],
    subject: 'node',
    command: scratch(['sh', '-c', script(patches)], { timeoutMs: 60_000 }),
    parse,
  });
