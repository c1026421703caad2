import { read } from '../commands/build.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';

export interface InstalledPackage {
  /** The deb version; of a package that is not installed, the one whose configuration is left, or empty. */
  readonly version: string;
  /** `ii`, `hi`, `iU` (unpacked only), `iHR` (half installed), `rc` (removed, configuration left), `un`. */
  readonly status: string;
  readonly held: boolean;
}

export interface Packages {
  /** By name; a package that dpkg does not know is not among them. */
  readonly installed: Readonly<Record<string, InstalledPackage>>;
  /** What `dpkg --audit` says of them: empty when all is well. */
  readonly audit: string;
}

export const kubernetesPackages = ['kubeadm', 'kubelet', 'kubectl', 'kubernetes-cni', 'cri-tools'] as const;

const script = String.raw`
command -v dpkg-query >/dev/null || exit 3
names='${[...kubernetesPackages, 'containerd', 'containerd.io'].join(' ')}'
dpkg-query -W -f='\${Package} \${Version} \${db:Status-Abbrev}\n' $names 2>/dev/null
echo
known=$(dpkg-query -W -f='\${db:Status-Abbrev}\${Package}\n' $names 2>/dev/null | sed -n '/^.n/!s/^...//p')
[ -z "$known" ] || dpkg --audit $known
:`.replaceAll(String.raw`\$`, '$');

const parse = ({ stdout, code }: Output): Parsed<Packages> => {
  if (code === 3) return { absent: true };
  const installed: Record<string, InstalledPackage> = {};
  const lines = stdout.split('\n');
  const end = lines.indexOf('');
  if (end === -1 || code !== 0) return { unreadable: stdout };
  for (const line of lines.slice(0, end)) {
    const [, name, version = '', status] = /^(\S+) (\S*) ([a-zA-Z]{2,3}) *$/.exec(line) ?? [];
    if (name === undefined || status === undefined) return { unreadable: line };
    installed[name] = { version, status, held: status.startsWith('h') };
  }
  return {
    value: {
      installed,
      audit: lines
        .slice(end + 1)
        .join('\n')
        .trim(),
    },
  };
};

/**
 * Source: dpkg-query(1) `db:Status-Abbrev`, dpkg(1) `--audit`; recorded on the lab, Debian 12, dpkg 1.21. A version
 * alone misleads: after a kill `iU` and `iF` show the new one, `iHR` the old one.
 */
export const packages = defineFact<Packages>({
  id: 'packages',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse,
});
