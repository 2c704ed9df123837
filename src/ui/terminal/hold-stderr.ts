/** More than this is dropped: it can only be one thing over and over. */
const mostTexts = 100;

/**
 * Keeps warnings and whatever else is meant for stderr off the screen while the dashboard has it: where stderr is the same terminal, a single
 * line there moves all that is drawn. The function that comes back lets go and says what was held. Where stderr goes elsewhere nothing is held.
 */
export function holdStderr(stderr: NodeJS.WriteStream): () => void {
  if (!stderr.isTTY) return () => {};
  const held: (() => void)[] = [];
  const hold = (say: () => void) => {
    if (held.length < mostTexts) held.push(say);
  };

  // Node's own listener prints past the stream, so it has to go for a while.
  const listeners = process.listeners("warning");
  const onWarning = (warning: Error) => {
    hold(() => {
      for (const listener of listeners) listener(warning);
    });
  };
  process.removeAllListeners("warning");
  process.on("warning", onWarning);

  const write = stderr.write;
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    hold(() => stderr.write(chunk));
    const done = rest.findLast((argument) => typeof argument === "function");
    done?.();
    return true;
  };

  return () => {
    stderr.write = write;
    process.off("warning", onWarning);
    for (const listener of listeners) process.on("warning", listener);
    for (const say of held) say();
  };
}
