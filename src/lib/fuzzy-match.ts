/** How well a text answers to what was typed. */
export interface FuzzyMatch {
  /** Higher is better; comparable only between matches of the same typed text. */
  score: number;
  /** Indexes of the text's characters that were typed, ascending. */
  positions: number[];
}

const perLetter = 1;
/** `rs` means `restart service` rather than `sources`. */
const wordStart = 8;
const textStart = 4;
/** More than a start of a word, less the gap before it, so that `stop` is `stop` and not `start other pane`. */
const inARow = 9;
const gap = -3;

/**
 * The best way to find the typed letters in a text, in their order but with others between them; null where they are not in it. Letters
 * at the start of a word and letters in a row count more; of equals the shorter text is better. Blanks and case do not matter.
 */
export function fuzzyMatch(typed: string, text: string): FuzzyMatch | null {
  const letters = [...typed.toLowerCase()].filter((c) => c.trim() !== "");
  const characters = [...text.toLowerCase()];
  if (letters.length === 0) return { score: 0, positions: [] };

  // best[j]: of all ways to find the letters so far, with the last of them at j.
  let best: (FuzzyMatch | null)[] = [];
  for (const [i, letter] of letters.entries()) {
    let bestBefore: FuzzyMatch | null = null;
    const row: (FuzzyMatch | null)[] = [];
    for (const [j, character] of characters.entries()) {
      const neighbour: FuzzyMatch | null = best[j - 1] ?? null;
      if (character === letter) {
        const own = perLetter + startBonus(characters, j);
        const joined = neighbour === null ? null : extended(neighbour, own + inARow, j);
        const apart = i === 0 ? { score: own, positions: [j] } : bestBefore && extended(bestBefore, own + gap, j);
        row.push(better(joined, apart));
      } else row.push(null);
      bestBefore = better(bestBefore, neighbour);
    }
    best = row;
  }
  const found = best.reduce(better, null);
  return found === null ? null : { ...found, score: found.score - characters.length / 1000 };
}

function startBonus(characters: readonly string[], at: number): number {
  if (at === 0) return wordStart + textStart;
  return /[\p{L}\p{N}]/u.test(characters[at - 1] ?? "") ? 0 : wordStart;
}

function extended(match: FuzzyMatch, score: number, at: number): FuzzyMatch {
  return { score: match.score + score, positions: [...match.positions, at] };
}

function better(a: FuzzyMatch | null, b: FuzzyMatch | null): FuzzyMatch | null {
  if (a === null || b === null) return a ?? b;
  return b.score > a.score ? b : a;
}
