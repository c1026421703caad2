import type { Course } from '../model/time-ahead.ts';
import type { Fact } from './fact.ts';

/** The time, and what is not done yet of the plan: known to the run itself, nothing is asked for it. */
export const timeAhead: Fact<Course> = {
  id: 'time-ahead',
  key: 'time-ahead',
  subject: 'cluster',
  source: { kind: 'course', parse: (value) => ({ value }) },
};
