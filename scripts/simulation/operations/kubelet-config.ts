import { kubeletConfig } from '../../../src/cli/commands/kubelet-config.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import type { Scenario } from '../scenario.ts';
import type { KubeletScenario } from './kubelet-scenario.ts';
import { inventoryText, typedOptions, type Operation } from './operation.ts';

/** `nodeops kubelet config`. */
export const kubeletOperation = (scenario: Scenario, drawn: KubeletScenario, world: World): Operation => {
  const { set, settings, inPlace, refused } = drawn;
  const options = { set, ...(inPlace ? { drain: 'none' } : {}) };
  return {
    text: `nodeops kubelet config ${set.map((word) => `--set '${word}'`).join(' ')}${inPlace ? ' --drain none' : ''}`,
    inventory: inventoryText(scenario, [...world.hosts.values()]),
    type: (parts, dryRun) => kubeletConfig(parts, { ...typedOptions(dryRun), ...options }),
    lastLook: 'nodes-ready',
    wish: { kubelets: { settings, inPlace, ...(refused === undefined ? {} : { refused }) } },
  };
};
