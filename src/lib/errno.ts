/** The system's name of an error, `ENOENT`; for anything else its message. */
export function errnoOf(error: unknown): string {
  if (error instanceof Error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code ?? error.message;
  }
  return String(error);
}
