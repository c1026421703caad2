import { buildWhenStale } from '../scripts/build.ts';

/** Before any test: those that run the built program all find the same one. */
export const setup = (): void => buildWhenStale();
