const secretNames =
  /pass(word|wd|phrase|code)?(_|$)|secret|token|(^|_)(api|access|private|signing|encryption|auth)_?key|credential|(^|_)(pwd|key)$/i;
const urlUser = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

const mask = "•••";

/** A variable's value, fit to be seen by whoever looks over the shoulder: secrets and the users in URLs are masked. */
export function maskSecret(name: string, value: string): string {
  if (value === "") return value;
  if (secretNames.test(name)) return mask;
  return value.replace(urlUser, `$1${mask}@`);
}
