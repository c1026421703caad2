import { describe, expect, it } from 'vitest';
import { kubeadmDocumentsTrouble } from '../../src/inventory/kubeadm-documents.ts';

const cluster = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n';

describe('documents for kubeadm', () => {
  it('are taken', () => {
    const kubelet = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
    expect(kubeadmDocumentsTrouble(`${cluster}---\n${kubelet}`)).toBeUndefined();
  });

  it.each([
    ['', 'is empty'],
    [
      'a: [',
      'is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5:',
    ],
    ['a: 1', 'holds a document without a kind'],
    ['- a', 'holds a document without a kind'],
    [
      'kind: Pod',
      'holds a Pod: expected InitConfiguration, ClusterConfiguration, KubeletConfiguration, KubeProxyConfiguration',
    ],
    [
      'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration',
      'has ClusterConfiguration in kubeadm.k8s.io/v1beta3: expected kubeadm.k8s.io/v1beta4 (kubeadm config migrate changes older ones)',
    ],
    [
      'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nbootstrapTokens: []',
      'gives bootstrapTokens, a secret: leave it out, nodeops makes one that is short-lived',
    ],
    [`${cluster}---\n${cluster}`, 'holds two documents of kind ClusterConfiguration'],
  ])('%j', (text, trouble) => expect(kubeadmDocumentsTrouble(text)).toBe(trouble));
});
