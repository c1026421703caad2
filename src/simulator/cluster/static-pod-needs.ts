import type { Component } from '../world/host.ts';

/** What the static pods of a control plane have to know of the others, and whom they tell. */
export interface StaticPodNeeds {
  /** Its etcd begins on the data that are there: false where it ends at once. */
  readonly opensEtcd: (host: string) => boolean;
  readonly etcdAnswers: (host: string) => boolean;
  /** Whether the kubelet of this host reaches the API through its own API server only. */
  readonly kubeletAsksItself: () => boolean;
  /** The runtime's picture of a static pod changed: its mirror pod is to follow. */
  readonly moved: (name: Component['name']) => void;
}
