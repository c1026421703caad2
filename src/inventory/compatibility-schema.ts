import { z } from 'zod';
import { checked, list, map } from '../documents/fields.ts';
import { isRange } from '../model/version-range.ts';
import { isSubdomain, subdomainHint } from './names.ts';

const ofKubernetes = 'a range of Kubernetes versions, e.g. "1.32 - 1.35"';
const ofAddon = 'a range of versions of the add-on, e.g. ">=3.30 <3.32"';

const imageHint = (written: string): string | undefined =>
  /[:@]/.test(written) ? 'leave tag and digest out: the tag is what is compared' : undefined;

/** A registry may have a port; a tag stands behind the last slash. */
const isImagePattern = (written: string): boolean => /^[\w.*/:-]+$/.test(written) && !/:[^/]*$/.test(written);

export const compatibilitySchema = list(
  'a list of add-ons, each with name, image and kubernetes',
  map('a map with name, image and kubernetes', {
    name: checked('a name of lower-case letters, digits, - and .', isSubdomain, subdomainHint),
    image: checked('the name of an image without its tag, e.g. "*/calico/node"', isImagePattern, imageHint),
    kubernetes: z
      .record(z.string().refine(isRange, { error: ofAddon }), checked(ofKubernetes, isRange), {
        error: 'a map of ranges, e.g. { ">=3.32": "1.33 - 1.36" }',
      })
      .refine((ranges) => Object.keys(ranges).length > 0, { error: 'a map with at least one range' }),
  }),
);

export type CompatibilitySettings = z.output<typeof compatibilitySchema>;
