import { displayWidth } from "../../text/display-width.ts";

/** Which tabs are shown, from `first` to `end` (exclusive). */
export interface TabWindow {
  first: number;
  end: number;
}

/**
 * As many tabs as fit into `width` columns with the active one among them; each takes its label and two blanks, and a bar before it but for the
 * first. Where some are left out at a side, a sign of `markWidth` columns stands for them.
 */
export function fitTabs(labels: readonly string[], active: number, width: number, markWidth: number): TabWindow {
  const widthOf = (index: number) => displayWidth(labels[index] ?? "") + 2;
  const taken = (first: number, end: number) => {
    let sum = (first > 0 ? markWidth : 0) + (end < labels.length ? markWidth : 0);
    for (let index = first; index < end; index += 1) sum += widthOf(index) + (index === first ? 0 : 1);
    return sum;
  };
  if (taken(0, labels.length) <= width) return { first: 0, end: labels.length };
  let first = active;
  let end = active + 1;
  for (;;) {
    // The left side first: "All" and the selected service are what the others are beside.
    if (first > 0 && taken(first - 1, end) <= width) first -= 1;
    else if (end < labels.length && taken(first, end + 1) <= width) end += 1;
    else return { first, end };
  }
}
