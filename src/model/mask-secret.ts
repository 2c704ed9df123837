/** Masks too much rather than too little: what is hidden by mistake can be revealed, what was seen cannot be taken back. */
const secretNames =
  /passw|passphrase|passcode|pass(_|\d*$)|secret|token|credential|_pwd\d*$|(^|_)keys?(_|\d*$)|(api|access|private|signing|encryption|auth)keys?/i;
/** Up to the last `@` before the path, since people forget to escape one in a password. */
const urlUser = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/]+@/gi;

const mask = "•••";

/** A variable's value, fit to be seen by whoever looks over the shoulder: secrets and the users in URLs are masked. */
export function maskSecret(name: string, value: string): string {
  if (value === "") return value;
  if (secretNames.test(name)) return mask;
  return value.replace(urlUser, `$1${mask}@`);
}
