/** As GNU programs quote names in some of their messages: by the locale. Source: gnulib, quotearg.c, locale_quoting_style. */
export const gnuQuoted = (env: ReadonlyMap<string, string>, text: string): string => {
  const locale = [env.get('LC_ALL'), env.get('LC_CTYPE'), env.get('LANG')].find(
    (one) => one !== undefined && one !== '',
  );
  return /UTF-?8$/i.test(locale ?? '') ? `\xe2\x80\x98${text}\xe2\x80\x99` : `'${text}'`;
};
