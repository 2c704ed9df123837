import { setTimeout as sleep } from "node:timers/promises";
import type { BenchTerminal } from "./bench-terminal.ts";

/**
 * Milliseconds from a key to the screen that shows what it did, `rounds` times: the selection in the grid moves down and
 * up again between the first two rows, which are `first` and `second`.
 */
export async function keyLatencies(
  terminal: BenchTerminal,
  rounds: number,
  first: string,
  second: string,
): Promise<number[]> {
  const isSelected = (name: string) => (text: string) =>
    text.split("\n").some((line) => line.includes(`▸`) && new RegExp(`▸.*\\b${name}\\b`).test(line));
  await terminal.when(isSelected(first));
  const latencies: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [key, wanted] = round % 2 === 0 ? ["j", second] : ["k", first];
    const pressedAt = performance.now();
    terminal.write(key);
    latencies.push((await terminal.when(isSelected(wanted))) - pressedAt);
    // Not in step with any tick of the dashboard.
    await sleep(40 + ((round * 37) % 60));
  }
  return latencies;
}
