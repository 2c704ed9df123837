import { createInterface } from "node:readline";

/** Asks a question on the terminal; anything but yes, also an end of the input, is no. */
export function askYesNo(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once("close", () => resolve(false));
    // Ctrl-C at the question is a no as well.
    lines.once("SIGINT", () => lines.close());
    lines.question(question, (answer) => {
      resolve(/^\s*y(es)?\s*$/i.test(answer));
      lines.close();
    });
  });
}
