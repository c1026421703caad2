/** A parameter's name as an option of the command line: `maxApiDowntime` → `--max-api-downtime`. */
export const optionWord = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
