/** Marks a place that the types say cannot be reached; reaching it is our bug. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
