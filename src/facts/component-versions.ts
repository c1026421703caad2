import { read } from '../commands/build.ts';
import { parseVersion, type Version } from '../model/version.ts';
import { defineFact } from './fact.ts';

/** What the installed binaries say; one that is not there is missing. */
export interface ComponentVersions {
  readonly kubeadm?: Version;
  readonly kubelet?: Version;
  readonly kubectl?: Version;
}

const components = ['kubeadm', 'kubelet', 'kubectl'] as const;

const script = `
ask() { command -v "$1" >/dev/null && printf '%s ' "$1" && "$@" 2>&1 | tr '\\n' ' ' && echo; }
ask kubeadm version -o short
ask kubelet --version
ask kubectl version --client
:`;

/** Source: `kubeadm version -o short`, `kubelet --version`, `kubectl version --client`; recorded on the lab, 1.35.4. */
export const componentVersions = defineFact<ComponentVersions>({
  id: 'component-versions',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout }) => {
    const value: { kubeadm?: Version; kubelet?: Version; kubectl?: Version } = {};
    for (const line of stdout.split('\n').filter((text) => text.trim() !== '')) {
      const [, found, said = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
      const name = components.find((component) => component === found);
      const version = parseVersion(/v\d+\.\d+\.\d+[\w.+-]*/.exec(said)?.[0] ?? '');
      if (name === undefined || version === undefined) return { unreadable: line };
      value[name] = version;
    }
    return { value };
  },
});
