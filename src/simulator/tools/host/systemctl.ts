import { SimulatorGap } from '../../gap.ts';
import { ContainerdUnit, hasContainerd } from '../../host/containerd-unit.ts';
import { hasKubeletUnit, KubeletUnit } from '../../host/kubelet-unit.ts';
import { rebootHost } from '../../host/power.ts';
import { TransientUnit } from '../../host/transient-unit.ts';
import type { Task } from '../../kernel.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import type { Host, Unit } from '../../world/host.ts';
import { readOptions, type Options } from './options.ts';
import { showUnit } from './systemctl-show.ts';
import { fullName } from './unit-name.ts';

/** `systemctl --version` of Debian 12, as recorded. */
const version = `systemd 252 (252.39-1~deb12u2)
+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL +BLKID +CURL +ELFUTILS +FIDO2 +IDN2 -IDN +IPTC +KMOD +LIBCRYPTSETUP +LIBFDISK +PCRE2 -PWQUALITY +P11KIT +QRENCODE +TPM2 +BZIP2 +LZ4 +XZ +ZLIB +ZSTD -BPF_FRAMEWORK -XKBCOMMON +UTMP +SYSVINIT default-hierarchy=unified
`;

const gap = (call: Call): never => {
  throw new SimulatorGap(`systemctl: ${call.argv.slice(1).join(' ')} is not modelled`);
};

/** A unit that systemd knows: those of packages come with these. */
const loadedUnit = (host: Host, name: string): Unit | undefined => {
  const unit = host.units.get(fullName(name));
  if (unit instanceof KubeletUnit && !hasKubeletUnit(host)) return undefined;
  return unit instanceof ContainerdUnit && !hasContainerd(host) ? undefined : unit;
};

/** 0 where any of them is; 3 otherwise. A unit that is not loaded is `inactive`. */
const isActive = (call: Call, names: readonly string[], quiet: boolean): number => {
  const states = names.map((name) => loadedUnit(call.host, name)?.state ?? 'inactive');
  if (!quiet) call.out(states.map((state) => `${state}\n`).join(''));
  return states.includes('active') ? 0 : 3;
};

const notLoaded = (call: Call, verb: string, name: string): number => {
  call.err(`Failed to ${verb} ${name}: Unit ${name} not ${verb === 'stop' ? 'loaded' : 'found'}.\n`);
  return 5;
};

const reloadWarning = (name: string): string =>
  `Warning: The unit file, source configuration file or drop-ins of ${name} changed on disk. Run 'systemctl daemon-reload' to reload units.\n`;

function* stopTransient(call: Call, unit: TransientUnit): Task<number> {
  unit.stop(call.actor);
  while (unit.runs) yield call.host.kernel.now + 50;
  return 0;
}

/** Stopping a kubelet takes it a moment; starting it, `Type=simple`, none. */
function* changeKubelet(call: Call, unit: KubeletUnit, verb: string): Task<number> {
  const { kernel, world } = call.host;
  if (unit.needsReload) call.err(reloadWarning(unit.name));
  yield kernel.now + world.random.between(15, 60);
  if (verb !== 'start') {
    unit.stop(call.actor);
    yield kernel.now + world.random.between(50, 400);
  }
  if (verb !== 'stop') unit.start(call.actor);
  return 0;
}

/** `Type=notify`: it has read its configuration and answers once systemd says so. */
function* startContainerd(call: Call, unit: ContainerdUnit): Task<number> {
  const { kernel, world } = call.host;
  yield kernel.now + world.random.between(80, 600);
  unit.start();
  return 0;
}

const change = (call: Call, verb: string, names: readonly string[]): number | Task<number> => {
  const [given] = names;
  if (given === undefined || names.length !== 1) return gap(call);
  const unit = loadedUnit(call.host, given);
  if (unit === undefined) return notLoaded(call, verb, fullName(given));
  if (unit instanceof KubeletUnit) return changeKubelet(call, unit, verb);
  if (unit instanceof ContainerdUnit && verb !== 'stop') return startContainerd(call, unit);
  return unit instanceof TransientUnit && verb === 'stop' ? stopTransient(call, unit) : gap(call);
};

