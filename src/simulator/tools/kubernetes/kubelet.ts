import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
import { installedVersion, unknownFlag } from '../../cluster/kubelet.ts';

/**
 * The kubelet as a program: only what it says of itself, after its flags were read. `/proc/PID/exe` is the one that runs,
 * also after an install.
 */
export const kubelet: Tool = (call) => {
  const { argv, host } = call;
  if (argv.at(-1) !== '--version') throw new SimulatorGap(argv.join(' '));
  const running = argv[0]?.startsWith('/proc/') === true ? host.kubelet.running : undefined;
  const version = running ?? installedVersion(host, 'kubelet') ?? '';
  const unknown = unknownFlag(version, argv.slice(1, -1).join(' '));
  if (unknown !== undefined) {
    call.err(
      `E1121 21:05:23.827959    1491 run.go:72] "command failed" err="failed to parse kubelet flag: unknown flag: ${unknown}"\n`,
    );
    return 1;
  }
  call.out(`Kubernetes v${version}\n`);
  return 0;
};
