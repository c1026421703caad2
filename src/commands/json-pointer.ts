/** A name within a JSON pointer: `/` is written `~1`. Source: RFC 6901, section 3. */
const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Where a JSON patch finds an annotation. */
export const annotationPath = (annotation: string): string => `/metadata/annotations/${pointer(annotation)}`;
