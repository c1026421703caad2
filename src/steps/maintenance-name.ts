import { z } from 'zod';

const form = 'letters, digits and hyphens';

/** By which nodes tell what was done for one maintenance from what was done before: part of a file's name there. */
export const maintenanceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, { error: `expected ${form}` });
