import { scratch } from '../commands/build.ts';
import { minorOfShell, privateAptRoot } from '../commands/private-apt-root.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { askOffers, parseOffers, type OfferedPackages } from './offered-packages.ts';

/** An epoch stands before a colon; what is behind the second dot is the patch. */
const script = `
version=$(dpkg-query -W -f='\${Version}' kubelet 2>/dev/null) || exit 3
[ -n "$version" ] || exit 3
minor=$(printf '%s\\n' "\${version#*:}" | cut -d. -f1-2)
echo "minor $minor"
${privateAptRoot(minorOfShell)}${askOffers}`;

const parse = (output: Output): Parsed<OfferedPackages> => {
  if (output.code === 3) return { absent: true };
  const [, minor, rest] = /^minor (\d+\.\d+)\n([^]*)$/.exec(output.stdout) ?? [];
  if (minor === undefined || rest === undefined) return { unreadable: output.stderr.trim() || output.stdout };
  const offered = parseOffers(minor, { ...output, stdout: rest });
  // Not kept: after a hop the question means another minor.
  return 'value' in offered ? { value: offered.value } : offered;
};

/**
 * What the host's Kubernetes repository offers of the minor that the kubelet's package has, whichever minor is enabled:
 * what a way back would find. Absent where there is no such package or source. Source: as of `offered-packages`.
 */
export const offeredNow = defineFact<OfferedPackages>({
  id: 'offered-now',
  subject: 'node',
  command: scratch(['sh', '-c', script], { timeoutMs: 90_000 }),
  parse,
});
