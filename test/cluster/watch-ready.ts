import { execa } from 'execa';

/** `namespace/name` of Deployments that had no ready replica, as their controller told of it. */
export interface ReadyWatch {
  readonly stop: () => Promise<ReadonlySet<string>>;
}

/** Follows the Deployments from now on, through kubectl on a control plane. */
export const watchReady = (controlPlane: string): ReadyWatch => {
  const line = '{.metadata.namespace} {.metadata.name} {.status.readyReplicas}{"\\n"}';
  const argv = [
    'kubectl',
    '--kubeconfig=/etc/kubernetes/admin.conf',
    'get',
    'deployments',
    '-A',
    '--watch',
    `--output=jsonpath=${line}`,
  ];
  const watching = execa('docker', ['exec', controlPlane, ...argv], { reject: false });
  return {
    stop: async () => {
      watching.kill();
      const { stdout } = await watching;
      const down = stdout.split('\n').flatMap((text) => {
        const [namespace = '', name, ready] = text.trim().split(' ');
        return name !== undefined && ready === undefined ? [`${namespace}/${name}`] : [];
      });
      return new Set(down);
    },
  };
};
