import type { Failure } from "../model/failure.ts";

/** The outcome of something that the outside world may refuse. */
export type FailureOr<T> = ({ ok: true } & T) | { ok: false; failure: Failure };
