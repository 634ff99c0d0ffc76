/** Words that name a secret, each with its plural (C54). */
const SECRET_WORDS =
  /^(token|key|secret|password|passwd|pwd|auth|authorization|apikey|authtoken|accesstoken|signature|sig|credential)s?$/;

/**
 * Whether a parameter of this query (with or without its `?`) is named like a secret: has such a word for a whole
 * word of its name (C54). `monkey` and `author` do not, `api-key`, `authToken` and `%6Bey` do.
 */
export function namesSecret(search: string): boolean {
  // Some servers part parameters at semicolons as well.
  const names = [...new URLSearchParams(search.replaceAll(';', '&')).keys()];
  return names.some((name) => wordsOf(name).some((word) => SECRET_WORDS.test(word)));
}

/** Words of a name, in lower case: parted at what is no letter, and where capitals begin; and without the latter. */
function wordsOf(name: string): readonly string[] {
  const letters = name.normalize('NFKC').split(/[^\p{L}]+/u);
  const capitals = letters.flatMap((part) =>
    part.split(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u),
  );
  return [...letters, ...capitals].map((word) => word.toLowerCase());
}
