import { SimulatorGap } from '../gap.ts';
import { minorNumber } from './component-versions.ts';

interface Gate {
  /** The first minor that does not know it. */
  readonly goneIn?: number;
  /** The first minor that takes no other value than true. */
  readonly lockedIn?: number;
}

/** Asked of the lab's kubelets and API servers, 1.33.13 to 1.36.3. */
const known: Readonly<Record<string, Gate>> = {
  AllAlpha: {},
  AllBeta: {},
  ContextualLogging: {},
  InTreePluginPortworxUnregister: { goneIn: 36 },
  KubeletTracing: { lockedIn: 34 },
  NoSuch: { goneIn: 0 },
};

/** The first setting of `GATE=VALUE,…` that a program of that version does not take, as it says so. */
export const refusedGate = (version: string, settings: string): string | undefined => {
  for (const setting of settings.split(',').filter((text) => text !== '')) {
    const [, name = '', value = ''] = /^(?:kube:)?([A-Za-z0-9]+)=(true|false)$/.exec(setting) ?? [];
    const gate = known[name];
    if (gate === undefined) throw new SimulatorGap(`the feature gate ${setting} is not modelled`);
    const minor = minorNumber(version);
    if (minor >= (gate.goneIn ?? Infinity)) return `unrecognized feature gate: ${name}`;
    if (minor >= (gate.lockedIn ?? Infinity) && value === 'false')
      return `cannot set feature gate ${name} to false, feature is locked to true`;
  }
  return undefined;
};

/** `featureGates` of a kubelet's configuration, `GATE=VALUE,…`. */
export const configuredGates = (text: string): string => {
  const [, block = ''] = /^featureGates:((?: *\{.*\})?\n(?: .*\n)*)/m.exec(text) ?? [];
  return [...block.matchAll(/([A-Za-z0-9]+)"?: *(true|false)/g)].map(([, name, value]) => `${name}=${value}`).join(',');
};
