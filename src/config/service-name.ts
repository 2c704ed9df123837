/** What a service, vendor or profile may be called. */
export const serviceNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";

const whole = new RegExp(serviceNamePattern);

/** True for a name that a service, vendor or profile may have. */
export function isServiceName(name: string): boolean {
  return whole.test(name);
}

/** The nearest name to `text` that would be allowed: `my service` → `my-service`. */
export function toServiceName(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+|-+$/g, "")
    .slice(0, 100);
  return name === "" ? "service" : name;
}
