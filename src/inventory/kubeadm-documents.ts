import { parseAllDocuments } from 'yaml';
import { asMap, type RawMap } from '../documents/raw.ts';

/** By kind, the API version that each has. Source: kubeadm, v1beta4 (from 1.31 on); component configuration APIs. */
const versions: Readonly<Record<string, string>> = {
  InitConfiguration: 'kubeadm.k8s.io/v1beta4',
  ClusterConfiguration: 'kubeadm.k8s.io/v1beta4',
  KubeletConfiguration: 'kubelet.config.k8s.io/v1beta1',
  KubeProxyConfiguration: 'kubeproxy.config.k8s.io/v1alpha1',
};

/** They would stay in a file, in a journal, or on the node. */
const secrets = ['bootstrapTokens', 'certificateKey'];

const documentTrouble = (document: RawMap | undefined): string | undefined => {
  const { kind, apiVersion } = document ?? {};
  if (document === undefined || typeof kind !== 'string') return 'holds a document without a kind';
  const wanted = Object.hasOwn(versions, kind) ? versions[kind] : undefined;
  if (wanted === undefined) return `holds a ${kind}: expected ${Object.keys(versions).join(', ')}`;
  if (apiVersion !== wanted)
    return `has ${kind} in ${String(apiVersion)}: expected ${wanted} (kubeadm config migrate changes older ones)`;
  const secret = secrets.find((key) => Object.hasOwn(document, key));
  return secret === undefined
    ? undefined
    : `gives ${secret}, a secret: leave it out, nodeops makes one that is short-lived`;
};

/** What is wrong with a kubeadm configuration that a person wrote, in words that follow its name; undefined: nothing. */
export const kubeadmDocumentsTrouble = (text: string): string | undefined => {
  const documents = parseAllDocuments(text, { logLevel: 'error' });
  if (!Array.isArray(documents) || documents.length === 0) return 'is empty';
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken !== undefined) return `is no YAML: ${broken.message.split('\n')[0] ?? ''}`;
  const values = documents.map((document) => asMap(document.toJS()));
  const kinds = values.map((value) => String(value?.['kind']));
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  const trouble = values.map(documentTrouble).find((each) => each !== undefined);
  return trouble ?? (twice === undefined ? undefined : `holds two documents of kind ${twice}`);
};
