import type { Parts } from './parts.ts';

/** The same parts, and the ID of the first run that was begun with them: what it made is called after it. */
export const notingRun = (parts: Parts): { readonly parts: Parts; readonly run: () => string | undefined } => {
  let first: string | undefined;
  const newRunId = (): string => {
    const id = parts.newRunId();
    first ??= id;
    return id;
  };
  return { parts: { ...parts, newRunId }, run: () => first };
};
