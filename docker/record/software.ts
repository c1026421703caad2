import type { LabNode } from '../addresses.ts';
import { inNode } from '../cluster/containers.ts';

const questions: Readonly<Record<string, string>> = {
  kernel: 'uname -r',
  os: '. /etc/os-release; echo "$PRETTY_NAME"',
  containerd: "dpkg-query -W -f='${Version}' containerd",
  apt: "dpkg-query -W -f='${Version}' apt",
  dpkg: "dpkg-query -W -f='${Version}' dpkg",
  systemd: "dpkg-query -W -f='${Version}' systemd",
  sudo: "dpkg-query -W -f='${Version}' sudo",
  dash: "dpkg-query -W -f='${Version}' dash",
};

/** What a node is made of beside Kubernetes, for the head of a recording. */
export const softwareOf = async ({ name }: LabNode): Promise<Readonly<Record<string, string>>> => {
  const asked = Object.entries(questions).map(async ([what, script]) => {
    const said = await inNode(name, ['sh', '-c', script]);
    return [what, said.trim()] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
};
