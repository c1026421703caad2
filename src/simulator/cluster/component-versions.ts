import { SimulatorGap } from '../gap.ts';

/** What one minor of kubeadm brings with it. */
export interface Companions {
  readonly etcd: string;
  readonly coredns: string;
  readonly pause: string;
  readonly goVersion: string;
}

/** Source: kubeadm's constants of each minor (lab-facts, kubeadm-facts); 1.37's CoreDNS and pause are not known yet. */
const byMinor: Readonly<Record<string, Companions>> = {
  '1.32': { etcd: '3.5.16-0', coredns: 'v1.11.3', pause: '3.10', goVersion: 'go1.26.8' },
  '1.33': { etcd: '3.5.24-0', coredns: 'v1.12.0', pause: '3.10', goVersion: 'go1.26.8' },
  '1.34': { etcd: '3.6.5-0', coredns: 'v1.12.1', pause: '3.10.1', goVersion: 'go1.26.8' },
  '1.35': { etcd: '3.6.6-0', coredns: 'v1.13.1', pause: '3.10.1', goVersion: 'go1.26.8' },
  '1.36': { etcd: '3.6.8-0', coredns: 'v1.14.2', pause: '3.10.2', goVersion: 'go1.26.8' },
  '1.37': { etcd: '3.7.0-0', coredns: 'v1.14.2', pause: '3.10.2', goVersion: 'go1.26.8' },
};

/** `1.36.3` → `1.36`. */
export const minorOf = (version: string): string => version.split('.', 2).join('.');

/** `1.36.3` → 36. */
export const minorNumber = (version: string): number => Number(version.split('.', 2)[1]);

/** @throws SimulatorGap for a minor that nothing is known about. */
export const companionsOf = (version: string): Companions => {
  const found = byMinor[minorOf(version)];
  if (found === undefined) throw new SimulatorGap(`nothing is known about Kubernetes ${minorOf(version)}`);
  return found;
};

/** Negative when `a` is older: `1.36.3`, `3.6.6-0`. */
export const compareVersions = (a: string, b: string): number => {
  const [x, y] = [a.split(/[.-]/).map(Number), b.split(/[.-]/).map(Number)];
  for (let at = 0; at < Math.max(x.length, y.length); at += 1) {
    const difference = (x[at] ?? 0) - (y[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};
