import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { at, json, maybe, maybeTime, readTabRows, tabRows } from './tab-rows.ts';
import { throughApi } from './through-api.ts';

/** That a volume is, or is to be, attached to a node. */
export interface VolumeAttachment {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  /** The CSI driver. */
  readonly attacher: string;
  readonly volume?: string;
  readonly finalizers: readonly string[];
  /** When it was told to go, in ms; missing where it was not. */
  readonly deletedAt?: number;
}

const table = {
  asks: {
    name: at('.metadata.name'),
    uid: at('.metadata.uid'),
    node: at('.spec.nodeName'),
    attacher: at('.spec.attacher'),
    volume: at('.spec.source.persistentVolumeName'),
    finalizers: at('.metadata.finalizers'),
    deletedAt: at('.metadata.deletionTimestamp'),
  },
  reads: {
    name: z.string().min(1),
    uid: z.string().min(1),
    node: z.string().min(1),
    attacher: z.string(),
    volume: maybe,
    finalizers: json(z.array(z.string()), []),
    deletedAt: maybeTime,
  },
} as const;

/** All attachments of volumes. Source: k8s.io/api, storage/v1, VolumeAttachment. */
export const volumeAttachments = defineFact<readonly VolumeAttachment[]>({
  id: 'volume-attachments',
  subject: 'cluster',
  command: (place) => get(place, 'volumeattachments', tabRows(table)),
  parse: throughApi(
    readTabRows(table, ({ volume, deletedAt, ...row }): VolumeAttachment => ({
      ...row,
      ...(volume === undefined ? {} : { volume }),
      ...(deletedAt === undefined ? {} : { deletedAt }),
    })),
  ),
});
