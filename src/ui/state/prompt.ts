import { emptyLine, type LineEdit, lineOf } from "../widgets/line-edit/line-edit.ts";

/** What a text is asked for. */
export type PromptPurpose = "logs-search" | "logs-filter" | "services-filter";

/** A line that is being typed at the bottom of a pane. It takes all keys. */
export interface Prompt {
  for: PromptPurpose;
  line: LineEdit;
}

/** A new prompt, with a text to go on from. */
export function promptFor(purpose: PromptPurpose, text = ""): Prompt {
  return { for: purpose, line: text === "" ? emptyLine : lineOf(text) };
}

/** What is typed for a purpose right now; null while nothing is asked for it. */
export function typedFor(prompt: Prompt | null, purpose: PromptPurpose): string | null {
  return prompt?.for === purpose ? prompt.line.text : null;
}
