import { build } from "../../scripts/build.ts";

/**
 * Brings dist/ up to date before the first test, for those that run the built program. Where the sources do not
 * build, the other tests still run; `npm test` stops before.
 */
export default async function buildOnce(): Promise<void> {
  await build({ isQuiet: true }).catch((error: Error) => {
    console.warn(`dist/ is out of date, since the sources do not build: ${error.message}`);
  });
}
