import type { PodObject as Pod } from '../facts/pods.ts';

/** What `kubectl drain --ignore-daemonsets` would evict: neither mirror pods, nor a DaemonSet's, nor what has ended. */
export const evictable = (pods: readonly Pod[]): readonly Pod[] =>
  pods.filter(
    ({ mirror, owner, phase }) => !mirror && owner?.kind !== 'DaemonSet' && phase !== 'Succeeded' && phase !== 'Failed',
  );

export const podName = ({ namespace, name }: Pod): string => `${namespace}/${name}`;
