import { z } from 'zod';
import { initSystem, type InitSystem } from '../facts/init-system.ts';
import { operatingSystem } from '../facts/operating-system.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** `Type=exec` and `append:` came with systemd 240 (its NEWS file). */
const oldestSystemd = 240;

const described = ({ pid1, systemdVersion }: InitSystem): string =>
  pid1 === 'systemd' ? `systemd ${systemdVersion ?? 'of an unknown version'}` : pid1;

/** Debian and Ubuntu with systemd: what installs and detached commands are built on. */
export const supportedHost = defineStep({
  id: 'supported-host',
  subject: 'node',
  title: () => 'operating system',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ system: operatingSystem, init: initSystem }),

  check: ({ system, init }, _wish, on) => {
    if (![system.id, ...system.idLike].some((id) => id === 'debian' || id === 'ubuntu'))
      return blocked(
        `${on.node} runs ${system.name}, which is not supported`,
        `replace ${on.node} by a machine with Debian or Ubuntu: packages are installed with apt`,
      );
    if (init.pid1 !== 'systemd' || (init.systemdVersion ?? 0) < oldestSystemd)
      return blocked(
        `${on.node}: process 1 is ${described(init)}; systemd ${oldestSystemd} or newer is needed`,
        `replace ${on.node} by a machine that systemd ${oldestSystemd} or newer has booted (Debian 10, Ubuntu 20.04): commands that must outlive the connection run as its units`,
      );
    return satisfied;
  },

  foreseen: true,
  explain: {
    why: 'Commands that must outlive the connection run as transient units; packages come from apt.',
    source: 'systemd.exec(5), systemd-run(1)',
    type: ['cat /etc/os-release', 'systemctl --version'],
  },
});
