import { certsRenew } from '../../../src/cli/commands/certs.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import { startMs } from '../ground.ts';
import type { Scenario } from '../scenario.ts';
import type { CertificatesScenario } from './certificates-scenario.ts';
import { inventoryText, keysOf, typedOptions, type Operation } from './operation.ts';

/** What nodeops renews unless something is said (docs/certificates.md). */
const usualDays = 90;
const yearDays = 365;
const dayMs = 86_400_000;

/** Whether so few days are left that what was asked for renews them. */
const isDue = ({ age, asked }: CertificatesScenario): boolean => {
  if (asked === 'all') return true;
  // They were signed at midnight.
  return yearDays - age - (startMs % dayMs) / dayMs < (asked === 'usual' ? usualDays : asked);
};

const layHome = ({ files }: Host, { home, isCopy }: CertificatesScenario['homes'][number]): void => {
  const text = files.read('/etc/kubernetes/admin.conf');
  const directory = `${home}/.kube`;
  files.makeDirectory(directory, byCluster, { parents: true, mode: 0o750 });
  files.write(`${directory}/config`, isCopy ? text : text.replaceAll('kubernetes-admin', 'ops'), byCluster, {
    mode: home === '/root' ? 0o600 : 0o640,
  });
};

/** What runs has read what was there before: older certificates, of which no file is left. */
const renewedByHand = (host: Host): void => {
  for (const component of host.components.values()) {
    component.startedAt = startMs - 5 * 3_600_000;
    component.certificates = new Map([...component.certificates].map(([path, text]) => [path, `before: ${text}`]));
    for (const path of component.certificates.keys())
      if (!path.endsWith('ca.crt')) host.files.changeTime(path, byCluster, startMs - 3_600_000);
  }
};

/** Brings the world to what the scenario says of its certificates, before anybody begins. */
export const layCertificates = (world: World, { homes, byHand }: CertificatesScenario): void => {
  for (const host of world.hosts.values()) {
    if (host.role === 'worker') continue;
    for (const home of homes) layHome(host, home);
    if (byHand) renewedByHand(host);
  }
};

/** `nodeops certs renew`. */
export const certificatesOperation = (scenario: Scenario, drawn: CertificatesScenario, world: World): Operation => {
  const { asked } = drawn;
  const options = asked === 'all' ? { all: true } : asked === 'usual' ? {} : { within: `${asked}d` };
  return {
    text: `nodeops certs renew ${Object.entries(options).flat().join(' ')}`,
    inventory: inventoryText(scenario, [...world.hosts.values()]),
    type: (parts, dryRun) => certsRenew(parts, { ...typedOptions(dryRun), ...options }),
    lastLook: 'nodes-ready',
    wish: { certificates: { renewed: isDue(drawn) }, secrets: keysOf(world) },
  };
};
