const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** A schema of zod, as far as it is needed here. */
interface Form<T> {
  safeParse(value: unknown): { readonly data?: T | undefined };
}

/** JSON of that form, or undefined for anything else. */
export const readAs = <T>(form: Form<T>, text: string): T | undefined => form.safeParse(parsed(text)).data;
