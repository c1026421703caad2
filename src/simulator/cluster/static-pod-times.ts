import type { Component } from '../world/host.ts';

type Name = Component['name'];

/** ms, low and high. */
export type Span = readonly [number, number];

/** From the old container's end to the new one's beginning (observed.md 7: etcd down 13 s, the API server some 25 s). */
export const swap: Readonly<Record<Name, Span>> = {
  etcd: [8000, 10_000],
  'kube-apiserver': [6000, 18_000],
  'kube-controller-manager': [1500, 4000],
  'kube-scheduler': [1500, 4000],
};

/** From a container's beginning until it is ready. */
export const start: Readonly<Record<Name, Span>> = {
  etcd: [2000, 4000],
  'kube-apiserver': [6000, 12_000],
  'kube-controller-manager': [2000, 4000],
  'kube-scheduler': [2000, 4000],
};

/** The kubelet notices a changed file through inotify, and then ends the old pod with its grace. */
export const notice: Span = [400, 1500];

/** A mirror pod that cannot be deleted, since the API server's only etcd is the one being swapped (observed.md 7). */
export const mirrorPodMs = 34_000;

/** An API server whose etcd does not answer ends and is started again. */
export const crashMs = 2000;

/** After each crash the kubelet waits twice as long before it starts a container again (kubelet, CrashLoopBackOff). */
export const backOff: Span = [10_000, 300_000];

/** How long a live API server whose manifest is gone goes on, each time (observed.md 4). */
export const farewellMs = 29_000;
