import { quoteWord } from './quote.ts';

/**
 * Where a node remembers what is to happen once: a restart, the reading of apt's lists, a renewal of
 * certificates. By a name that one maintenance has, whichever runs it takes.
 */
const marks = '/var/lib/nodeops-marks';

export type NodeMark = 'boot' | 'lists' | 'certificates';

/** The file of one mark. `maintenance`: letters, digits and hyphens. */
export const markFile = (maintenance: string, mark: NodeMark): string => `${marks}/${maintenance}.${mark}`;

/** Written beside its place and moved there, so that it is there whole or not at all. Marks of long ago go. */
export const keepMark = (maintenance: string, mark: NodeMark, content: string): readonly string[] => {
  const file = quoteWord(markFile(maintenance, mark));
  return [
    `mkdir -p ${marks}`,
    `find ${marks} -type f -mtime +90 -delete`,
    `${content} > ${file}.new`,
    `sync -f ${file}.new`,
    `mv ${file}.new ${file}`,
  ];
};
