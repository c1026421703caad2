const most = 5;

/** The first few names, and how many more there are. */
export const listed = (names: readonly string[]): string =>
  names.length <= most + 1 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
