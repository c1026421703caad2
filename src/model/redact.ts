/** What stands in a secret's place. The same secret has to give the same text, so that a change can be noticed. */
export type Hide = (secret: string) => string;

/** For what is shown and not compared. */
export const hidden: Hide = () => '(hidden)';

const secretName = 'pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|credentials?';

/** `clientSecret`, `--token`, `PGPASSWORD`; not `tokenTTL`, and not `passwordFile`. */
const endsAsSecret = new RegExp(`(?:${secretName})$`, 'i');
const secretFlag = new RegExp(`^--[\\w-]{0,60}?(?:${secretName})$`, 'i');

/** A switch or the path of a file is no secret. */
const harmless = /^(?:true|false|null|none|[|>{[&*]|~?\/.*)$|^$/i;

const privateKey = /-----BEGIN ([A-Z ]{0,20}PRIVATE KEY)-----[^]*?(?:-----END \1-----|$)/g;
/** RFC 3986, userinfo. Passwords with an unescaped `@` are common all the same. */
const inAddress = /\b([a-z][\w+.-]{0,20}:\/\/)([^\s/'"<>]{1,500})@/gi;
/** `user:password@proxy:3128`, as proxies are written without a scheme; not the digest of an image. */
const withoutScheme = /(^|[\s=,'"(])([^\s/@:'"=,()]{1,100}:[^\s/@'"]{1,200})@(?!sha\d+:)(?=[\w[])/g;
const authorization = /(authorization["']?[ \t]*[:=][ \t]*["']?(?:bearer|basic)[ \t]+)([^\s'"]+)/gi;
const assigned = new RegExp(
  `(\\b[\\w.-]{0,60}?(?:${secretName})["']?[ \\t]*[=:][ \\t]*)("[^"\\n]*"|'[^'\\n]*'|[^\\s'",;}\\]]+)`,
  'gi',
);
const afterFlag = new RegExp(`((?:^|\\s)--[\\w-]{0,60}?(?:${secretName})[ \\t]+)([^\\s-]\\S*)`, 'gi');
/** kubeadm's bootstrap tokens (kubernetes.io, "Authenticating with Bootstrap Tokens", token format). */
const bootstrapToken = /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g;

const unquoted = (text: string): string => text.replace(/^(["'])(.*)\1$/, '$2');

const hiding =
  (hide: Hide) =>
  (whole: string, before: string, secret: string): string => {
    const bare = unquoted(secret);
    return harmless.test(bare) ? whole : `${before}${secret.replace(bare, () => hide(bare))}`;
  };

/**
 * A text without the secrets that can be told by their form: passwords in addresses, what is assigned to a password, a
 * token or the like, private keys, bootstrap tokens. A secret that looks like nothing of the kind is not found.
 */
export const redactText = (text: string, hide: Hide): string =>
  text
    .replaceAll(privateKey, (key) => hide(key))
    .replaceAll(inAddress, (_whole, scheme: string, login: string) => `${scheme}${hide(login)}@`)
    .replaceAll(withoutScheme, (_whole, before: string, login: string) => `${before}${hide(login)}@`)
    .replaceAll(authorization, hiding(hide))
    .replaceAll(assigned, hiding(hide))
    .replaceAll(afterFlag, hiding(hide))
    .replaceAll(bootstrapToken, (token) => hide(token));

const redactList = (items: readonly unknown[], hide: Hide): readonly unknown[] =>
  items.map((item, index) => {
    const before = items[index - 1];
    const isValue = typeof before === 'string' && secretFlag.test(before) && typeof item === 'string';
    return isValue && !item.startsWith('-') && !harmless.test(item) ? hide(item) : redact(item, hide);
  });

/** A value as `JSON.stringify` would take it, the secrets in its texts hidden (`redactText`), and what is kept under a telling key. */
export const redact = (value: unknown, hide: Hide): unknown => {
  if (typeof value === 'string') return redactText(value, hide);
  if (Array.isArray(value)) return redactList(value, hide);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === 'string' && endsAsSecret.test(key) && !harmless.test(item) ? hide(item) : redact(item, hide),
    ]),
  );
};

/** For lines that a person reads or types: proxies and mirrors can have a password in their address, `http://ana:…@proxy`. */
export const withoutPasswords = (line: string): string => line.replaceAll(/(:\/\/[^\s/:@'"]*:)[^\s/@'"]+@/g, '$1…@');
