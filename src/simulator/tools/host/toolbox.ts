import type { Tool, Toolbox } from '../../shell/tool.ts';
import { aptCache } from './apt-cache.ts';
import { aptGet } from './apt-get.ts';
import { aptHelper } from './apt-download-file.ts';
import { aptMark } from './apt-mark.ts';
import { ctr } from './ctr.ts';
import { curl } from './curl.ts';
import { df } from './df.ts';
import { dpkg } from './dpkg.ts';
import { dpkgDeb } from './dpkg-deb.ts';
import { dpkgQuery } from './dpkg-query.ts';
import { ip6tablesRestore, ip6tablesSave, iptablesRestore, iptablesSave, nft } from './firewall.ts';
import { flock } from './flock.ts';
import { gpg } from './gpg.ts';
import { ip } from './ip.ts';
import { journalctl } from './journalctl.ts';
import {
  containerd,
  getconf,
  hostname,
  modprobe,
  mountpoint,
  nproc,
  reboot,
  setpriv,
  sysctl,
  unshare,
} from './small-tools.ts';
import { ss } from './ss.ts';
import { swapoff } from './swapoff.ts';
import { sudo } from './sudo.ts';
import { systemctl } from './systemctl.ts';
import { systemdRun } from './systemd-run.ts';

const tools: Readonly<Record<string, Tool>> = {
  'apt-cache': aptCache,
  'apt-get': aptGet,
  'apt-helper': aptHelper,
  'apt-mark': aptMark,
  containerd,
  ctr,
  curl,
  df,
  dpkg,
  'dpkg-deb': dpkgDeb,
  'dpkg-query': dpkgQuery,
  flock,
  getconf,
  gpg,
  hostname,
  ip,
  'ip6tables-restore': ip6tablesRestore,
  'ip6tables-save': ip6tablesSave,
  'iptables-restore': iptablesRestore,
  'iptables-save': iptablesSave,
  journalctl,
  modprobe,
  mountpoint,
  nft,
  nproc,
  reboot,
  setpriv,
  shutdown: reboot,
  ss,
  sudo,
  swapoff,
  sysctl,
  systemctl,
  'systemd-run': systemdRun,
  unshare,
};

/** What a Debian 12 host has beside its shell, its text tools and Kubernetes. */
export const hostTools = (): Toolbox => new Map(Object.entries(tools));
