import type { Fact } from './fact.ts';

/** The nodes whose etcd was rescued: what etcdutl said of each lies below `folder` of the operator's, by the node's name. */
export const rescuedEtcds = (folder: string): Fact<readonly string[]> => ({
  id: 'rescued-etcds',
  key: `rescued-etcds ${folder}`,
  subject: 'cluster',
  source: {
    kind: 'notes',
    prefix: folder,
    parse: (notes) => ({
      value: [...notes.keys()].map((name) => name.slice(folder.length + 1).replace(/\.json$/, '')).toSorted(),
    }),
  },
});
