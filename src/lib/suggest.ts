/**
 * The candidate that `word` is most likely a slip of, or null where none is close. A slip is a letter left out, added,
 * changed or swapped with its neighbour; how many are allowed grows with the word's length. Failing that, a candidate that
 * the word shortens or lengthens. The first of equals wins.
 */
export function suggest(word: string, words: Iterable<string>): string | null {
  const candidates = [...words];
  const typed = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = allowedDistance(typed.length) + 1;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const distance = editDistance(typed, candidate.toLowerCase(), bestDistance - 1);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? abbreviationOf(typed, candidates);
}

/** `env` for `environment`, and the other way round. */
function abbreviationOf(typed: string, candidates: Iterable<string>): string | null {
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    if (Math.min(other.length, typed.length) < 3 || other === typed) continue;
    if (other.startsWith(typed) || typed.startsWith(other)) return candidate;
  }
  return null;
}

function allowedDistance(length: number): number {
  if (length <= 2) return 1;
  return length <= 5 ? 2 : 3;
}

/** Optimal string alignment distance, or `limit + 1` where it is more than `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  // Words of one or two letters are all close to each other: at least one letter must stay.
  if (Math.min(a.length, b.length) <= limit && a !== b && !sharesLetter(a, b)) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
      smallest = Math.min(smallest, cost);
    }
    if (smallest > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function sharesLetter(a: string, b: string): boolean {
  return [...a].some((letter) => b.includes(letter));
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
