import type { PackagePin } from '../facts/package-pins.ts';

/** `kubeadm`, `kube*`, `*`; regular expressions between slashes are left to apt. */
export const concernsPackage = ({ package: pattern }: PackagePin, name: string): boolean =>
  !pattern.startsWith('/') &&
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(name);
