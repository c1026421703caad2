import { sh } from '../../shell/sh-tool.ts';
import type { Tool, Toolbox } from '../../shell/tool.ts';
import { awk } from './awk.ts';
import { base64, md5sum, od, sha256sum, tr, wc } from './bytes-tools.ts';
import { cp } from './copying.ts';
import { chmod, ln, mkdir, mv, rm, rmdir, touch } from './file-tools.ts';
import { find } from './find.ts';
import { grep } from './grep.ts';
import { basename, dirname, du, ls, readlink, realpath, stat } from './looking.ts';
import { mktemp } from './mktemp.ts';
import { sed } from './sed.ts';
import { cat, cut, head, seq, sort, tail, tee, uniq } from './slices.ts';
import { env, nice, nohup, sleep, timeout, xargs } from './starting.ts';
import { tar } from './tar.ts';
import { date, echoTool, falseTool, getconf, id, printfTool, sync, trueTool, uname, whoami } from './system.ts';

const tools: Readonly<Record<string, Tool>> = {
  awk,
  base64,
  basename,
  cat,
  chmod,
  cp,
  cut,
  dash: sh,
  date,
  dirname,
  du,
  echo: echoTool,
  env,
  false: falseTool,
  find,
  getconf,
  grep,
  head,
  id,
  ln,
  ls,
  md5sum,
  mkdir,
  mktemp,
  mv,
  nice,
  nohup,
  od,
  printf: printfTool,
  readlink,
  realpath,
  rm,
  rmdir,
  sed,
  seq,
  sh,
  sha256sum,
  sleep,
  sort,
  stat,
  sync,
  tail,
  tar,
  tee,
  timeout,
  touch,
  tr,
  true: trueTool,
  uname,
  uniq,
  wc,
  whoami,
  xargs,
};

/** What every Debian has: the shell, coreutils, sed, grep, awk, find. */
export const textTools = (): Toolbox => new Map(Object.entries(tools));
