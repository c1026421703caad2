import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call, Tool } from '../../shell/tool.ts';

function* turnOff(call: Call): Task<number> {
  const { kernel, machine, world } = call.host;
  yield kernel.now + world.random.between(20, 800);
  machine.swap = [];
  return 0;
}

/** swapoff(8) of util-linux 2.38, `--all`. */
export const swapoff: Tool = (call) => {
  if (call.argv.slice(1).join(' ') !== '--all') throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
  if (call.uid === 0) return turnOff(call);
  for (const device of call.host.machine.swap)
    call.err(`swapoff: ${device}: swapoff failed: Operation not permitted\n`);
  return call.host.machine.swap.length === 0 ? 0 : 4;
};
