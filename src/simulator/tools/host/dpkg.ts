import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import { compareDebVersions } from '../../host/deb-version.ts';
import { abbreviation, beginUpdates, mergeUpdates, setHold, sortedPackages } from '../../host/package-state.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import type { Package } from '../../world/host.ts';
import { lockDatabase, unlockDatabase } from './dpkg-lock.ts';
import { configure, pendingPackages } from './dpkg-work.ts';

/** Source: dpkg, `audit.c`; recorded on the lab. In the order in which dpkg asks. */
const problems: readonly { readonly status: Package['status']; readonly text: string }[] = [
  {
    status: 'half-installed',
    text: `The following packages are in a mess due to serious problems during
installation.  They must be reinstalled for them (and any packages
that depend on them) to function properly:
`,
  },
  {
    status: 'unpacked',
    text: `The following packages have been unpacked but not yet configured.
They must be configured using dpkg --configure or the configure
menu option in dselect for them to work:
`,
  },
  {
    status: 'half-configured',
    text: `The following packages are only half configured, probably due to problems
configuring them the first time.  The configuration should be retried using
dpkg --configure <package> or the configure menu option in dselect:
`,
  },
];

/** As the lab's packages say it; dpkg cuts it. */
const descriptions: Readonly<Record<string, string>> = {
  kubeadm: 'Command-line utility for administering a Kubernetes cluster',
  kubectl: 'Command-line utility for interacting with a Kubernetes cluster',
  kubelet: 'Node agent for Kubernetes clusters',
  'kubernetes-cni': 'Binaries required to provision kubernetes container networking',
};
const described = (name: string): string =>
  ` ${name.padEnd(20)} ${(descriptions[name] ?? 'Kubernetes').slice(0, 57)}\n`;

const audit = (call: Call, names: readonly string[]): number => {
  for (const name of names) if (!call.host.packages.has(name)) call.err(`dpkg: package '${name}' is not installed\n`);
  const asked = sortedPackages(call.host).filter(({ name }) => names.length === 0 || names.includes(name));
  for (const { status, text } of problems) {
    const found = asked.filter((one) => (one.reinstall === true ? 'half-installed' : one.status) === status);
    if (found.length > 0) call.out(`${text}${found.map(({ name }) => described(name)).join('')}\n`);
  }
  return 0;
};

function* configureAll(call: Call): Task<number> {
  call.catches('HUP', 'INT');
  try {
    const refused = lockDatabase(call);
    if (refused !== 0) return refused;
    const { host, actor } = call;
    mergeUpdates(host, actor);
    const waiting = pendingPackages(call);
    if (waiting.length > 0) beginUpdates(host, actor);
    const spoilt = waiting.filter(({ reinstall }) => reinstall === true);
    for (const found of waiting.filter((one) => !spoilt.includes(one))) yield* configure(call, found);
    mergeUpdates(host, actor);
    if (spoilt.length === 0) return 0;
    for (const { name } of spoilt)
      call.err(
        `dpkg: error processing package ${name} (--configure):\n package is in a very bad inconsistent state; you should\n reinstall it before attempting configuration\n`,
      );
    call.err(`Errors were encountered while processing:\n${spoilt.map(({ name }) => ` ${name}\n`).join('')}`);
    return 1;
  } finally {
    unlockDatabase(call);
  }
}

const relations: Readonly<Record<string, (difference: number) => boolean>> = {
  lt: (difference) => difference < 0,
  le: (difference) => difference <= 0,
  eq: (difference) => difference === 0,
  ne: (difference) => difference !== 0,
  ge: (difference) => difference >= 0,
  gt: (difference) => difference > 0,
};

const compareVersions = (words: readonly string[]): number => {
  const [a, relation = '', b] = words;
  const holds = relations[relation];
  if (a === undefined || b === undefined || holds === undefined)
    throw new SimulatorGap(`dpkg: --compare-versions ${words.join(' ')} is not modelled`);
  return holds(compareDebVersions(a, b)) ? 0 : 1;
};

/** `name hold` or `name install` a line, as apt-mark sends them. */
export const setSelections = (call: Call, wishes: ReadonlyMap<string, boolean>): number => {
  try {
    const refused = lockDatabase(call);
    if (refused !== 0) return refused;
    mergeUpdates(call.host, call.actor);
    for (const [name, held] of wishes) {
      const found = call.host.packages.get(name);
      if (found !== undefined) setHold(call.host, found, held, call.actor);
    }
    return 0;
  } finally {
    unlockDatabase(call);
  }
};

const listHead = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
`;

const list = (call: Call, names: readonly string[]): number => {
  const found = sortedPackages(call.host).filter(({ name }) => names.length === 0 || names.includes(name));
  for (const name of names)
    if (!call.host.packages.has(name)) call.err(`dpkg-query: no packages found matching ${name}\n`);
  if (found.length === 0) return 1;
  const widths = [
    Math.max(14, ...found.map(({ name }) => name.length)),
    Math.max(12, ...found.map(({ version }) => version.length)),
  ] as const;
  const row = (a: string, b: string, c: string, d: string): string =>
    `${a.padEnd(widths[0])} ${b.padEnd(widths[1])} ${c.padEnd(12)} ${d}\n`;
  call.out(`${listHead}||/ ${row('Name', 'Version', 'Architecture', 'Description')}`);
  call.out(`+++-${'='.repeat(widths[0])}-${'='.repeat(widths[1])}-============-=================================\n`);
  for (const one of found) call.out(`${abbreviation(one)} ${row(one.name, one.version, 'amd64', 'Kubernetes')}`);
  return names.every((name) => call.host.packages.has(name)) ? 0 : 1;
};

/** dpkg(1): what asks and what repairs; it does not install here, apt does. */
export const dpkg: Tool = (call) => {
  const [operation = '', ...rest] = call.argv.slice(1);
  const gap = (): never => {
    throw new SimulatorGap(`dpkg: ${call.argv.slice(1).join(' ')} is not modelled`);
  };
  switch (operation) {
    case '--print-architecture':
      call.out('amd64\n');
      return 0;
    case '--audit':
    case '-C':
      return rest.some((word) => word.startsWith('-')) ? gap() : audit(call, rest);
    case '--configure':
      return rest.length === 1 && (rest[0] === '-a' || rest[0] === '--pending') ? configureAll(call) : gap();
    case '--compare-versions':
      return compareVersions(rest);
    case '-l':
    case '--list':
      return rest.some((word) => /[-*?[]/.test(word.charAt(0)) || /[*?[]/.test(word)) ? gap() : list(call, rest);
    default:
      return gap();
  }
};
