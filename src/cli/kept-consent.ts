import type { Confirmation } from '../model/event.ts';
import type { KeptWish } from '../run/kept-wish.ts';
import type { RunRequest } from '../run/record-run.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { reasonOf, type ConsentOptions } from './protection.ts';
import type { WindowOptions } from './window.ts';

/** What is kept of a wish, so that it can be asked for again. */
export const keptWish = ({ cluster, parameters, asked, resumes }: ClusterWish): KeptWish => ({
  format: 1,
  cluster: cluster.name,
  ...(cluster.wave === undefined ? {} : { wave: cluster.wave.name }),
  ...asked,
  parameters,
  ...(resumes === undefined ? {} : { resumes }),
});

/** Who answers for a run, and how, as it is journalled. */
export const consentOf = (
  { held, asked: { waivers } }: ClusterWish,
  options: ConsentOptions & WindowOptions,
  confirmedBy: Confirmation,
): RunRequest['consent'] => {
  const reason = reasonOf(options);
  return {
    confirmedBy,
    ...(options.ignoreWindow === true ? { ignoresWindow: true } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(held === undefined ? {} : { savedPlan: held.file }),
    ...(waivers === undefined ? {} : { waivers }),
  };
};
