/** Put in place by the build, from package.json. */
declare const ORCHESTRA_VERSION: string | undefined;

/** The program's version; `0.0.0-source` where it runs unbuilt, as in tests. */
export const version: string = typeof ORCHESTRA_VERSION === "string" ? ORCHESTRA_VERSION : "0.0.0-source";
