import { processesOf } from '../shell/proc.ts';
import type { Actor } from '../world/actor.ts';
import { byCluster } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import { compareDebVersions } from './deb-version.ts';
import { dropFlocks } from './flock-table.ts';
import { kubeletUnitOf } from './kubelet-unit.ts';
import { log } from './journal.ts';
import { forgetPodNetwork } from './network.ts';
import { kernelImage } from './package-files.ts';
import { TransientUnit } from './transient-unit.ts';

/** Whose plug is out: they do not come back by themselves, whatever they were doing. */
const unplugged = new WeakSet<Host>();

const goDown = (host: Host, actor: Actor): void => {
  host.power = 'down';
  for (const unit of host.units.values())
    if (unit instanceof TransientUnit) {
      host.units.delete(unit.name);
      unit.vanish();
      if (unit.runs) host.world.emit({ type: 'unit-ended', host: host.name, unit: unit.shortName, actor });
    }
  kubeletUnitOf(host).vanish();
  for (const process of processesOf(host).values()) process.root.signal('KILL');
  host.fileLocks.clear();
  dropFlocks(host);
  host.world.emit({ type: 'host-down', host: host.name, actor });
};

/** /run is empty after a boot, but for what is started. */
const clearRun = (host: Host): void => {
  for (const name of host.files.list('/run'))
    if (name !== 'containerd') host.files.remove(`/run/${name}`, byCluster, { recursive: true });
};

/**
 * The newest kernel whose package is whole: its postinst lists it for the boot loader. Where the host has none of its
 * own, as a container, it runs what it ran.
 */
const kernelToBoot = ({ packages, boot, files }: Host): string => {
  const releases = [...packages.values()].flatMap(({ name, status }) => {
    const image = kernelImage(name);
    return image === undefined || status !== 'installed' || files.stat(image.path) === undefined ? [] : [image.release];
  });
  return releases.toSorted(compareDebVersions).at(-1) ?? boot.release;
};

const settings = '/etc/sysctl.d/99-kubernetes.conf';

/** What systemd-sysctl and /etc/fstab make of a kernel at each start. */
const startKernel = ({ files, machine }: Host): void => {
  const isTold = files.stat(settings) !== undefined && /^net\.ipv4\.ip_forward = 1$/m.test(files.read(settings));
  machine.forwards = isTold || machine.forwardsAtStart;
  const fstab = files.stat('/etc/fstab') === undefined ? '' : files.read('/etc/fstab');
  machine.swap = [...fstab.matchAll(/^([^#\s]\S*)\s+\S+\s+swap\s/gm)].map(([, device = '']) => device);
};

/** It boots: another identity, no unit of before; the kubelet follows some seconds after sshd. */
const comeUp = (host: Host, actor: Actor): void => {
  const { kernel, world } = host;
  const digits = world.random.hex(32);
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  host.boot = { id, at: kernel.now, pid1Start: world.random.between(100, 900), release: kernelToBoot(host) };
  host.power = 'up';
  clearRun(host);
  forgetPodNetwork(host);
  startKernel(host);
  const unit = kubeletUnitOf(host);
  unit.reload();
  log(host, unit.name, '-- Boot --');
  world.emit({ type: 'host-up', host: host.name, actor });
  kernel.after(world.random.between(1500, 5000), () => {
    if (host.boot.id === id) unit.start(actor);
  });
};

/** The plug is pulled: no process says goodbye, files stay as they are. One that is off already stays off. */
export const powerOff = (host: Host, actor: Actor): void => {
  unplugged.add(host);
  if (host.power === 'up') goDown(host, actor);
};

/** The plug is in again, and the host boots, where it is off. */
export const powerOn = (host: Host, actor: Actor): void => {
  unplugged.delete(host);
  if (host.power === 'down') comeUp(host, actor);
};

/** From the command to the end of the services, and from there to the last one's end. */
const stopMs = [20, 1200] as const;
const shutdownMs = [1500, 6000] as const;
const bootMs = [8000, 45_000] as const;

/**
 * `systemctl reboot`, which returns at once: units are sent SIGTERM soon afterwards, whoever asked for it among them, and
 * the host goes down some seconds later. Nothing of it where the plug is pulled meanwhile. Source: systemctl(1),
 * "reboot"; systemd.kill(5); what ssh sees is a peer that says no more.
 */
export const rebootHost = (host: Host, actor: Actor): void => {
  const { kernel, world } = host;
  const { id } = host.boot;
  const isSame = (): boolean => host.power === 'up' && host.boot.id === id;
  kernel.after(world.random.between(...stopMs), () => {
    if (!isSame()) return;
    for (const unit of host.units.values()) if (unit instanceof TransientUnit) unit.stop(actor);
  });
  kernel.after(world.random.between(...shutdownMs), () => {
    if (!isSame()) return;
    goDown(host, actor);
    kernel.after(world.random.between(...bootMs), () => {
      if (host.power === 'down' && !unplugged.has(host)) comeUp(host, actor);
    });
  });
};