function* daemonReload(call: Call): Task<number> {
  const { kernel, units, world } = call.host;
  yield kernel.now + world.random.between(100, 600);
  for (const unit of units.values()) if (unit instanceof KubeletUnit) unit.reload();
  return 0;
}

const kill = (call: Call, names: readonly string[], options: Options): number => {
  const signal = (options.value('-s', '--signal') ?? 'TERM').replace(/^SIG/, '');
  const [given] = names;
  if (given === undefined || names.length !== 1 || (signal !== 'TERM' && signal !== 'KILL')) return gap(call);
  const unit = loadedUnit(call.host, given);
  if (unit !== undefined) unit.kill(signal, call.actor);
  else call.err(`Failed to kill unit ${fullName(given)}: Unit ${fullName(given)} not loaded.\n`);
  return unit === undefined ? 1 : 0;
};

const resetFailed = (call: Call, names: readonly string[]): number => {
  const wanted = names.map(fullName);
  const loaded = new Set(call.host.units.keys());
  for (const unit of call.host.units.values())
    if (unit instanceof TransientUnit && (wanted.length === 0 || wanted.includes(unit.name))) unit.reset();
  const missing = wanted.filter((name) => !loaded.has(name));
  for (const name of missing) call.err(`Failed to reset failed state of unit ${name}: Unit ${name} not loaded.\n`);
  return missing.length === 0 ? 0 : 1;
};

const show = (call: Call, names: readonly string[], options: Options): number => {
  const [given] = names;
  const properties = options.given.flatMap(({ name, value }) =>
    ['-p', '--property'].includes(name) ? value.split(',') : [],
  );
  if (given === undefined || names.length !== 1 || properties.length === 0) return gap(call);
  const name = fullName(given);
  call.out(showUnit(name, loadedUnit(call.host, given), properties, options.has('--value')));
  return 0;
};

const verbs: Readonly<
  Record<string, (call: Call, names: readonly string[], options: Options) => number | Task<number>>
> = {
  show,
  kill,
  'is-active': (call, names, options) => isActive(call, names, options.has('-q', '--quiet')),
  'is-failed': (call, names, options) => {
    const states = names.map((name): Unit['state'] => loadedUnit(call.host, name)?.state ?? 'inactive');
    if (!options.has('-q', '--quiet')) call.out(states.map((state) => `${state}\n`).join(''));
    return states.includes('failed') ? 0 : 1;
  },
  'daemon-reload': (call) => daemonReload(call),
  start: (call, names) => change(call, 'start', names),
  stop: (call, names) => change(call, 'stop', names),
  restart: (call, names) => change(call, 'restart', names),
  // systemd is told of it at once, and says nothing of a unit that is enabled already.
  enable: (call, names, options) => {
    const [name = ''] = names;
    if (loadedUnit(call.host, name) === undefined) return notLoaded(call, 'enable', fullName(name));
    return options.has('--now') ? change(call, 'start', [name]) : 0;
  },
  // Units of swap that generators made: none here has any, only what /etc/fstab names.
  'list-units': (call, _names, options) =>
    options.given.some(({ name }) => name === '--type') && options.value('--type') === 'swap' ? 0 : gap(call),
  'reset-failed': (call, names) => resetFailed(call, names),
  reboot: (call) => {
    rebootHost(call.host, call.actor);
    return 0;
  },
};

const table = {
  program: 'systemctl',
  flags: ['--version', '-q', '--quiet', '--no-pager', '--value', '--now', '--plain', '--no-legend'],
  valued: ['-p', '--property', '-s', '--signal', '--type', '--state'],
} as const;

/** systemctl(1), systemd 252. */
export const systemctl: Tool = (call) => {
  const options = readOptions(table, call.argv.slice(1));
  if (options.has('--version')) {
    call.out(version);
    return 0;
  }
  const [verb = '', ...names] = options.rest;
  const run = verbs[verb];
  return run === undefined || names.some((name) => /[*?[]/.test(name)) ? gap(call) : run(call, names, options);
};
