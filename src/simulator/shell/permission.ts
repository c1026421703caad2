import { parentOf } from '../files/path.ts';
import type { Files } from '../world/files.ts';

/** Whether a user may read a path; root may all. A user who is not root is nobody's owner here. */
export const mayRead = (files: Files, path: string, uid: number): boolean => {
  if (uid === 0) return true;
  for (let at = path; at !== '/'; at = parentOf(at)) {
    const found = files.stat(at);
    const needed = at === path ? 0o004 : 0o001;
    if (found !== undefined && (found.mode & needed) === 0) return false;
  }
  return true;
};

/** Whether a user may write a path, or make it where it is missing. */
export const mayWrite = (files: Files, path: string, uid: number): boolean => {
  if (uid === 0) return true;
  const found = files.stat(path) ?? files.stat(parentOf(path));
  return found === undefined || (found.mode & 0o002) !== 0;
};
