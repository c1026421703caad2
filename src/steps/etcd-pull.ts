import { parseDocument } from 'yaml';
import { parseEtcdImage } from '../model/etcd-image.ts';

/** The cluster's own configuration with another image of etcd, for a pull only: kubeadm would stay with it for ever. */
export const configuredWith = (raw: string, image: string): string => {
  const wanted = parseEtcdImage(image);
  const configuration = parseDocument(raw);
  configuration.setIn(['etcd', 'local', 'imageRepository'], wanted?.repository);
  configuration.setIn(['etcd', 'local', 'imageTag'], wanted?.tag);
  return configuration.toString();
};
