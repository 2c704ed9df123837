/** Masks too much rather than too little: what is hidden by mistake can be revealed, what was seen cannot be taken back. */
const secretNames =
  /passw|passphrase|passcode|pass(_|\d*$)|secret|token|credential|_pwd\d*$|(^|_)keys?(_|\d*$)|(api|access|private|signing|encryption|auth)keys?/i;
/** Up to the last `@` before the path, since people forget to escape one in a password. */
const urlUser = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/]+@/gi;

/** What stands in the place of a secret. */
export const mask = "•••";

/** A variable's value, fit to be seen by whoever looks over the shoulder: secrets and the users in URLs are masked. */
export function maskSecret(name: string, value: string): string {
  if (value === "") return value;
  if (isSecretName(name)) return mask;
  return maskUrlUsers(value);
}

/** True for the name of something whose value nobody should see; `_` between its words. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name);
}

/** The text with the users, and with them the passwords, of the URLs in it masked. */
export function maskUrlUsers(text: string): string {
  return text.replace(urlUser, `$1${mask}@`);
}
