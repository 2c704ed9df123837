import { useInput, usePaste } from "ink";
import { type ReactNode, useSyncExternalStore } from "react";
import { App } from "./App.tsx";
import { keyNames } from "./keys/key-names.ts";
import type { Session } from "./session.ts";

/** Joins a session to the screen: its frames are drawn, keys go to it. */
export function Dashboard({ session }: { session: Session }): ReactNode {
  const frame = useSyncExternalStore(session.subscribe, session.frame);
  useInput((input, key) => session.press(keyNames(input, key)));
  usePaste((text) => session.paste(text));
  return <App frame={frame} />;
}
