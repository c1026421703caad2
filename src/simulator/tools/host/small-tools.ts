import { SimulatorGap } from '../../gap.ts';
import { rebootHost } from '../../host/power.ts';
import { ticksPerSecond } from '../../host/proc-files.ts';
import { onHosts, type Call, type Tool } from '../../shell/tool.ts';
import { containerdDefault, containerdDump } from './containerd-dump.ts';

const gap = (call: Call): never => {
  throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
};

/** hostname(1); -I as recorded: each address with a blank behind it. */
export const hostname: Tool = (call) => {
  if (call.argv.length === 2 && call.argv[1] === '-I') {
    call.out(`${call.host.address} \n`);
    return 0;
  }
  if (call.argv.length > 1) return gap(call);
  call.out(`${call.host.name}\n`);
  return 0;
};

/** containerd of Debian 12, as recorded: `--version`, `config dump` and `config default`. */
export const containerd: Tool = onHosts(
  (call) => {
    const words = call.argv.slice(1).join(' ');
    if (words === 'config dump' || words === 'config default') {
      call.out(words === 'config dump' ? containerdDump(call.host) : containerdDefault);
      return 0;
    }
    if (call.argv.length !== 2 || call.argv[1] !== '--version') return gap(call);
    const version = call.host.packages.get('containerd')?.version ?? '';
    call.out(`containerd github.com/containerd/containerd ${version.replace(/-[^-]*$/, '')} ${version}\n`);
    return 0;
  },
  (host) => host.packages.has('containerd'),
);

/** modprobe(8): the lab's kernel has overlay, and no br_netfilter. */
export const modprobe: Tool = (call) => {
  const [, name = '', ...more] = call.argv;
  if (more.length > 0 || name.startsWith('-')) return gap(call);
  if (name === 'overlay') return 0;
  call.err(`modprobe: FATAL: Module ${name} not found in directory /lib/modules/${call.host.boot.release}\n`);
  return 1;
};

/** sysctl(8), `--quiet --load=FILE`. */
export const sysctl: Tool = (call) => {
  const [, quiet, load = '', ...more] = call.argv;
  const path = /^--load=(.+)$/.exec(load)?.[1];
  if (quiet !== '--quiet' || path === undefined || more.length > 0) return gap(call);
  const lines = call.host.files
    .read(call.path(path))
    .split('\n')
    .filter((line) => line !== '');
  if (!lines.every((line) => line === 'net.ipv4.ip_forward = 1')) return gap(call);
  if (lines.length > 0) call.host.machine.forwards = true;
  return 0;
};

/** nproc(1), as recorded. */
export const nproc: Tool = (call) => {
  if (call.argv.length > 1) return gap(call);
  call.out(`${call.host.machine.cpus}\n`);
  return 0;
};

/** getconf(1): `CLK_TCK`, as recorded. */
export const getconf: Tool = (call) => {
  if (call.argv.slice(1).join(' ') !== 'CLK_TCK') return gap(call);
  call.out(`${ticksPerSecond}\n`);
  return 0;
};

/** setpriv(1): as another user, with nobody's privileges. */
export const setpriv: Tool = (call) => {
  const words = call.argv.slice(1);
  const first = words.findIndex((word) => !word.startsWith('-'));
  const options = words.slice(0, first);
  const uid = /^--reuid=(\d+)$/.exec(options[0] ?? '')?.[1];
  const others = options.slice(1).join(' ');
  if (uid === undefined || others !== `--regid=${uid} --clear-groups --no-new-privs` || call.uid !== 0)
    return gap(call);
  return call.run(words.slice(first), { uid: Number(uid) });
};

/** mountpoint(1) of util-linux 2.38, -q: nothing but the usual is mounted on a host. Tried on the lab. */
export const mountpoint: Tool = (call) => {
  const [, option, path = '', ...more] = call.argv;
  if (option !== '-q' || path === '' || more.length > 0 || /^\/(proc|sys|run|dev)?(\/|$)/.test(call.path(path)))
    return gap(call);
  return call.host.files.stat(call.path(path)) === undefined ? 1 : 32;
};

/** unshare(1) with a mount namespace of its own: nothing here tells one namespace from another. */
export const unshare: Tool = (call) => (call.argv[1] === '--mount' ? call.run(call.argv.slice(2)) : gap(call));

/** reboot(8) and `shutdown -r now`. */
export const reboot: Tool = (call) => {
  const words = call.argv.slice(1).join(' ');
  const known = call.argv[0]?.endsWith('shutdown') === true ? ['-r now', '-r +0'] : [''];
  if (!known.includes(words)) return gap(call);
  rebootHost(call.host, call.actor);
  return 0;
};
