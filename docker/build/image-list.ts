export interface ImageList {
  readonly all: readonly string[];
  readonly etcd: string;
  readonly coredns: string;
  readonly pause: string;
}

/** Reads `kubeadm config images list`: what a version needs, from the program that will ask for it. */
export function parseImageList(output: string): ImageList {
  const all = output.split('\n').filter((line) => /^\S+\/\S+:\S+$/.test(line));
  const tagOf = (suffix: string): string => {
    const tag = all.find((image) => image.split(':')[0]?.endsWith(`/${suffix}`))?.split(':')[1];
    if (tag === undefined) throw new Error(`kubeadm names no image for ${suffix}:\n${output}`);
    return tag;
  };
  return {
    all,
    // Image tags are the program's version, with a build number for etcd (3.6.6-0) and a v for CoreDNS (v1.13.1).
    etcd: tagOf('etcd').replace(/-\d+$/, ''),
    coredns: tagOf('coredns').replace(/^v/, ''),
    pause: tagOf('pause'),
  };
}
