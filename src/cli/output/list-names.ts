/** `a, b and c`; a long list is cut: `a, b, c and 7 more`. */
export function listNames(names: readonly string[], limit = 8): string {
  if (names.length > limit) return `${names.slice(0, limit).join(", ")} and ${names.length - limit} more`;
  if (names.length <= 1) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
