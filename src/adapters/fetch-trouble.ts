const messageOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  // Of a name with several addresses each was refused in its own way: Node tells none of them in the message.
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first === undefined ? error.name : messageOf(first);
};

/** Why fetch was rejected: what it says itself is only that it failed. */
export const fetchTrouble = (error: unknown): string =>
  (error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) : messageOf(error)) ?? 'failed';
