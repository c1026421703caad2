/** A whole number given to an option. @throws RangeError for anything else, or one below `least` */
export const whole = (name: string, text: string, least = 0): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`--${name} ${text}: expected a whole number from ${least} on`);
  return value;
};

/** Runs a script's work, which resolves to its exit code; what is wrong with its options is told, with exit code 2. */
export const runScript = async (main: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\nSee --help.\n`);
    process.exitCode = 2;
  }
};
