import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
import { installedVersion } from '../../cluster/kubelet.ts';

/** The kubelet as a program: only what it says of itself. `/proc/PID/exe` is the one that runs, also after an install. */
export const kubelet: Tool = (call) => {
  const { argv, host } = call;
  if (argv.slice(1).join(' ') !== '--version') throw new SimulatorGap(argv.join(' '));
  const running = argv[0]?.startsWith('/proc/') === true ? host.kubelet.running : undefined;
  call.out(`Kubernetes v${running ?? installedVersion(host, 'kubelet') ?? ''}\n`);
  return 0;
};
