import type { Value } from './value.ts';

type Template = (data: Value) => string;
/** Prints one part of a template. */
export type Printer = (data: Value, out: string[]) => void;

export const printAll = (printers: readonly Printer[], data: Value, out: string[]): void => {
  for (const printer of printers) printer(data, out);
};

/** Compiles a template of one of kubectl's languages, each text once. */
export const compileOnce = (parse: (text: string) => readonly Printer[]): ((text: string) => Template) => {
  const compiled = new Map<string, Template>();
  return (text) => {
    let template = compiled.get(text);
    if (template === undefined) {
      const printers = parse(text);
      template = (data) => {
        const out: string[] = [];
        printAll(printers, data, out);
        return out.join('');
      };
      compiled.set(text, template);
    }
    return template;
  };
};
