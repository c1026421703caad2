import { formatDuration } from '../model/duration.ts';
import type { Rule } from './rule.ts';

const minute = 60_000;

/** What is the matter with packages, and what still works on them. */
export const packageRules: readonly Rule[] = [
  {
    id: 'dpkg-interrupted',
    looksAt: 'packages',
    needs: ['packages'],
    judge: ({ node, packages }) => {
      const broken = Object.entries(packages?.installed ?? {}).filter(([, { status }]) => /^.[^in]|R/.test(status));
      const halfway = broken.filter(([, { status }]) => !/^.c$/.test(status));
      if (halfway.length === 0 && (packages?.audit ?? '') === '') return [];
      const names = halfway.map(([name]) => name);
      const torn = halfway.some(([, { status }]) => /^.H/.test(status));
      return [
        {
          cause: `dpkg was interrupted: ${names.length === 0 ? 'packages' : names.join(', ')} half installed`,
          evidence: [
            ...halfway.map(([name, { status, version }]) => `dpkg -l: ${status} ${name} ${version}`),
            ...(packages?.audit ?? '')
              .split('\n')
              .filter((line) => line.trim() !== '')
              .slice(0, 4),
          ],
          next: torn
            ? `on ${node}: dpkg --configure -a; apt-mark unhold ${names.join(' ')}; apt-get install -y --allow-downgrades ${names.map((name) => `${name}=VERSION`).join(' ')}; apt-mark hold ${names.join(' ')} (nodeops resume does this by itself)`
            : `on ${node}: dpkg --configure -a (nodeops resume does this by itself)`,
        },
      ];
    },
  },
  {
    id: 'apt-locked',
    looksAt: 'locks of apt and dpkg',
    needs: ['aptLock'],
    judge: ({ node, aptLock }) => {
      const holders = [...new Map((aptLock?.holders ?? []).map((each) => [each.pid, each])).values()];
      return holders.map(({ pid, command, file }) => ({
        cause: `process ${pid} holds the lock of apt: ${command}`,
        evidence: [`${file} is locked by ${pid} (${command})`],
        next: /unattended|apt\.systemd/.test(command)
          ? `wait until it ends (on ${node}: systemctl status apt-daily-upgrade unattended-upgrades); do not kill it in the middle of a package`
          : `on ${node}: ps -fp ${pid}, and wait until it ends`,
        minor: true as const,
      }));
    },
  },
  {
    id: 'command-in-flight',
    looksAt: 'commands of nodeops that still run',
    needs: ['commands'],
    judge: ({ node, now, commands }) =>
      (commands ?? [])
        .filter(({ running }) => running)
        .map(({ run, unit, line, startedAt }) => {
          const age = startedAt === undefined ? undefined : now - startedAt * 1000;
          const how =
            age === undefined || age < minute ? '' : `, for ${formatDuration(Math.floor(age / minute) * minute)}`;
          return {
            cause: `a command of the run ${run} still runs${how}: ${line ?? unit}`,
            evidence: [`nodeops-${run}-${unit}.service is active`],
            next: `wait for it: nodeops resume attaches to it; on ${node}: tail -f /var/lib/nodeops/${run}/${unit}/output`,
            minor: true as const,
          };
        }),
  },
  {
    id: 'command-cut-off',
    looksAt: 'commands of nodeops that were cut off',
    needs: ['commands'],
    judge: ({ node, commands }) =>
      (commands ?? [])
        .filter(({ running, exit, rebooted }) => !running && exit === undefined && rebooted !== true)
        .slice(-1)
        .map(({ run, unit, line }) => ({
          cause: `a command of the run ${run} was killed: ${line ?? unit}`,
          evidence: [`/var/lib/nodeops/${run}/${unit} has no exit code, and nothing runs any more`],
          next: `nodeops resume ${run}, which looks at what it has done; on ${node}: tail /var/lib/nodeops/${run}/${unit}/output`,
          minor: true as const,
        })),
  },
];
