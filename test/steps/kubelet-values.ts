import type { KubeletFiles } from '../../src/facts/kubelet-files.ts';
import { readYaml } from '../../src/facts/read-text.ts';
import { isSettings } from '../../src/model/kubelet-settings.ts';

/** As kubeadm writes it (lab, 1.35.4), but shorter. */
export const allNodes = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  webhook:
    cacheTTL: 0s
    enabled: true
clusterDNS:
- 10.96.0.10
containerRuntimeEndpoint: ""
evictionHard:
  nodefs.available: 0%
kind: KubeletConfiguration
maxPods: 110
resolvConf: /etc/kubernetes/resolv.conf
syncFrequency: 0s
`;

const settingsOf = (text: string): KubeletFiles['settings'] => {
  const settings = readYaml(text);
  if (!isSettings(settings)) throw new Error('no settings');
  return settings;
};

/** A node's files; `text` is what stands in config.yaml. */
export const filesOf = (text: string, change: Partial<KubeletFiles> = {}): KubeletFiles => ({
  text,
  settings: settingsOf(text),
  own: {},
  untold: [],
  writtenAt: 1000,
  startedAt: 2000,
  ...change,
});

export const configOf = (raw: string): { readonly raw: string } => ({ raw });

/** Another line in the place of one. */
export const withLine = (line: string, other: string, text = allNodes): string => {
  if (!text.includes(`${line}\n`)) throw new Error(`no line ${line}`);
  return text.replace(`${line}\n`, other === '' ? '' : `${other}\n`);
};

/** What a run asks for: `{ maxPods: 150 }`. */
export const wishOf = (patch: object): { readonly configuration: string } => ({ configuration: JSON.stringify(patch) });
