import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { annotation, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

/** Where kubeadm up to 1.33 notes which runtime a node has. */
export const criSocketAnnotation = 'kubeadm.alpha.kubernetes.io/cri-socket';

const row = z.object({ name: z.string(), socket: z.string().nullable() });

/**
 * By node: the runtime's socket as kubeadm noted it on the Node; missing where it did not. Source: kubeadm, AnnotateCRISocket
 * (up to 1.33) and RemoveCRISocketAnnotation (from 1.34 on); recorded on the lab, on a way back from 1.34.4.
 */
export const criSockets = defineFact<Readonly<Record<string, string>>>({
  id: 'cri-sockets',
  subject: 'cluster',
  command: (place) =>
    get(place, 'nodes', rowsOf(`{"name":${text('.metadata.name')},"socket":${annotation(criSocketAnnotation)}}`)),
  parse: throughApi((output) => {
    const rows = readRows(row)(output);
    return 'value' in rows
      ? {
          value: Object.fromEntries(
            rows.value.flatMap(({ name, socket }) => (socket === null ? [] : [[name, socket]])),
          ),
        }
      : rows;
  }),
});
