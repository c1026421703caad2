import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { cordonedByAnnotation } from './nodes.ts';
import { defineFact } from './fact.ts';
import { annotation, flag, list, listOf, maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export interface NodeCondition {
  /** `Ready`, `DiskPressure`. */
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Since when, in ms since 1970, by the clock of the control plane. */
  readonly since?: number;
}

export interface NodeConditions {
  readonly node: string;
  readonly unschedulable: boolean;
  /** The run that cordoned it. */
  readonly cordonedBy?: string;
  readonly conditions: readonly NodeCondition[];
}

const row = `[${[
  text('.metadata.name'),
  flag('.spec.unschedulable'),
  annotation(cordonedByAnnotation),
  list(
    '.status.conditions',
    `[${[text('.type'), text('.status'), maybeText('.reason'), maybeText('.message'), maybeText('.lastTransitionTime')].join(',')}]`,
  ),
].join(',')}]`;

const word = z.string().nullable();
const condition = z
  .tuple([z.string(), z.string(), word, word, word])
  .transform(([type, status, reason, message, changed]): NodeCondition => {
    const since = Date.parse(changed ?? '');
    return {
      type,
      status,
      reason: reason ?? '',
      message: message ?? '',
      ...(Number.isNaN(since) ? {} : { since }),
    };
  });

const nodeRow = z
  .tuple([z.string(), z.boolean(), word, listOf(condition)])
  .transform(([node, unschedulable, by, conditions]): NodeConditions => ({
    node,
    unschedulable,
    ...(by === null ? {} : { cordonedBy: by }),
    conditions,
  }));

/** What nodes say of themselves, and the cluster of them. Source: kubectl get nodes; recorded on the lab, 1.35.4. */
export const nodeConditions = defineFact<readonly NodeConditions[]>({
  id: 'node-conditions',
  subject: 'cluster',
  command: (place) => get(place, 'nodes', rowsOf(row)),
  parse: throughApi(readRows(nodeRow)),
});
