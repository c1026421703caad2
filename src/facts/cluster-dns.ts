import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { readYaml } from './read-text.ts';
import { maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

/** Where pods of the cluster ask for names. */
export interface ClusterDns {
  /** Of the Service kube-dns. */
  readonly address: string;
  /** Below which Services have their names: `cluster.local`. */
  readonly domain: string;
}

const row = z.tuple([z.enum(['Service', 'ConfigMap']), z.string().nullable()]);
/** Source: kubelet.config.k8s.io/v1beta1, clusterDomain; kubeadm writes it into kubelet-config. */
const kubeletConfiguration = z.object({ clusterDomain: z.string().default('cluster.local') });

const parse = (output: Output): Parsed<ClusterDns> => {
  const rows = readRows(row)(output);
  if (!('value' in rows)) return rows;
  const said = (wanted: string): string => rows.value.find(([kind]) => kind === wanted)?.[1] ?? '';
  const configuration = kubeletConfiguration.safeParse(readYaml(said('ConfigMap')));
  const address = said('Service');
  if (!configuration.success || address === '') return { unreadable: output.stdout };
  return { value: { address, domain: configuration.data.clusterDomain } };
};

/** Source: kubeadm names the Service kube-dns whatever serves it; recorded on the lab, kubeadm 1.35.4. */
export const clusterDns = defineFact<ClusterDns>({
  id: 'cluster-dns',
  subject: 'cluster',
  command: (place) =>
    get(
      place,
      'service/kube-dns',
      'configmap/kubelet-config',
      '--namespace=kube-system',
      rowsOf(
        `[${text('.kind')},{{if eq .kind "Service"}}${maybeText('.spec.clusterIP')}{{else}}${maybeText('.data.kubelet')}{{end}}]`,
      ),
    ),
  parse: throughApi(parse),
});
