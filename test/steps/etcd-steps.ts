import { health, member, status } from './values.ts';

/** Three members, all well; the first one leads. */
export const wellEtcd = {
  members: [0, 1, 2].map((index) => member(index)),
  health: [0, 1, 2].map((index) => health(index)),
  status: [0, 1, 2].map((index) => status(index)),
  alarms: [],
};

/** NOSPACE of the second member, as every member then tells of itself. */
export const fullEtcd = {
  ...wellEtcd,
  health: [0, 1, 2].map((index) => ({ ...health(index, false), error: 'Active Alarm(s): NOSPACE ' })),
  alarms: [{ memberId: '1001', alarm: 'NOSPACE' }],
};
